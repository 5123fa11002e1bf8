"""A poisoned list: each kind of poison is named, and no fact of it is accepted."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from price_archives import litellm
from tokencost_pricing.imports.checks import Oddity, held_back, oddities
from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.public_lists import read_list
from tokencost_pricing.imports.review import review, review_text
from tokencost_pricing.table import PriceTable

WEEK_AGO, TODAY = "2026-11-13", "2026-11-20"
CLEAN = {
    "litellm_provider": "openai",
    "input_cost_per_token": 5e-06,
    "output_cost_per_token": 3e-05,
    "cache_read_input_token_cost": 5e-07,
    "cache_creation_input_token_cost": 6.25e-06,
    "input_cost_per_token_batches": 2.5e-06,
    "output_cost_per_token_priority": 6e-05,
}
OTHER = {"litellm_provider": "mistral", "input_cost_per_token": 1e-06}


def reading(folder: Path, day: str, **models: Any) -> list[Fact]:
    return read_list(litellm(folder, models), day)


def odd(folder: Path, **poison: Any) -> list[Oddity]:
    """Return what is odd about a list of today with some values of a model replaced."""
    before = reading(folder, WEEK_AGO, model=CLEAN, other=OTHER)
    return oddities(reading(folder, TODAY, model={**CLEAN, **poison}, other=OTHER), before)


def test_a_clean_list_has_no_oddities(tmp_path: Path) -> None:
    assert odd(tmp_path) == []
    cheaper = {key: rate * 0.9 for key, rate in CLEAN.items() if isinstance(rate, float)}
    assert odd(tmp_path, **cheaper) == []
    # A write at the price of input is what some makers charge.
    assert odd(tmp_path, cache_creation_input_token_cost=5e-06) == []


@pytest.mark.parametrize(
    ("poison", "check", "fields"),
    [
        ({"output_cost_per_token": 3e-04}, "change", {"output"}),
        ({"output_cost_per_token": 3e-02}, "unit", {"output"}),
        ({"output_cost_per_token": 3e-08}, "unit", {"output"}),
        ({"output_cost_per_token": -3e-05}, "negative", {"output"}),
        (
            {"input_cost_per_token": 3e-05, "output_cost_per_token": 5e-06},
            "swapped",
            {"input", "output"},
        ),
        ({"cache_read_input_token_cost": 5.5e-06}, "cache", {"cache_read"}),
        ({"cache_creation_input_token_cost": 4e-06}, "cache", {"cache_write"}),
        ({"input_cost_per_token_batches": 1e-06}, "mode", {"batch_input"}),
        ({"input_cost_per_token_batches": 6e-06}, "mode", {"batch_input"}),
        ({"output_cost_per_token_priority": 2e-05}, "mode", {"priority_output"}),
        # The base row was changed, the batch row was not.
        ({"input_cost_per_token": 4e-06}, "mode", {"batch_input"}),
    ],
)
def test_poison(tmp_path: Path, poison: dict[str, float], check: str, fields: set[str]) -> None:
    reports = odd(tmp_path, **poison)
    assert {one.field for one in reports if one.check == check} == fields
    places = {("litellm", "openai", "model", field) for field in fields}
    assert places <= held_back(reports)


def test_a_withdrawn_model_is_a_proposal_and_no_retirement(tmp_path: Path) -> None:
    before = reading(tmp_path, WEEK_AGO, model=CLEAN, other=OTHER)
    now = reading(tmp_path, TODAY, other=OTHER)
    reports = oddities(now, before)
    assert {(one.check, one.id, one.value) for one in reports} == {("withdrawn", "model", None)}
    assert "needs the provider's page" in reports[0].reason
    # A list that was not read this week has withdrawn nothing.
    assert oddities([], before) == []
    text = review_text(review(now, before), "A week")
    assert "## Gone from a list: proposals, no retirements\n\n- openai: `model`" in text
    assert "retires" not in text


def fact(provider: str, model: str, field: str, value: str, name: str = "list") -> Fact:
    return Fact(name, name, provider, model, field, Decimal(value), TODAY)


def test_a_host_far_from_the_median_of_the_same_weights() -> None:
    hosts = {"a": "0.1", "b": "0.12", "c": "0.15", "d": "0.9"}
    facts = [fact(host, "meta/Llama-4", "input", value) for host, value in hosts.items()]
    assert [(one.check, one.provider) for one in oddities(facts)] == [("host", "d")]
    assert oddities(facts[2:]) == []  # two hosts have no median that says anything


def test_a_snapshot_at_another_price_than_its_pointer() -> None:
    facts = [
        fact("openai", "gpt-4o", "input", "5"),
        fact("openai", "gpt-4o-2024-08-06", "input", "2.5"),
        fact("openai", "gpt-4o-2024-05-13", "input", "5"),
    ]
    (report,) = oddities(facts)
    assert (report.check, report.id) == ("snapshot", "gpt-4o-2024-08-06")


def test_input_and_output_the_other_way_round_than_in_another_list() -> None:
    facts = [
        fact("azure", "model", "input", "0.37"),
        fact("azure", "model", "output", "1.1"),
        fact("azure", "model", "input", "1.1", "poisoned"),
        fact("azure", "model", "output", "0.37", "poisoned"),
    ]
    assert {(one.check, one.list) for one in oddities(facts)} == {("swapped", "poisoned")}


def test_what_a_list_held_last_week_is_not_reported_again(tmp_path: Path) -> None:
    dear = {**CLEAN, "cache_read_input_token_cost": 9e-06}
    facts = reading(tmp_path, TODAY, model=dear)
    assert [one.check for one in oddities(facts)] == ["cache"]
    assert oddities(facts, reading(tmp_path, WEEK_AGO, model=dear)) == []


def test_a_review_proposes_what_two_families_hold(tmp_path: Path) -> None:
    before = reading(tmp_path, WEEK_AGO, model=CLEAN, other=OTHER)
    now = reading(
        tmp_path,
        TODAY,
        model={**CLEAN, "output_cost_per_token": 2.8e-05},
        other={**OTHER, "input_cost_per_token": 1.5e-06},
        new=OTHER,
    )
    witness = fact("openai", "openai/model", "output", "28", "other")
    text = review_text(review(now, before, [witness]), "A week")
    assert "2 changed values, 1 new models, 0 models gone from a list" in text
    assert "| `model` | output | - | 30 | 28 | litellm | L, other |" in text
    assert "| `other` | input | - | 1 | 1.5 | litellm | L |" in text
    proposals = [line for line in text.splitlines() if "basis:" in line]
    assert proposals == [f'model: {{from: "{TODAY}", basis: bracketed, rates: {{output: "28"}}}}']


def test_a_row_that_the_table_has_is_not_proposed() -> None:
    before = [fact("openai", "gpt-5", "input", "2", name) for name in ("one", "two")]
    now = [fact("openai", "gpt-5", "input", "1.25", name) for name in ("one", "two")]
    with_ours = review_text(review(now, before, (), PriceTable.load()), "A week")
    assert "| `gpt-5` | input | 1.25 | 2 | 1.25 | one |" in with_ours
    assert "basis:" not in with_ours
