"""The report of `formats`."""

from __future__ import annotations

from tokencost_cli.output.report import Column, Lines, Report, Table
from tokencost_pricing._version import __version__
from tokencost_profiles.logs.formats import Reader, readers

_NOTES = (
    "Packed files (gz, bz2, xz, zstd, zip) are read as they are; a format is told by what is in "
    "the file.",
    "Anything else: --map describes a format of your own (JSON lines, CSV, Parquet).",
)


def report() -> Report:
    """Return the list of formats."""
    found = sorted((reader for reader in readers() if reader.gives), key=lambda one: one.name)
    columns = (
        Column("name", "format"),
        Column("title", "what it is"),
        Column("gives", "tells of"),
        Column("where", "found at", spare=1),
    )
    rows = [(one.name, one.title, ", ".join(one.gives), one.where or None) for one in found]
    data = {"tool": __version__, "items": [_document(one) for one in found]}
    sections = (Table(columns, rows, main=True), Lines(_NOTES, "note"))
    return Report("tokencost.formats/1", data, sections)


def _document(reader: Reader) -> dict[str, object]:
    return {
        "name": reader.name,
        "title": reader.title,
        "gives": list(reader.gives),
        "where": reader.where or None,
        "homes": list(reader.homes),
    }
