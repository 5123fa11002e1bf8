"""The table holds every fact of the reconciled fact file, but for those that were revised since.

`revised.yaml` names each model whose entry departs from the file, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from tokencost_pricing.card_rates import card
from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.facts import day
from tokencost_pricing.moments import moment
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def facts(corpora: Path) -> dict[str, Any]:
    text = (corpora / "pricing" / "price_facts.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


@pytest.fixture(scope="module")
def revised() -> dict[str, str]:
    providers = yaml.safe_load((HERE / "revised.yaml").read_text(encoding="utf-8"))
    return {f"{name}/{m}": why for name, models in providers.items() for m, why in models.items()}


def entries(facts: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield provider and fact, one a model."""
    for provider in facts["providers"]:
        for fact in provider["models"]:
            yield provider["id"], fact


def decimals(rates: dict[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(rate) for name, rate in rates.items()}


def test_every_row_of_every_model(
    facts: dict[str, Any], revised: dict[str, str], table: PriceTable
) -> None:
    for provider, fact in entries(facts):
        if f"{provider}/{fact['id']}" not in revised:
            check_rows(table, provider, fact)


def check_rows(table: PriceTable, provider: str, fact: dict[str, Any]) -> None:
    model = table.model(provider, fact["id"])
    assert len(model.prices) >= len(fact["prices"]), fact["id"]
    for price, row in zip(model.prices, fact["prices"], strict=False):  # newer ones follow
        assert price.start == moment(row["from"]), fact["id"]
        assert _factual(price.rates) == decimals(row["rates"]), fact["id"]
        assert price.announced == row.get("announced", False)
        tiers = row.get("tiers", [])
        assert [t.from_prompt_tokens for t in price.tiers] == [
            t["from_prompt_tokens"] for t in tiers
        ]
        for tier, expected in zip(price.tiers, tiers, strict=True):
            wanted = decimals(row["rates"]) | decimals(expected["rates"])
            assert _factual(tier.rates) == wanted, fact["id"]


def _factual(rates: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return the rates that the facts know: a read of a marked cache came later."""
    return {name: rate for name, rate in rates.items() if name != "cache_read_explicit"}


def test_every_mode_as_of_the_day_of_the_facts(
    facts: dict[str, Any], revised: dict[str, str], table: PriceTable
) -> None:
    at = datetime.fromisoformat(facts["as_of"]).replace(tzinfo=UTC)
    checked = 0
    for provider, fact in entries(facts):
        if f"{provider}/{fact['id']}" not in revised:
            checked += check_modes(table, provider, fact, at)
    assert checked > 400


def check_modes(table: PriceTable, provider: str, fact: dict[str, Any], at: datetime) -> int:
    checked = 0
    offer = table.find(fact["id"], provider)
    for mode, entry in fact.get("modes", {}).items():
        bands = [(0, entry["rates"])]
        bands += [(t["from_prompt_tokens"], t["rates"]) for t in entry.get("tiers", [])]
        row = offer.model.price_on(at)
        assert row is not None
        known_tiers = {tier.from_prompt_tokens for tier in row.tiers}
        for prompt, rates in bands:
            if prompt and prompt not in known_tiers and not _has_tiers(offer, mode):
                continue  # a band of the mode that the current row no longer has
            evaluated = card(offer, Terms(at, False, (mode,)), prompt)
            assert evaluated.unpriced is None, (fact["id"], mode, evaluated.unpriced)
            for name, rate in decimals(rates).items():
                assert evaluated.rates[name] == rate, (fact["id"], mode, prompt, name)
                checked += 1
    return checked


def _has_tiers(offer: Any, mode: str) -> bool:
    return any(item.tiers for item in offer.modes[mode])


def test_every_name_limit_date_and_source(
    facts: dict[str, Any], revised: dict[str, str], table: PriceTable
) -> None:
    for provider in facts["providers"]:
        ids = {fact["id"].casefold() for fact in provider["models"]}
        for fact in provider["models"]:
            if f"{provider['id']}/{fact['id']}" not in revised:
                check_names(table, provider["id"], fact, ids)


def check_names(table: PriceTable, provider: str, fact: dict[str, Any], ids: set[str]) -> None:
    model = table.model(provider, fact["id"])
    names = fact.get("aliases", []) + fact.get("floating_aliases", [])
    for name in names:
        if name.casefold() not in ids:  # an id has precedence
            assert table.find(name, provider).model is model, name
    assert list(model.known_as) == fact.get("reseller_keys", [])
    assert model.limits.get("context") == fact.get("context_window")
    assert model.limits.get("output") == fact.get("max_output")
    assert model.retires == day(fact.get("retires"))
    assert model.status == fact.get("status")
    assert list(model.sources) == fact["sources"]
    assert (model.unverified is not None) == bool(fact.get("unverified"))
    assert bool(fact.get("redirect")) == (model.redirect is not None)
    fees = {key for key in fact.get("fees", {}) if key.endswith(("_1k", "_hour"))}
    assert (not fees) or model.fees, fact["id"]


def test_what_is_named_as_revised_departs_from_the_facts(
    facts: dict[str, Any], revised: dict[str, str], table: PriceTable
) -> None:
    at = datetime.fromisoformat(facts["as_of"]).replace(tzinfo=UTC)
    departing = set()
    for provider in facts["providers"]:
        ids = {fact["id"].casefold() for fact in provider["models"]}
        for fact in provider["models"]:
            try:
                check_rows(table, provider["id"], fact)
                check_modes(table, provider["id"], fact, at)
                check_names(table, provider["id"], fact, ids)
            except (AssertionError, KeyError, UnknownModelError):
                departing.add(f"{provider['id']}/{fact['id']}")
    assert set(revised) - departing == set(), "no longer departs: take it out of revised.yaml"


def test_the_holidays(facts: dict[str, Any], table: PriceTable) -> None:
    deepseek = next(p for p in facts["providers"] if p["id"] == "deepseek")
    calendar = table.find("deepseek-v4-pro").calendars["cn"]
    assert calendar.holidays == {day(text) for text in deepseek["holidays_cn_2026"]}
