"""Sums of calls whose cost is not one number: between which two amounts it lies."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from tokencost_pricing.cost import Line, price
from tokencost_pricing.money import ONE, ZERO, add, multiply
from tokencost_pricing.rate_card import Card
from tokencost_pricing.usage import Usage

Place = tuple[str | None, str | None, str]  # provider, model, why it has no price


class Ends(NamedTuple):
    """The least and the most of a sum."""

    low: Decimal
    high: Decimal

    def plus(self, low: Decimal, high: Decimal) -> Ends:
        """Return both ends moved by two amounts."""
        return Ends(add(self.low, low), add(self.high, high))


NOTHING = Ends(ZERO, ZERO)


class HostSums:
    """The usage of calls that have no price because many hosts sell the model."""

    def __init__(self) -> None:
        self._usage: dict[Place, dict[str, dict[str, int]]] = {}  # by the name of their rates

    def __bool__(self) -> bool:
        return bool(self._usage)

    def add(self, place: Place, rates: str, usage: Mapping[str, int]) -> None:
        """Add the usage of calls of a model."""
        sums = self._usage.setdefault(place, {}).setdefault(rates, {})
        for unit, count in usage.items():
            sums[unit] = sums.get(unit, 0) + count

    def absorb(self, other: HostSums) -> None:
        """Add those of another."""
        for place, by_rates in other._usage.items():
            for rates, usage in by_rates.items():
                self.add(place, rates, usage)

    def ends(self, cards: Mapping[str, Card]) -> dict[Place, Ends]:
        """Return between which amounts the calls of each model lie."""
        ends: dict[Place, Ends] = {}
        for place, by_rates in self._usage.items():
            for rates, usage in by_rates.items():
                cost = price(Usage(usage), cards[rates])
                known = ends.get(place, NOTHING)
                ends[place] = known.plus(cost.low or ZERO, cost.high or ZERO)
        return ends

    def lines(self, cards: Mapping[str, Card]) -> dict[str, Ends]:
        """Return the same by unit: what each is at the cheapest and at the dearest host."""
        ends: dict[str, Ends] = {}
        for by_rates in self._usage.values():
            for rates, usage in by_rates.items():
                add_lines(ends, usage, cards[rates])
        return ends


def add_lines(
    ends: dict[str, Ends], usage: Mapping[str, int], card: Card, share: Decimal = ONE
) -> None:
    """Add to the ends of each unit what a usage is under a card; one amount is both ends.

    `share`: of the usage.
    """
    for line in _lines(usage, card.low or card):
        amount = multiply(share, line.amount)
        ends[line.unit] = ends.get(line.unit, NOTHING).plus(amount, ZERO)
    for line in _lines(usage, card.high or card):
        amount = multiply(share, line.amount)
        ends[line.unit] = ends.get(line.unit, NOTHING).plus(ZERO, amount)


def _lines(usage: Mapping[str, int], card: Card) -> tuple[Line, ...]:
    return price(Usage(usage), card).lines
