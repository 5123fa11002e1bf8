"""Prices whose beginning is not known: how long before their first sighting they hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tokencost_pricing.cost import cost_of
from tokencost_pricing.model import Model
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_pricing.usage import Usage


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def model(**facts: Any) -> Model:
    rates = {"input": "1", "output": "2"}
    rows = [
        {"seen": "2026-03-01", "basis": "list", "rates": rates},
        {"from": "2026-05-01", "basis": "list", "rates": rates},
    ]
    return Model("host", "weights", {"prices": rows, **facts})


@pytest.mark.parametrize(
    ("facts", "day", "is_priced"),
    [
        ({}, "2025-03-01", True),  # 365 days before the first sighting
        ({}, "2025-02-28", False),
        ({"released": "2024-06-01"}, "2024-06-01", True),
        ({"released": "2024-06-01"}, "2024-05-31", False),
        ({"released": "2026-02-01"}, "2025-12-01", False),
        ({"released": "2026-04-01"}, "2026-03-01", True),  # seen before its release
    ],
)
def test_a_first_row_holds_from_the_release_or_a_year_before_its_sighting(
    facts: dict[str, str], day: str, is_priced: bool
) -> None:
    assert (model(**facts).price_on(at(day)) is not None) is is_priced


def test_a_row_without_any_day_holds_always() -> None:
    row = {"basis": "unknown", "rates": {"input": "1"}}
    assert Model("host", "weights", {"prices": [row]}).price_on(at("2020-01-01")) is not None


def test_what_comes_next_is_never_the_row_without_a_beginning() -> None:
    following = model().upcoming(at("2020-01-01"))
    assert following is not None
    assert following.since == "2026-05-01"


def test_a_call_long_before_is_unpriced_and_says_why() -> None:
    offer = PriceTable.load().find("openai/gpt-oss-120b", "baseten", at("2023-06-01"))
    cost = cost_of(offer, Usage({"input": 1000}), Terms(at("2023-06-01"), True))
    assert cost.total is None
    assert cost.unpriced is not None
    assert "first known is of 2025-09-17, its first sighting" in cost.unpriced


def test_every_first_row_has_a_day_but_those_of_what_is_always_free() -> None:
    first = {model.key: model.prices[0] for model in PriceTable.load().models() if model.prices}
    undated = {key for key, row in first.items() if row.since is None and row.seen is None}
    assert undated == {"local/any", "openrouter/free"}
