"""Amounts that the tables and the document of `estimate` share."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tokencost_pricing.money import multiply
from tokencost_profiles.estimates.estimate import Total


class Volume(NamedTuple):
    """How often the prompts will be called."""

    calls: int | None = None
    per_day: int | None = None


def times(cost: Decimal | None, calls: int) -> Decimal | None:
    """Return the cost of many calls; None where that of one is not known."""
    return None if cost is None else multiply(cost, Decimal(calls))


def against(total: Total, base: Total) -> float | None:
    """Return by which share a model costs more than another."""
    if total.cost is None or not base.cost:
        return None
    return float((total.cost - base.cost) / base.cost)
