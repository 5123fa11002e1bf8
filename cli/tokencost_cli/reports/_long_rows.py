"""The long shape that CSV writes of usage: one row a key and unit, numbers only, no totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from tokencost_cli.output.headings import column
from tokencost_cli.output.tables import Cell, Table
from tokencost_pricing.money import divide, multiply
from tokencost_pricing.units import TOKEN_UNITS, UNITS

CHARGED: Final = "charged"
_MILLION: Final = 1_000_000
NO_ENDS: Final[Mapping[str, tuple[Decimal, Decimal]]] = MappingProxyType({})
_NUMBERS: Final = (
    column("calls", "count"),
    column("unit"),
    column("tokens", "count"),
    column("rate", "rate"),
    column("per", "count"),
    column("cost", "money"),
    column("cost_low", "money"),
    column("cost_high", "money"),
)


class UnitRow(NamedTuple):
    """One unit of the usage of a key. What is not known, or is not one number, is None."""

    unit: str | None  # None: calls of which no usage is known
    tokens: int | None  # how many of the unit, also where it is no token
    rate: Decimal | None = None  # USD for `per` of the unit
    per: int | None = None
    cost: Decimal | None = None
    cost_low: Decimal | None = None
    cost_high: Decimal | None = None


def long_table(
    keys: Sequence[str], groups: Iterable[tuple[Sequence[Cell], int, Iterable[UnitRow]]]
) -> Table:
    """Return the table of groups: (values of the key, calls, rows of units)."""
    columns = (*(column(key) for key in keys), *_NUMBERS)
    rows = [(*key, calls, *row) for key, calls, units in groups for row in units]
    return Table(columns, rows, long=True)


def unit_rows(
    usage: Mapping[str, int],
    costs: Mapping[str, Decimal],
    rates: Mapping[str, tuple[Decimal, int] | None],
    charged: tuple[int, Decimal] | None = None,
    ends: Mapping[str, tuple[Decimal, Decimal]] = NO_ENDS,
) -> list[UnitRow]:
    """Return the rows of a usage with what each unit costs, extras that have no count last.

    `charged`: calls that cost what their log says, in no unit. `ends`: the least and the most of
    units whose cost is not one number.
    """
    rows = [
        UnitRow(
            unit,
            tokens,
            *scaled_rate(unit, rates.get(unit)),
            costs.get(unit),
            *ends.get(unit, (None, None)),
        )
        for unit, tokens in usage.items()
        if tokens
    ]
    rows += [UnitRow(name, None, cost=cost) for name, cost in costs.items() if not usage.get(name)]
    if charged is not None:
        rows.append(UnitRow(CHARGED, None, cost=charged[1]))
    return rows or [UnitRow(None, None)]


def scaled_rate(unit: str, rate: tuple[Decimal, int] | None) -> tuple[Decimal | None, int | None]:
    """Return a rate per million tokens, or per one of what is no token."""
    if rate is None:
        return None, None
    per = _MILLION if unit in TOKEN_UNITS and unit in UNITS else 1
    return divide(multiply(rate[0], Decimal(per)), Decimal(rate[1])), per


def rate_of(tokens: int, cost: Decimal | None) -> tuple[Decimal, int] | None:
    """Return the rate that the cost of a single call implies."""
    return (cost, tokens) if cost is not None and tokens else None
