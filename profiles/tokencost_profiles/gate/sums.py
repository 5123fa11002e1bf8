"""The sums of a comparison: of what is judged, of what is new, of what is gone."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tokencost_pricing.money import divide, subtract
from tokencost_profiles.gate.comparison import (
    ADDED,
    FAILED,
    REMOVED,
    Change,
    Comparison,
    Effect,
    basis_of,
    effects_in,
)
from tokencost_profiles.gate.sides import total_of


class Sums(NamedTuple):
    """Both sides of what is judged, each as far as it is judged. What failed is on neither side.

    New and removed prompts are on neither side either, so that they offset nothing; of recorded
    calls all count.
    """

    judged_on: str | None  # None: nothing has two sides
    items: tuple[Change, ...]
    base: Decimal | None  # None: there is no base, or nothing of it is known
    head: Decimal | None
    input_tokens: int = 0
    output_tokens: int = 0
    added: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()

    @property
    def cost(self) -> Decimal | None:
        """How much more the head costs."""
        if self.base is None or self.head is None:
            return None
        return subtract(self.head, self.base)

    @property
    def relative(self) -> Decimal | None:
        """The same as a share of the base; None: from nothing, or not known."""
        cost = self.cost
        return divide(cost, self.base) if cost is not None and self.base else None

    @property
    def effects(self) -> tuple[Effect, ...]:
        """Why it costs more: the effects sum to the difference."""
        return effects_in(self.items) if self.base is not None else ()


def sums_of(comparison: Comparison) -> Sums:
    """Return the sums of a comparison. Without a base the head stands alone, on the whole."""
    priced = [item for item in comparison.items if item.status != FAILED]
    added: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    if not comparison.grouped:
        added = tuple(item for item in priced if item.status == ADDED)
        removed = tuple(item for item in priced if item.status == REMOVED)
        priced = [item for item in priced if item.status not in (ADDED, REMOVED)]
    counted = [item for item in comparison.items if item.token_growth is not None]
    basis = basis_of([*priced, *counted]) if priced or counted else None
    head = total_of(side.cost for item in priced if (side := item.judged[1])) if priced else None
    if comparison.against is None or not priced:
        return Sums(basis, tuple(priced), None, head, added=added, removed=removed)
    base = total_of(side.cost for item in priced if (side := item.judged[0]))
    return Sums(
        basis,
        tuple(priced),
        base,
        head,
        sum(item.input_tokens for item in priced),
        sum(item.output_tokens for item in priced),
        added,
        removed,
    )
