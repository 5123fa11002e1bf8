"""`--format focus`: FOCUS cost and usage rows, as CSV or Parquet, with exact decimals."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from tokencost_cli.output.focus_columns import COUNT, DECIMAL, TIME, FocusColumn, columns
from tokencost_cli.output.focus_rows import FocusRow, focus_row
from tokencost_cli.output.profile_data import profile_of
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import inert
from tokencost_pricing.errors import UsageError
from tokencost_pricing.money import plain

_DIGITS: Final = (38, 18)  # of decimal128: precision, places
_MOST_DIGITS: Final = 76  # of decimal256


class Focus:
    """Writes a row a day, account, model, rate and unit. Null is an empty cell, never 0."""

    endings: Final = ("focus.csv", "focus.parquet")
    commands: Final = ("profile",)

    def render(self, report: Report, style: Style) -> str | bytes:
        """Return the file: Parquet where that is asked for."""
        data = profile_of(report, "focus")
        how = data.focus
        wanted = columns(how.version)
        rows = [focus_row(charge, how.seller_of(charge), how.prices) for charge in data.charges]
        return _parquet(wanted, rows) if how.is_parquet else _csv(wanted, rows)


def _csv(wanted: Sequence[FocusColumn], rows: Sequence[FocusRow]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in wanted])
    writer.writerows([_cell(row.get(column.name)) for column in wanted] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    """Write a value. Decimals have a point: readers that guess types take others for integers."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = plain(value)
        return text if "." in text else f"{text}.0"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return inert(value) if isinstance(value, str) else str(value)


def _parquet(wanted: Sequence[FocusColumn], rows: Sequence[FocusRow]) -> bytes:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise UsageError(
            "parquet needs pyarrow", hint="pip install 'tokencost-profiler[data]'"
        ) from None
    arrays, fields = [], []
    for column in wanted:
        values = [row.get(column.name) for row in rows]
        kind = _type(column, values, pyarrow)
        arrays.append(pyarrow.array(values, kind))
        fields.append(pyarrow.field(column.name, kind, nullable=column.has_nulls))
    out = io.BytesIO()
    parquet.write_table(pyarrow.table(arrays, schema=pyarrow.schema(fields)), out)
    return out.getvalue()


def _type(column: FocusColumn, values: Sequence[Any], pyarrow: Any) -> Any:
    """Return the type of a column: decimals have as many places as the values need, at least 18."""
    if column.kind == DECIMAL:
        known = [value for value in values if value is not None]
        places = max([_DIGITS[1], *(-int(value.as_tuple().exponent) for value in known)])
        most = max([0, *(value.adjusted() + 1 for value in known)])
        if places + most <= _DIGITS[0]:
            return pyarrow.decimal128(_DIGITS[0], places)
        return pyarrow.decimal256(_MOST_DIGITS, places)
    if column.kind == TIME:
        return pyarrow.timestamp("us", tz="UTC")
    return pyarrow.int64() if column.kind == COUNT else pyarrow.string()


RENDERER: Final = Focus()
