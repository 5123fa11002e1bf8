"""What is in a part of a profile, for comparison."""

from __future__ import annotations

from typing import Any

from tokencost_pricing.table import PriceTable
from tokencost_profiles.logs.load import Plan
from tokencost_profiles.logs.parts import Part, profile_of


def contents(part: Part, plan: Plan, table: PriceTable) -> tuple[Any, ...]:
    """Return everything that comes of a part, in its order."""
    profile, pricer, judged = profile_of(part, table, plan)
    return (
        list(profile.cells.items()),
        list(profile.cards.items()),
        profile.audit,
        profile.session_costs,
        list(pricer.offers().items()),
        (judged.refused, judged.overlapping, judged.later_calls),
        part.numbers,
    )
