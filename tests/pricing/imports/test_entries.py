"""Upper bands and modes of generated entries: what a list states must be possible."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tokencost_pricing.imports.entries import Facts, entry_of
from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.series import Witnesses

FIRST = "2026-03-01"
BASE = {"input": "1", "output": "4", "cache_read": "0.1"}


def entry(**fields: str) -> dict[str, Any]:
    """Return the entry of a model that the host's own list holds with these values."""
    facts = {
        field: [Fact("own", "API", "host", "model", field, Decimal(value), FIRST)]
        for field, value in {**BASE, **fields}.items()
    }
    witnesses = Witnesses(frozenset({"API"}), frozenset(), {}, {"own": "2026-11-20"})
    outcome = entry_of(Facts("host", "model", facts, witnesses))
    assert outcome.entry is not None
    return outcome.entry


def bands(**fields: str) -> list[tuple[int, dict[str, str]]]:
    (row,) = entry(**fields)["prices"]
    return [(tier["from_prompt_tokens"], tier["rates"]) for tier in row.get("tiers", ())]


def test_an_upper_band_is_kept() -> None:
    assert bands(input_above_200000="2", output_above_200000="6") == [
        (200001, {"input": "2", "output": "6"})
    ]


def test_an_upper_band_is_not_cheaper_in_any_rate() -> None:
    assert bands(input_above_200000="1.2", output_above_200000="3.5") == []


def test_a_band_at_the_base_price_is_none() -> None:
    assert bands(input_above_200000="1", output_above_200000="4") == []


def test_a_band_that_is_written_twice_is_one() -> None:
    twice = bands(
        input_above_255999="2",
        output_above_255999="8",
        cache_read_above_255999="0.2",
        input_above_256000="2",
        output_above_256000="8",
    )
    assert twice == [(256000, {"cache_read": "0.2", "input": "2", "output": "8"})]


@pytest.mark.parametrize(
    ("mode", "factor", "is_kept"),
    [
        ("batch", "0.5", True),
        ("batch", "0.2", False),  # a price a character
        ("flex", "0.312", False),  # 0.8 of a price that has changed since
        ("flex", "1.5", False),
        ("priority", "1.75", True),
        ("priority", "0.585", False),
    ],
)
def test_a_mode_stands_in_a_possible_ratio_to_its_base(
    mode: str, factor: str, is_kept: bool
) -> None:
    rates = {f"{mode}_{kind}": str(Decimal(BASE[kind]) * Decimal(factor)) for kind in BASE}
    modes = entry(**rates).get("modes", {})
    assert modes == ({mode: [{"multiply": factor}]} if is_kept else {})
