"""`--format parquet`: the main table as typed columns, money as exact decimals."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any, Final

from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import AtLeast, Column
from tokencost_pricing.errors import UsageError

_SHARES: Final = ("percent", "share", "error", "seconds")
_DIGITS: Final = (38, 18)  # of decimal128: precision, places


class Parquet:
    """Writes the main table of a report as Parquet."""

    endings: Final = ("parquet",)
    commands: Final = ()

    def render(self, report: Report, style: Style) -> bytes:
        """Return the file."""
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError:
            raise UsageError(
                "parquet needs pyarrow", hint="pip install 'tokencost-profiler[data]'"
            ) from None
        tables = [table for table in report.tables() if not table.long]
        main = next((table for table in tables if table.main), tables[0])
        columns = {
            column.key: pyarrow.array(
                [_value(row[at], column) for row in main.rows], _type(column, pyarrow)
            )
            for at, column in enumerate(main.columns)
            if column.kind != "bar"
        }
        out = io.BytesIO()
        parquet.write_table(pyarrow.table(columns), out)
        return out.getvalue()


def _type(column: Column, pyarrow: Any) -> Any:
    if column.kind in ("money", "rate"):
        return pyarrow.decimal128(*_DIGITS)
    if column.kind == "count":
        return pyarrow.int64()
    if column.kind in _SHARES:
        return pyarrow.float64()
    return pyarrow.string()


def _value(value: Any, column: Column) -> Any:
    if isinstance(value, AtLeast):
        value = value.amount
    if column.kind in _SHARES:
        return None if value is None else float(value)
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-_DIGITS[1]))
    return value if value is None or column.kind != "text" else str(value)


RENDERER: Final = Parquet()
