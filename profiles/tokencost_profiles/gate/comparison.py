"""What two measurements of the same items differ in: item by item, and in sum."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from tokencost_pricing import money
from tokencost_pricing.money import DAYS_A_MONTH, ZERO, divide, multiply, subtract
from tokencost_profiles.gate.effects import (
    ADDED,
    CHANGED,
    FAILED,
    FULL,
    MIXED,
    PRICE,
    REMOVED,
    UNCHANGED,
    Effect,
    summed,
)
from tokencost_profiles.gate.items import Side


class Change(NamedTuple):
    """One item on both sides. Its difference is one of what it is judged on."""

    path: str
    model: str
    status: str
    base: Side | None
    head: Side | None
    effects: tuple[Effect, ...] = ()
    problem: str | None = None
    renamed_from: str | None = None
    note: str | None = None  # how a difference was shared out, what is no part of it
    judged_on: str = FULL
    # Both sides as far as they are judged: no answers that nobody chose.
    judged: tuple[Side | None, Side | None] = (None, None)

    @property
    def base_model(self) -> str | None:
        """The model it was on, where that is another one."""
        if self.base is None or self.base.model == self.model:
            return None
        return self.base.model

    @property
    def compared(self) -> bool:
        """Whether there is a difference of cost to tell."""
        return self.status in (ADDED, REMOVED, CHANGED) or (
            self.status == UNCHANGED and self.base is not None
        )

    @property
    def counted(self) -> bool:
        """Whether there is a difference of tokens to tell, priced or not."""
        sides = [side for side in (self.base, self.head) if side is not None]
        alone = self.status in (FAILED, UNCHANGED) and len(sides) == 1
        return not alone and all(side.problem is None for side in sides)

    @property
    def input_tokens(self) -> int:
        """How many tokens of input more."""
        return self._more([side.input_tokens if side else 0 for side in (self.base, self.head)])

    @property
    def output_tokens(self) -> int:
        """How many tokens of output more."""
        return self._more([side.output_tokens if side else 0 for side in (self.base, self.head)])

    def _more(self, counts: list[int]) -> int:
        return counts[1] - counts[0] if self.counted else 0

    @property
    def cost(self) -> Decimal | None:
        """How much more it costs, of what it is judged on."""
        if not self.compared:
            return None
        before, after = [side.cost if side else ZERO for side in self.judged]
        return None if before is None or after is None else subtract(after, before)

    @property
    def relative(self) -> Decimal | None:
        """How much more it costs as a share of before; None: from nothing, or not known."""
        base = self.judged[0]
        if base is None or self.head is None or self.cost is None or not base.cost:
            return None
        return divide(self.cost, base.cost)

    @property
    def price_change(self) -> Decimal:
        """How much more the usage of the base costs at the head's prices than when it was saved."""
        if self.base is None or self.status not in (CHANGED, UNCHANGED):
            return ZERO
        before = self.base.cost if self.base.saved is None else self.base.saved
        after = self.base.at_head
        return ZERO if before is None or after is None else subtract(after, before)

    @property
    def charged_growth(self) -> Decimal:
        """How much more its charged calls cost. No rate explains it, so no limit counts it."""
        base = self.base.charged if self.base else None
        head = self.head.charged if self.head else None
        if not self.compared or (base is None and head is None):
            return ZERO
        return subtract(head.cost if head else ZERO, base.cost if base else ZERO)

    @property
    def growth(self) -> Decimal | None:
        """How much more it costs, less what prices did and less what charged calls add.

        What charged calls add cancels what the others save, and no more.
        """
        cost = self.cost
        if cost is None:
            return None
        for effect in self.effects:
            if effect.cause == PRICE:
                cost = subtract(cost, effect.cost)
        charged = self.charged_growth
        return cost if charged <= 0 else max(subtract(cost, charged), min(ZERO, cost))

    @property
    def before(self) -> Decimal:
        """What the base costs at the head's prices: what a growth is a share of."""
        base = self.judged[0]
        if base is not None and self.charged_growth > 0:
            base = base.rated
        at_head = base.at_head if base and self.compared else None
        return ZERO if at_head is None else at_head

    @property
    def token_growth(self) -> int | None:
        """How many tokens of input more, where there is no price to judge the input by."""
        base, head = self.base, self.head
        if self.status != FAILED or base is None or head is None or not self.counted:
            return None
        if (base.model, base.terms) != (head.model, head.terms):
            return None
        return self.input_tokens

    @property
    def token_relative(self) -> Decimal | None:
        """The same as a share of before; None: from nothing, or it has a price."""
        if self.token_growth is None or self.base is None or not self.base.input_tokens:
            return None
        return divide(Decimal(self.token_growth), Decimal(self.base.input_tokens))

    @property
    def noise(self) -> int:
        """Tokens by which the two counts may differ though the texts do not.

        The same way of counting errs alike on both sides: then there is none.
        """
        base, head = self.base, self.head
        if base is None or head is None or not (base.margin or head.margin):
            return 0
        if (base.tokenizer, base.method) == (head.tokenizer, head.method) and base.tokenizer:
            return 0
        lower, higher = sorted((base, head), key=lambda side: side.input_tokens)
        return round(
            lower.margin.above * lower.input_tokens + higher.margin.below * higher.input_tokens
        )

    @property
    def noise_cost(self) -> Decimal:
        """What those tokens cost."""
        head = self.head
        if not self.noise or head is None or not head.input_tokens:
            return ZERO
        return divide(
            multiply(Decimal(self.noise), head.input_cost or ZERO), Decimal(head.input_tokens)
        )


class Comparison(NamedTuple):
    """All items on both sides."""

    items: tuple[Change, ...]
    against: str | None  # how the base is called; None: there is none
    grouped: bool = False  # the items are groups of calls, not prompts
    runs: tuple[int | None, int | None] = (None, None)  # sessions, in base and head
    per_day: int | None = None
    days: int = DAYS_A_MONTH

    @property
    def monthly(self) -> int | None:
        """Calls of each prompt a month, where it is known."""
        return None if self.per_day is None else self.per_day * self.days


def basis_of(items: Iterable[Change]) -> str:
    """Return what the sum of items is judged on: input, whole, or mixed."""
    bases = {item.judged_on for item in items}
    return bases.pop() if len(bases) == 1 else MIXED if bases else FULL


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
        return (
            summed(effect for item in self.items for effect in item.effects)
            if self.base is not None
            else ()
        )


def sums_of(comparison: Comparison) -> Sums:
    """Return the sums of a comparison. Where there is no base, the head stands alone."""
    priced = [item for item in comparison.items if item.status != FAILED]
    added: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    if not comparison.grouped:
        added = tuple(item for item in priced if item.status == ADDED)
        removed = tuple(item for item in priced if item.status == REMOVED)
        priced = [item for item in priced if item.status not in (ADDED, REMOVED)]
    counted = [item for item in comparison.items if item.token_growth is not None]
    basis = basis_of([*priced, *counted]) if priced or counted else None
    head = money.total(side.cost for item in priced if (side := item.judged[1])) if priced else None
    if comparison.against is None or not priced:
        return Sums(basis, tuple(priced), None, head, added=added, removed=removed)
    base = money.total(side.cost for item in priced if (side := item.judged[0]))
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
