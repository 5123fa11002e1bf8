"""Numbers for people. Display rounds, and never lies: a real cost is never displayed as $0.00."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from tokencost_cli.output.tables import AtLeast, Cell, Kind
from tokencost_pricing.money import SMALLEST, money

if TYPE_CHECKING:
    from tokencost_pricing.table import PriceTable
    from tokencost_pricing.terms import Terms
    from tokencost_profiles.tokens.margin import Margin

_ONE = Decimal(1)
_TENTH = Decimal("0.1")
_THOUSANDTH = Decimal("0.001")


def rate(amount: Decimal) -> str:
    """Write a price per million tokens: no digit is dropped, at least two decimals stand."""
    text = format(amount.normalize(), "f")
    integer, _, places = text.partition(".")
    return f"${int(integer):,}.{places.ljust(2, '0')}"


def count(number: int) -> str:
    """Write a count with thousands apart."""
    return f"{number:,}"


def share_percent(part: float | Decimal) -> str:
    """Write a share as a percentage, rounded down: 100 % only when it is all of it."""
    value = Decimal(repr(part)) if isinstance(part, float) else part
    if value == 0:
        return "0%"
    if 0 < value < _THOUSANDTH:
        return "<0.1%"
    value = value.scaleb(2)
    places = _TENTH if value < 10 or 99 <= value < 100 else _ONE
    return f"{value.quantize(places, ROUND_FLOOR)}%"


def percent(change: float | Decimal) -> str:
    """Write a change as a percentage; 0 % and 100 % only when it is exactly that."""
    value = float(change) * 100
    if value == 0:
        return "0%"
    if abs(value) < 0.1:
        return f"{'-' if value < 0 else ''}<0.1%"
    text = f"{value:.1f}%" if abs(value) < 10 else f"{value:.0f}%"
    if text in ("100%", "-100%") and abs(value) != 100:
        sign = "-" if value < 0 else ""
        return f"{sign}99.9%" if abs(value) > 99.9 and abs(value) < 100 else f"{value:.1f}%"
    return text


def error(relative: float) -> str:
    """Write a relative error: `±4%`, or `exact`."""
    if relative == 0:
        return "exact"
    return f"±{relative * 100:.1g}%" if relative < 0.01 else f"±{relative * 100:.0f}%"


def margin(sides: Margin) -> str:
    """Write both sides of an error: `±4%` where they are equal, else `-1% +12%` or `+12%`."""
    below, above = (error(side).removeprefix("±") for side in sides)
    if below == above:
        return error(sides.above)
    signed = (sign + side for sign, side in (("-", below), ("+", above)) if side != "exact")
    return " ".join(signed)


def token_range(low: int, high: int | None) -> str:
    """Write what a count lies between: `275 to 1,465`, `275 or more`."""
    if high is None:
        return f"{low:,} or more"
    return f"{low:,} to {high:,}" if low != high else f"{low:,}"


def duration(seconds: float) -> str:
    """Write a span of time: `850 ms`, `4.2 s`, `3 min`, `2.5 h`, `12 days`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    for size, unit in ((86_400 * 2, "days"), (3600 * 2, "h"), (120, "min")):
        if seconds >= size:
            scale = {"days": 86_400, "h": 3600, "min": 60}[unit]
            value = seconds / scale
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"{seconds:.1f} s"


def cell(value: Cell, kind: Kind) -> str:
    """Write one cell of a table."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if isinstance(value, AtLeast):
        return f"≥{_floor(value.amount)}"
    if kind == "money" and isinstance(value, Decimal):
        return money(value)
    if kind == "rate" and isinstance(value, Decimal):
        return rate(value)
    if kind == "percent" and not isinstance(value, int):
        return percent(value)
    if kind == "share" and not isinstance(value, int):
        return share_percent(value)
    if kind == "error" and isinstance(value, float):
        return error(value)
    return count(value) if isinstance(value, int) else str(value)


def _floor(amount: Decimal) -> str:
    """Write the least that an amount is; a small one to two digits, rounded down."""
    if not 0 < amount < SMALLEST:
        return money(amount)
    places = Decimal(1).scaleb(amount.adjusted() - 1)
    return f"${amount.quantize(places, ROUND_FLOOR):f}"


def first_names(names: Sequence[str], most: int = 3) -> str:
    """List the first names, and how many more there are."""
    more = len(names) - most
    listed = ", ".join(names[:most])
    return f"{listed} and {more} more" if more > 0 else listed


def as_of_text(at: datetime, *, timed: bool) -> str:
    """Return the day of prices; the moment in UTC where the hour was stated."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if timed else f"{at:%Y-%m-%d}"


def table_line(table: PriceTable, terms: Terms | None) -> str:
    """Return the line that says which prices were used."""
    day = f" as of {terms.at:%Y-%m-%d}" if terms else ""
    overlays = f", with {', '.join(table.overlays)}" if table.overlays else ""
    return f"prices: table {table.version}{day}{overlays}"
