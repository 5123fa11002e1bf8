"""A model on hardware of one's own: what its tokens cost, and from which volume on it pays."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_pricing.money import divide, multiply
from tokencost_profiles.whatif.parse_numbers import number

_HOURS_A_MONTH: Final = 24 * 30
_SECONDS: Final = 3600
_NEEDED: Final = ("gpus", "usd", "input", "output")


class Hardware(NamedTuple):
    """Graphics cards, their price by the hour, and how many tokens a second they get through."""

    gpus: Decimal
    usd: Decimal  # a card and hour
    input: Decimal  # tokens a second, of all cards together
    output: Decimal
    utilisation: Decimal = Decimal(1)  # the share of the time that they have work

    @property
    def hour(self) -> Decimal:
        """USD an hour, busy or idle."""
        return multiply(self.gpus, self.usd)

    @property
    def month(self) -> Decimal:
        """USD for thirty days."""
        return multiply(self.hour, Decimal(_HOURS_A_MONTH))

    def cost(self, input_tokens: int | Decimal, output_tokens: int | Decimal) -> Decimal:
        """Return the cost of tokens: the seconds they take, at the price of a busy second."""
        return divide(
            multiply(self.seconds(input_tokens, output_tokens), self.hour),
            multiply(Decimal(_SECONDS), self.utilisation),
        )

    def seconds(self, input_tokens: int | Decimal, output_tokens: int | Decimal) -> Decimal:
        """Return how long tokens take, with nothing else to do."""
        return divide(Decimal(input_tokens), self.input) + divide(
            Decimal(output_tokens), self.output
        )


class BreakEven(NamedTuple):
    """From which volume on hardware is cheaper than an API."""

    calls_a_day: Decimal | None  # None: never, a call costs nothing at the API
    capacity: Decimal | None  # calls a day that the hardware gets through
    month: Decimal  # USD of the hardware


def break_even(
    hardware: Hardware,
    calls: int,
    api: Decimal,
    input_tokens: int | Decimal,
    output_tokens: int | Decimal,
) -> BreakEven:
    """Return the volume at which a month of the API costs what a month of the hardware does.

    `calls` cost `api` at the API and have so many tokens; calls to come are taken to be like them.
    """
    each = divide(api, Decimal(calls)) if calls else Decimal(0)
    volume = divide(hardware.month, multiply(each, Decimal(30))) if each else None
    busy = hardware.seconds(input_tokens, output_tokens)
    capacity = None
    if busy and calls:
        day = multiply(Decimal(24 * _SECONDS), hardware.utilisation)
        capacity = divide(multiply(day, Decimal(calls)), busy)
    return BreakEven(volume, capacity, hardware.month)


def hardware(value: Any, where: str) -> Hardware:
    """Read `gpus=4,usd=2.50,input=20000,output=2500,utilisation=0.5`, or the same in YAML."""
    if not isinstance(value, Mapping):
        pairs = [entry.partition("=") for entry in str(value).split(",")]
        value = {name.strip(): given.strip() for name, _, given in pairs}
    found: dict[str, Decimal] = {}
    for name, given in value.items():
        if name not in Hardware._fields:
            raise UsageError(f"{where}: no '{name}'{did_you_mean(str(name), Hardware._fields)}")
        amount = number(given)
        if amount is None:
            raise UsageError(f"{where}: {name}: '{given}' is not a number")
        if amount <= 0:
            raise UsageError(f"{where}: {name} must be more than 0")
        found[str(name)] = amount
    missing = [name for name in _NEEDED if name not in found]
    if missing:
        raise UsageError(
            f"{where}: {', '.join(missing)} missing",
            hint="gpus=4,usd=2.50,input=20000,output=2500 (tokens a second),utilisation=0.5",
        )
    if found.get("utilisation", Decimal(1)) > 1:
        raise UsageError(f"{where}: utilisation is a share of 1")
    return Hardware(**found)
