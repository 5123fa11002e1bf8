"""The long rows of `estimate`: one a prompt, model and unit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from tokencost_cli.output.tables import Table
from tokencost_cli.reports._long_rows import UnitRow, long_table, scaled_rate
from tokencost_pricing.cost import Line
from tokencost_pricing.money import ZERO, add, divide, multiply
from tokencost_profiles.estimates.estimate import Item

if TYPE_CHECKING:
    from tokencost_cli.reports.documents.totals import Range

_KEYS: Final = ("path", "line", "model", "provider")


def long_items(items: Sequence[Item]) -> Table:
    """Return the rows of every prompt on every model."""
    return long_table(
        _KEYS,
        (
            ((*place_of(item), item.offer.model.id, item.offer.provider), 1, _units(item))
            for item in items
        ),
    )


def place_of(item: Item) -> tuple[str, int | None]:
    """Return the file of a prompt, and its line or entry where the file holds several."""
    line = item.prompt.line if item.prompt is not None else None
    return (item.path if line is None else item.path.removesuffix(f":{line}")), line


def _units(item: Item) -> list[UnitRow]:
    lines = {line.unit: line for line in item.cost.lines}
    return [
        _row(item, unit, tokens, lines.get(unit)) for unit, tokens in item.usage.items() if tokens
    ]


def cost_range(item: Item) -> Range | None:
    """Return the least and the most that a prompt may cost; None where that is one number.

    The counted tokens may be off; where only an hour decides the rate, it may be the peak's, and
    where a router does not say which host answers, that of the cheapest or the dearest.
    """
    if item.cost.total is None:
        return None
    lines = {line.unit: line for line in item.cost.lines}
    rows = [_row(item, unit, item.usage[unit], line) for unit, line in lines.items()]
    if all(row.cost_low is None for row in rows):
        return None
    low, high = ZERO, ZERO
    bounded = True
    for row in rows:
        cost = row.cost or ZERO
        low = add(low, cost if row.cost_low is None else row.cost_low)
        is_range = row.cost_low is not None
        bounded = bounded and (row.cost_high is not None or not is_range)
        high = add(high, row.cost_high if is_range and row.cost_high is not None else cost)
    return low, high if bounded else None


def _row(item: Item, unit: str, tokens: int, line: Line | None) -> UnitRow:
    if line is None:
        return UnitRow(unit, tokens)
    fewest, most = _bounds(item, unit, tokens)
    low = _priced(fewest, _line(item.cost.low_lines, line))
    high = _priced(most, _line(item.cost.high_lines, line)) if most is not None else None
    is_range = (low, high) != (line.amount, line.amount)
    return UnitRow(
        unit,
        tokens,
        *scaled_rate(unit, (line.rate, line.per)),
        line.amount,
        low if is_range else None,
        high if is_range else None,
    )


def _bounds(item: Item, unit: str, tokens: int) -> tuple[int, int | None]:
    """Return the fewest and the most of a unit; no most where there is no bound."""
    if unit == "input":
        high = item.counted.high
        least = max(0, tokens - (item.counted.tokens - item.counted.low))
        return least, None if high is None else tokens + high - item.counted.tokens
    if unit == "output" and item.output.high is not None:
        low = item.output.low
        return tokens if low is None else low, item.output.high
    return tokens, tokens


def _line(lines: Sequence[Line], listed: Line) -> Line:
    """Return the line of a unit at another rate: the peak's, or that of another host."""
    return next((line for line in lines if line.unit == listed.unit), listed)


def _priced(tokens: int, line: Line) -> Decimal:
    return divide(multiply(Decimal(tokens), line.rate), Decimal(line.per))
