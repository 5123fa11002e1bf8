"""Tables of a report as the page draws them: text, and what a column is sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from tokencost_cli.output.formatting import cell
from tokencost_cli.output.html.names import shorten
from tokencost_cli.output.tables import RIGHT_ALIGNED, AtLeast, Cell, Column, Table

MOST_ROWS: Final = 5000  # of a table on a page; all of them are in -f csv
FIRST_ROWS: Final = 50  # that are written into the page itself
_WIDTH: Final = 120


def table_data(table: Table, number: int) -> dict[str, Any]:
    """Return a table as the page's script takes it. A cell is a text and its sort key."""
    rows = table.rows[:MOST_ROWS]
    return {
        "id": f"table{number}",
        "title": shorten(table.title),
        "columns": [_column(column) for column in table.columns],
        "rows": [_row(row, table.columns) for row in rows],
        "marks": list(table.marks[:MOST_ROWS]),
        "notes": [table.numbers_of(at) for at in range(len(rows))] if table.footnotes else [],
        "footer": _row(table.footer, table.columns) if table.footer is not None else None,
        "footnotes": [shorten(note.text, 400) for note in table.numbered()],
        "remarks": [shorten(note.text, 400) for note in table.unnumbered()],
        "left_out": len(table.rows) - len(rows),
    }


def _column(column: Column) -> dict[str, Any]:
    kind = column.kind
    return {"title": column.title, "kind": kind, "right": kind in RIGHT_ALIGNED}


def _row(row: Sequence[Cell], columns: Sequence[Column]) -> list[list[Any]]:
    return [_cell(value, column) for value, column in zip(row, columns, strict=True)]


def _cell(value: Cell, column: Column) -> list[Any]:
    if column.kind == "bar":
        size = float(value) if isinstance(value, int | float | Decimal) else 0.0
        return ["", round(min(max(size, 0.0), 1.0), 4)]
    text = shorten(cell(value, column.kind), _WIDTH)
    if value is None:
        return [text, None]
    if isinstance(value, AtLeast):
        return [text, float(value.amount)]
    return [text, float(value)] if isinstance(value, int | float | Decimal) else [text, text]
