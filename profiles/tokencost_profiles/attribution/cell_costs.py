"""What single cells of a profile cost, so that their sum is the bill to the last decimal."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.cost import price
from tokencost_pricing.money import EXACT, ZERO, add, subtract
from tokencost_pricing.rate_card import Card, token_rate
from tokencost_pricing.units import MEASURED_UNITS, UNITS
from tokencost_pricing.usage import Usage
from tokencost_profiles.costs.cell import Cell
from tokencost_profiles.costs.dimensions import Key

_MILLION: Final = 6  # places: rates are per million tokens
_REQUESTS: Final = "requests"


class Fee(NamedTuple):
    """What a tool of the provider was paid for: searches, containers."""

    unit: str
    quantity: int
    cost: Decimal  # USD


class CellCost(NamedTuple):
    """What a cell costs in USD, its fees included; `unpriced_calls` are in no cost."""

    cost: Decimal
    fees: list[Fee]
    unpriced_calls: int


class CellCosts:
    """Prices cells one after the other. `charged`: what has no price costs what its log states.

    A fee of several uses may have no finite price of one: each then costs what it adds to the sum
    of those before it.
    """

    def __init__(self, cards: Mapping[str, Card], *, charged: bool) -> None:
        self._cards = cards
        self._charged = charged
        self._rates: dict[str, dict[str, int]] = {}  # by card and unit, in its smallest decimal
        self._places: dict[str, int] = {}
        self._counts: dict[tuple[str, str], int] = {}  # of fees, by card and unit

    def of(self, key: Key, cell: Cell) -> CellCost:
        """Return what a cell costs."""
        cost = ZERO
        fees: list[Fee] = []
        if cell.usage and key.reason is None:
            cost, fees = self._priced(key.rates, cell.usage)
        lost = cell.calls if key.reason is not None else 0
        if self._charged and cell.charged is not None:
            cost = add(cost, cell.charged)
            lost -= cell.charged_calls if lost else 0
        return CellCost(cost, fees, lost)

    def _priced(self, name: str, usage: Mapping[str, int]) -> tuple[Decimal, list[Fee]]:
        rates = self._rates.get(name)
        if rates is None:
            rates = self._rates[name] = self._new_rates(name)
        amount, bought = 0, []
        for unit, count in usage.items():
            rate = rates.get(unit)
            if rate is not None:
                amount += count * rate
            elif count and not UNITS[unit].chain:
                bought.append(unit)
        cost = EXACT.scaleb(Decimal(amount), -self._places[name])
        if not bought:
            return cost, []
        fees = [self._fee(name, unit, usage[unit]) for unit in bought]
        for fee in fees:
            cost = add(cost, fee.cost)
        return cost, [fee for fee in fees if fee.cost and is_tool(fee.unit)]

    def _new_rates(self, name: str) -> dict[str, int]:
        card = self._cards[name]
        known = {unit: token_rate(card, unit) for unit, one in UNITS.items() if one.chain}
        rates = {unit: rate[1] for unit, rate in known.items() if rate is not None}
        exponents = (rate.as_tuple().exponent for rate in rates.values())
        places = max((-one for one in exponents if isinstance(one, int)), default=0)
        self._places[name] = places + _MILLION
        return {unit: int(EXACT.scaleb(rate, places)) for unit, rate in rates.items()}

    def _fee(self, name: str, unit: str, count: int) -> Fee:
        before = self._counts.get((name, unit), 0)
        self._counts[name, unit] = before + count
        amounts = (self._amount(name, unit, one) for one in (before + count, before))
        return Fee(unit, count, subtract(*amounts))

    def _amount(self, name: str, unit: str, count: int) -> Decimal:
        return price(Usage({unit: count}), self._cards[name]).total or ZERO


def is_tool(unit: str) -> bool:
    """Whether a unit is the use of a tool of the provider."""
    return not UNITS[unit].chain and unit != _REQUESTS and unit not in MEASURED_UNITS
