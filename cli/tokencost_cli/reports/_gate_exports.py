"""What spreadsheets get of `diff` and `check`: a row an item, side and unit; or a row an item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from tokencost_cli.output.tables import Cell, Column, Table
from tokencost_cli.reports._gate_tables import why_of
from tokencost_cli.reports._gate_words import month
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
    costs = side.cost_lines if side.cost is not None else {}
    # Calls of a group may be billed at several rates: their mean is a rate of none of them.
    rates = (
        {}
        if grouped
        else {unit: rate_of(tokens, costs.get(unit)) for unit, tokens in side.usage.items()}
    )
    charged = (side.charged.calls, side.charged.cost) if side.charged is not None else None
    return unit_rows(side.usage, costs, rates, charged, side.line_ends)


def spreadsheet(comparison: Comparison, verdicts: Sequence[str]) -> Table:
    """Return every item with full numbers, what it was judged on, and what was assumed."""
    columns = [
        Column("path", "path"),
        Column("model", "model"),
        Column("status", "status"),
        Column("judged_on", "judged_on"),
        Column("output_source", "output_source"),
        Column("verdict", "verdict"),
        Column("base_input_tokens", "", "count"),
        Column("input_tokens", "", "count"),
        Column("base_output_tokens", "", "count"),
        Column("output_tokens", "", "count"),
        Column("base_cost", "", "money"),
        Column("cost", "", "money"),
        Column("base_input_cost", "", "money"),
        Column("input_cost", "", "money"),
        Column("change_cost", "", "money"),
        Column("relative", "", "percent"),
        Column("month_cost", "", "money"),
        Column("why", "why"),
    ]
    rows = [
        _spreadsheet_row(item, verdict, comparison)
        for item, verdict in zip(comparison.items, verdicts, strict=True)
    ]
    return Table(tuple(columns), rows, main=True, spreadsheet=True)


def _spreadsheet_row(item: Change, verdict: str, comparison: Comparison) -> tuple[Cell, ...]:
    base, head = item.base, item.head
    side = head or base
    before = base if base and base.problem is None else None
    now = head if head and head.problem is None else None
    return (
        item.path,
        item.model,
        item.status,
        item.judged_on,
        side.output_source if side else None,
        verdict,
        before.input_tokens if before else None,
        now.input_tokens if now else None,
        before.output_tokens if before else None,
        now.output_tokens if now else None,
        base.cost if base else None,
        head.cost if head else None,
        base.input_cost if base else None,
        head.input_cost if head else None,
        item.cost,
        item.relative,
        month(item.cost, comparison),
        why_of(item, comparison),
    )
