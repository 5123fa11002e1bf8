"""What became of every row that was read."""

from __future__ import annotations

from typing import Annotated

from msgspec import Struct

from tokencost_cli.reports.documents.fields import Count, Place, about
from tokencost_profiles.calls.audit import Audit, Skip


class ReasonRows(Struct, kw_only=True):
    """How many rows were skipped for a reason."""

    reason: str
    rows: Count


class FormatFiles(Struct, kw_only=True):
    """How many files had a format."""

    name: str
    files: Count


class FileCopy(Struct, kw_only=True):
    """A file with the very content of another, which was read once."""

    file: str
    same_as: str


class UsageKey(Struct, kw_only=True):
    """A key of a usage object that is not understood."""

    key: str
    count: Annotated[int, about("What stands under it, in all rows together.")]


class AuditEntry(Struct, kw_only=True):
    """What became of every file and row."""

    files: Annotated[Count, about("Files that were read.")]
    rows: Count
    calls: Annotated[Count, about("Records of calls, before merging.")]
    merged: Annotated[Count, about("Records of a response that the same file had before.")]
    replayed: Annotated[Count, about("Copies of a response in other files.")]
    rolled_up: Annotated[Count, about("Sums of records that stand beside them.")]
    cached: Annotated[Count, about("Answered by the client's cache: there was no call.")]
    duplicate_files: Annotated[Count, about("Files with the content of another, not read.")]
    without_usage: Annotated[Count, about("Calls whose usage is not logged.")]
    passed_over: Annotated[Count, about("Files in a folder that are no log.")]
    skipped: Annotated[Count, about("Rows that could not be read.")]
    skipped_reasons: list[ReasonRows]
    skipped_places: Annotated[list[Place], about("The first of them.")]
    unreadable: Annotated[list[Place], about("Files that could not be read.")]
    formats: Annotated[list[FormatFiles], about("What the files were read as.")]
    unread: Annotated[list[Place], about("Files that count tokens, but gave no call.")]
    duplicates: Annotated[list[FileCopy], about("The first duplicate files.")]
    unknown_usage_keys: list[UsageKey]


def audit_entry(audit: Audit) -> AuditEntry:
    """Return an audit for a document."""
    return AuditEntry(
        files=audit.files,
        rows=audit.rows,
        calls=audit.calls,
        merged=audit.merged,
        replayed=audit.replayed,
        rolled_up=audit.rolled_up,
        cached=audit.cached,
        duplicate_files=audit.duplicate_files,
        without_usage=audit.without_usage,
        passed_over=audit.passed_over,
        skipped=audit.skipped,
        skipped_reasons=[ReasonRows(reason=r, rows=n) for r, n in sorted(audit.reasons.items())],
        skipped_places=[_place(skip) for skip in audit.examples],
        unreadable=[_place(skip) for skip in audit.unreadable],
        formats=[FormatFiles(name=name, files=n) for name, n in sorted(audit.readers.items())],
        unread=[_place(skip) for skip in audit.unread],
        duplicates=[FileCopy(file=skip.file, same_as=skip.reason) for skip in audit.duplicates],
        unknown_usage_keys=[
            UsageKey(key=key, count=count) for key, count in sorted(audit.unknown_keys.items())
        ],
    )


def _place(skip: Skip) -> Place:
    return Place(file=skip.file, line=skip.line or None, reason=skip.reason)
