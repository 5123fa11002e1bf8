"""The report of `formats`."""

from __future__ import annotations

from collections.abc import Callable

from tokencost_cli.output.headings import column
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Lines, Table
from tokencost_cli.reports.documents.formats import FORMAT, FormatEntry, FormatsDocument
from tokencost_cli.reports.documents.head import head_fields
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_profiles.logs.formats import Reader, readers

_NOTES = (
    "Packed files (gz, bz2, xz, zstd, zip) are read as they are; a format is recognised by "
    "what is in the file.",
    "Anything else: --map describes a format of your own (JSON lines, CSV, Parquet).",
)


def report(facts: Callable[[], RunFacts]) -> Report:
    """Return the list of formats."""
    listed = sorted((reader for reader in readers() if reader.gives), key=lambda one: one.name)
    columns = (
        column("name", title="format"),
        column("title", title="what it is"),
        column("gives"),
        column("where", spare=1),
    )
    rows = [(one.name, one.title, ", ".join(one.gives), one.where or None) for one in listed]
    return Report(
        FORMAT,
        lambda: FormatsDocument(
            **head_fields(FORMAT, facts(), ()), items=[_entry(one) for one in listed]
        ),
        (Table(columns, rows, main=True), Lines(_NOTES, "note")),
    )


def _entry(reader: Reader) -> FormatEntry:
    return FormatEntry(
        name=reader.name,
        title=reader.title,
        gives=list(reader.gives),
        where=reader.where or None,
        homes=list(reader.homes),
    )
