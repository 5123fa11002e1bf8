"""The long rows of `diff` and `check`: one an item, side and unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tokencost_cli.output.report import Cell, Table
from tokencost_cli.reports._long_rows import UnitRow, long_table, rate_of, unit_rows
from tokencost_profiles.gate.comparison import Change, Comparison
from tokencost_profiles.gate.items import Side

# Beside the key stands what was judged and what was assumed: no other place of CSV can say it.
_KEYS: Final = ("side", "path", "model", "status", "judged_on", "output_source", "verdict")


def long_sides(comparison: Comparison, verdicts: Sequence[str]) -> Table:
    """Return the rows of both sides of every item."""
    return long_table(
        _KEYS,
        (
            (
                _key(name, side, item, verdict),
                side.calls if side.calls is not None else 1,
                _units(side, grouped=comparison.grouped),
            )
            for item, verdict in zip(comparison.items, verdicts, strict=True)
            for name, side in _sides(item)
        ),
    )


def _sides(item: Change) -> Iterator[tuple[str, Side]]:
    if item.base is not None:
        yield "base", item.base
    if item.head is not None:
        yield "head", item.head


def _key(name: str, side: Side, item: Change, verdict: str) -> tuple[Cell, ...]:
    return (
        name,
        item.path,
        side.model,
        item.status,
        item.judged_on,
        side.output_source,
        verdict or None,
    )


def _units(side: Side, *, grouped: bool) -> list[UnitRow]:
    if side.problem is not None:
        return unit_rows({}, {}, {})
    lines = side.lines if side.saved_lines is None else side.saved_lines
    costs = lines if side.cost is not None else {}
    # Calls of a group may be billed at several rates: their mean is a rate of none of them.
    rates = (
        {}
        if grouped
        else {unit: rate_of(tokens, costs.get(unit)) for unit, tokens in side.usage.items()}
    )
    charged = (side.charged.calls, side.charged.cost) if side.charged is not None else None
    return unit_rows(side.usage, costs, rates, charged)
