"""What a command has to say, before it is written in any format.

A command makes one `Report`; every renderer can write every report. `data` is the machine's form
(the JSON contract); `sections` are the reader's. Cells hold values, not text: an amount stays a
`Decimal` until a renderer writes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from tokencost_cli.output.tables import Lines, Table
from tokencost_pricing.errors import UsageError

if TYPE_CHECKING:
    from msgspec import Struct

    from tokencost_cli.output.gate_report import GateReport
    from tokencost_cli.output.page import Page
    from tokencost_cli.output.profile_data import ProfileData


Section = Table | Lines


class Report(NamedTuple):
    """Everything that a renderer needs."""

    format: str  # name and version of the JSON document, such as `tokencost.estimate/2`
    # The struct of the document (see `reports.documents`), built when it is written.
    data: dict[str, Any] | Callable[[], dict[str, Any] | Struct]
    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = ()
    gate: GateReport | None = None  # of check and diff: what their renderers read
    # Tables that only CSV and Parquet write, built when they are written.
    exports: Callable[[], tuple[Table, ...]] = tuple
    page: Callable[[], Page] | None = None  # the charts of a page, made when it is written
    profile: ProfileData | None = None  # what other programs' formats of profiles are written from

    def footnotes(self) -> set[str]:
        """Return the warnings that stand below a table."""
        tables = [section for section in self.sections if isinstance(section, Table)]
        return {note.warning or note.text for table in tables for note in table.footnotes}

    def tables(self) -> list[Table]:
        """Return the tables that spreadsheets may want, those meant for them first."""
        tables = (section for section in self.sections if isinstance(section, Table))
        return [*self.exports(), *tables]

    def document(self) -> dict[str, Any]:
        """Return the machine's form."""
        data = self.data() if callable(self.data) else self.data
        if not isinstance(data, dict):
            from msgspec import to_builtins

            return cast("dict[str, Any]", to_builtins(data))
        return {"format": self.format, **data, "warnings": list(self.warnings)}


def verdict_of(report: Report, format_name: str) -> GateReport:
    """Return the report of a check. Raise `UsageError` for any other report."""
    gate = report.gate
    if gate is None or gate.verdict is None:
        raise UsageError(
            f"{format_name} writes the answer of check, and this report is {report.format}",
            hint="formats for every report: table, json, csv, markdown, html",
        )
    return gate
