"""The reports of `cache info` and `cache clear`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tokencost_cli.output.headings import column
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Cell, Lines, Table
from tokencost_cli.reports.documents.cache import FORMAT, CacheDocument, CacheEntry
from tokencost_cli.reports.documents.head import head_fields
from tokencost_cli.runtime.run_facts import RunFacts

_OFF: Final = "nothing is stored: TOKENCOST_CACHE is empty"


class CacheContent(NamedTuple):
    """What the cache holds of one kind. `sources`: the logs that need not be read again."""

    name: str
    files: int
    bytes: int
    sources: int | None = None
    limit_bytes: int | None = None  # of what is stored of logs


def report(
    folder: Path | None, contents: Sequence[CacheContent], facts: Callable[[], RunFacts]
) -> Report:
    """Return what the cache holds."""
    columns = (
        column("name", title="kind"),
        column("files", "count"),
        column("bytes", "count"),
        column("sources", "count", title="logs read"),
    )
    rows: list[tuple[Cell, ...]] = [
        (one.name, one.files, one.bytes, one.sources) for one in contents
    ]
    return Report(
        FORMAT,
        lambda: CacheDocument(
            **head_fields(FORMAT, facts(), ()),
            folder=None if folder is None else str(folder),
            items=[CacheEntry(**one._asdict()) for one in contents],
        ),
        (Table(columns, rows, main=True), Lines((_place(folder),), "note")),
    )


def cleared(
    folder: Path | None, before: Sequence[CacheContent], after: Sequence[CacheContent]
) -> str:
    """Return what `cache clear` says."""
    if folder is None:
        return f"{_OFF}\n"
    files, left = (sum(one.files for one in contents) for contents in (before, after))
    size = sum(one.bytes for one in before) - sum(one.bytes for one in after)
    rest = f"; {left:,} could not be removed" if left else ""
    noun = "file" if files - left == 1 else "files"
    return f"removed {files - left:,} {noun} ({size / 1e6:,.1f} MB) from {folder}{rest}\n"


def _place(folder: Path | None) -> str:
    return _OFF if folder is None else f"in {folder}"
