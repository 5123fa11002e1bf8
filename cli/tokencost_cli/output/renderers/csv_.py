"""`--format csv`: usage in the long shape, else the main table; full precision, no symbols."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Final

from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import inert
from tokencost_cli.output.tables import AtLeast, Cell
from tokencost_pricing.money import plain


class Csv:
    """Writes the long table of a report, or its main one."""

    endings: Final = ("csv",)
    commands: Final = ()

    def render(self, report: Report, style: Style) -> str:
        """Return one header line and one line a row; totals are left to the reader."""
        tables = report.tables()
        main = next((table for table in tables if table.long), None)
        main = main or next((table for table in tables if table.main), None)
        main = main or (tables[0] if tables else None)
        if main is None:
            return ""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        columns = [at for at, column in enumerate(main.columns) if column.kind != "bar"]
        writer.writerow([inert(main.columns[at].key) for at in columns])
        for row in main.rows:
            writer.writerow([_value(row[at]) for at in columns])
        return text.getvalue()


def _value(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return inert(cell)
    if isinstance(cell, AtLeast):
        return plain(cell.amount)
    return plain(cell) if isinstance(cell, Decimal) else str(cell)


RENDERER: Final = Csv()
