"""Rates that are not one number: the least and the most that a unit may cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from tokencost_pricing.money import multiply
from tokencost_pricing.units import UNITS

Pick = Callable[[Decimal, Decimal], Decimal]  # min or max

# For every rate of the table the wider ones that stand in for it, itself first.
_CHAINS: Final = {
    unit.chain[at]: unit.chain[at:]
    for unit in reversed(UNITS.values())
    for at in range(len(unit.chain) - 1, -1, -1)
}


def rate_for(name: str, rates: Mapping[str, Decimal]) -> Decimal | None:
    """Return the rate that is charged where a table asks for `name`: its own or a wider one."""
    return next((rates[rate] for rate in _CHAINS.get(name, (name,)) if rate in rates), None)


def widened(
    listed: Mapping[str, Decimal], others: Mapping[str, Decimal], pick: Pick
) -> dict[str, Decimal]:
    """Return for each rate the lesser (or greater) of two price lists.

    A list that leaves a rate out charges the wider one.
    """
    rates: dict[str, Decimal] = {}
    for name in dict.fromkeys((*listed, *others)):
        known = [rate_for(name, listed), rate_for(name, others)]
        amounts = [amount for amount in known if amount is not None]
        rates[name] = amounts[0] if len(amounts) == 1 else pick(*amounts)
    return rates


def scaled(rates: Mapping[str, Decimal], factor: Decimal) -> dict[str, Decimal]:
    """Return rates times a factor."""
    return {name: multiply(rate, factor) for name, rate in rates.items()}
