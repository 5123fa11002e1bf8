"""The cheapest and the dearest host of a call whose log does not say who billed it.

Which host is the cheapest depends on the call: one has cheap input, another cheap output. So it is
decided per call, among the few hosts that no other undercuts in everything, and calls of the same
two hosts add up as integers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import mul
from typing import NamedTuple

from tokencost_pricing.cost import price
from tokencost_pricing.fees import Fee
from tokencost_pricing.money import ZERO, divide
from tokencost_pricing.rate_card import Card, billed, lack_of_price
from tokencost_pricing.units import UNITS
from tokencost_pricing.usage import Usage

_Rated = tuple[Card, tuple[Decimal, ...]]  # with the rate of each unit of a call


class Bounds(NamedTuple):
    """The rates of the host where a call is cheapest, and of that where it is dearest."""

    low: Card
    high: Card


class _Fronts(NamedTuple):
    """For calls that use the same units: the hosts that may be the cheapest, or the dearest."""

    low: tuple[_Rated, ...]
    high: tuple[_Rated, ...]


class HostChoice:
    """Chooses among the rates of hosts, all of one moment and one length of prompt."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self._cards = [card for card in cards if card.unpriced is None]
        self._fronts: dict[tuple[str, ...], _Fronts | None] = {}

    def bounds(self, usage: Mapping[str, int], calls: int | None = 1) -> Bounds | None:
        """Return the two ends of what a usage may cost; None where no host has a price for it."""
        units = tuple(usage)
        if units not in self._fronts:
            self._fronts[units] = self._front(units)
        fronts = self._fronts[units]
        if fronts is None:
            return None
        return Bounds(_first(fronts.low, usage, calls, 1), _first(fronts.high, usage, calls, -1))

    def _front(self, units: tuple[str, ...]) -> _Fronts | None:
        ends = []
        for sign in (1, -1):
            cards = [card.low or card if sign > 0 else card.high or card for card in self._cards]
            rated = [(card, rates) for card in cards if (rates := _rates(card, units)) is not None]
            if not rated:
                return None
            ends.append(_undominated(rated, sign))
        return _Fronts(*ends)


def _rates(card: Card, units: Sequence[str]) -> tuple[Decimal, ...] | None:
    """Return the rate of each unit and of the request; None where a unit has none."""
    if lack_of_price(dict.fromkeys(units, 1), card) is not None:
        return None
    rates = []
    for name in units:
        chain = UNITS[name].chain
        if not chain:
            fee = card.fees.get(name)
            rates.append(_each(fee))
            continue
        rates.append(next(card.rates[rate] for rate in chain if rate in card.rates))
    return (*rates, _each(card.fees.get("requests")))


def _each(fee: Fee | None) -> Decimal:
    return ZERO if fee is None else divide(fee.price, Decimal(fee.per))


def _undominated(rated: Sequence[_Rated], sign: int) -> tuple[_Rated, ...]:
    """Return the cards that none is better than in every unit, each set of rates once."""
    front: list[_Rated] = []
    for card, rates in sorted(rated, key=lambda item: sign * sum(item[1])):
        if not any(_covers(known, rates, sign) for _, known in front):
            front.append((card, rates))
    return tuple(front)


def _covers(known: Sequence[Decimal], rates: Sequence[Decimal], sign: int) -> bool:
    return all((b - a) * sign >= 0 for a, b in zip(known, rates, strict=True))


def _first(
    front: tuple[_Rated, ...], usage: Mapping[str, int], calls: int | None, sign: int
) -> Card:
    """Return the card under which a usage costs least (`sign` 1) or most (-1)."""
    if len(front) == 1:
        return front[0][0]
    if all(UNITS[unit].chain for unit in usage) and not any(card.per_call for card, _ in front):
        counts = tuple(usage.values())  # tokens alone: a product each is enough to compare by
        return min(front, key=lambda one: sign * sum(map(mul, one[1], counts)))[0]
    return min(front, key=lambda one: sign * _total(one[0], usage, calls))[0]


def _total(card: Card, usage: Mapping[str, int], calls: int | None) -> Decimal:
    counts = billed(usage, card, calls) if card.per_call else usage
    return price(Usage(counts), card).total or ZERO
