"""Each call is priced at its moment, mode, place and length."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import CACHED, Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.percentiles import cost_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def priced(table: PriceTable, **fields: Any) -> Decimal | None:
    fields.setdefault("usage", {"input": 1_000_000})
    return cost_of(Call(**fields), Pricer(table, NOW))


def test_the_row_of_the_day_counts(table: PriceTable) -> None:
    model = table.find("deepseek-chat", "deepseek").model
    starts = [row.start for row in model.prices]
    assert len(starts) > 1, "a model whose price has changed"
    pricer = Pricer(table, NOW)
    for earlier, row in zip(model.prices, model.prices[1:], strict=False):
        for moment, wanted in ((row.start.timestamp() - 1, earlier), (row.start.timestamp(), row)):
            call = Call(model="deepseek-chat", provider="deepseek", at=moment, usage={"input": 1})
            if wanted.start.year > 1:
                assert pricer.rate(call).card.evidence.price_from == wanted.since


@pytest.mark.parametrize(
    ("prompt", "rate"), [(200_000, "3"), (200_001, "6")], ids=["at the line", "above it"]
)
def test_the_complete_prompt_decides_the_tier_cached_part_included(
    table: PriceTable, prompt: int, rate: str
) -> None:
    call = Call(
        model="claude-sonnet-4-5",
        provider="anthropic",
        at=at("2026-02-01"),
        usage={"input": 1000, "cache_read": prompt - 1000, "output": 10},
    )
    rated = Pricer(table, NOW).rate(call)
    assert rated.card.rates["input"] == Decimal(rate)


@pytest.mark.parametrize(
    ("fields", "factor"),
    [
        ({"batch": True}, "0.5"),
        ({"service_tier": "batch"}, "0.5"),
        ({"service_tier": "flex"}, "0.5"),
        ({"service_tier": "default"}, "1"),
        ({"service_tier": "auto"}, "1"),
        ({"service_tier": "scale"}, "1"),
    ],
    ids=str,
)
def test_modes(table: PriceTable, fields: dict[str, Any], factor: str) -> None:
    call = {"model": "gpt-5.4-mini", "provider": "openai", "at": at("2026-10-01")}
    standard = priced(table, **call)
    assert standard
    assert priced(table, **call, **fields) == standard * Decimal(factor)


def test_what_is_bought_by_commitment_is_warned_of(table: PriceTable) -> None:
    pricer = Pricer(table, NOW)
    for tier, provider, model in (
        ("priority", "anthropic", "claude-sonnet-4-5"),
        ("scale", "openai", "gpt-5.4"),
    ):
        call = Call(model=model, provider=provider, service_tier=tier, usage={"input": 1})
        assert "commitment" in pricer.rate(call).notes[0]
    strange = Call(model="gpt-5.4", provider="openai", service_tier="golden", usage={"input": 1})
    assert "not known" in pricer.rate(strange).notes[0]


def test_place(table: PriceTable) -> None:
    call = {"model": "claude-sonnet-5-5", "provider": "anthropic", "at": at("2026-10-01")}
    standard = priced(table, **call)
    assert standard
    assert priced(table, **call, region="us") == standard * Decimal("1.1")
    assert priced(table, **call, region="global") == standard


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"model": None}, "does not name the model"),
        ({"model": "gpt-99-imaginary"}, "no price for model 'gpt-99-imaginary'"),
        ({"model": "gpt-5.4", "provider": "our-host"}, "our-host"),
        ({"model": "gpt-5.4-nano", "provider": "openai", "speed": "fast"}, "no fast price"),
    ],
    ids=str,
)
def test_unpriced_is_never_zero(table: PriceTable, fields: dict[str, Any], reason: str) -> None:
    assert priced(table, **fields) is None
    unpriced = Pricer(table, NOW).rate(Call(**fields, usage={"input": 1})).card.unpriced
    assert unpriced is not None
    assert reason in unpriced


def test_a_hit_of_the_clients_cache_is_free(table: PriceTable) -> None:
    assert priced(table, model="no-such-model", status=CACHED) == 0


def test_a_fee_by_the_request_is_paid_by_each(table: PriceTable) -> None:
    call = Call(
        model="sonar",
        provider="perplexity",
        at=at("2026-10-01"),
        usage={"input": 0},
        search_context="high",
    )
    assert cost_of(call, Pricer(table, NOW)) == Decimal("0.012")


def test_as_of_prices_every_call_on_one_day(table: PriceTable) -> None:
    call = Call(model="deepseek-chat", provider="deepseek", at=at("2025-01-01"), usage={"input": 1})
    price_day = Pricer(table, NOW).rate(call).card.evidence.price_from
    today = Pricer(table, NOW, as_of=NOW).rate(call).card.evidence.price_from
    assert price_day != today


def test_a_makers_name_at_a_cloud_pays_the_clouds_rate(table: PriceTable) -> None:
    """Claude on Bedrock answers with the maker's name; a profile that is not named is the global
    one, and a warning names that."""
    call = Call(model="claude-opus-4-7", provider="bedrock", usage={"input": 1_000_000})
    rated = Pricer(table, NOW).rate(call)
    assert rated.provider == "bedrock"
    assert any("profile" in note for note in rated.notes)
    assert priced(table, model="claude-opus-4-7", provider="bedrock") == Decimal(5)
    assert priced(table, model="claude-opus-4-7", provider="bedrock", region="us") == Decimal("5.5")
    assert priced(table, model="claude-haiku-4-5-20251001", provider="bedrock") == Decimal(1)
    assert priced(table, model="claude-haiku-4-5-20251001", provider="vertex") == Decimal(1)
