"""One row a call, for CSV and Parquet: when, what, by whom, how long, how much."""

from __future__ import annotations

from collections.abc import Sequence

from tokencost_cli.output.headings import column
from tokencost_cli.output.tables import Cell, Table
from tokencost_cli.reports.documents.fields import at
from tokencost_profiles.costs.columns import TypedColumn, call_columns
from tokencost_profiles.costs.single_calls import SingleCall


def by_call(calls: Sequence[SingleCall]) -> Table:
    """Return the table of single calls, a column for each unit and tag that any of them has."""
    columns = call_columns(calls)
    headings = tuple(
        column(one.name, "text" if one.kind == "time" else one.kind, title=one.title)
        for one in columns
    )
    rows = list(zip(*map(_cells, columns), strict=True))
    return Table(headings, rows, main=True, spreadsheet=True)


def _cells(column: TypedColumn) -> Sequence[Cell]:
    return [at(value) for value in column.values] if column.kind == "time" else column.values
