"""The findings of a profile: as a table, as lines of advice, and in the document."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import UNSET

from tokencost_cli.output.formatting import count
from tokencost_cli.output.headings import column
from tokencost_cli.output.tables import Cell, Lines, Table, cut_middle
from tokencost_cli.reports.documents.fields import money
from tokencost_cli.reports.documents.profile import Finding as FindingEntry
from tokencost_cli.reports.documents.profile import FindingEvidence
from tokencost_pricing.money import divide

if TYPE_CHECKING:
    from tokencost_cli.output.report import Section
    from tokencost_profiles.attribution.finding import Finding, Hit

_MOST_SUBJECTS: Final = 2
_WIDEST: Final = 32  # characters of a subject in the table


def findings_sections(findings: Sequence[Finding], total: Decimal | None) -> list[Section]:
    """Return the table of findings, and what to do about each."""
    if not findings:
        return [Lines(("no findings: nothing here looks like waste",), "note")]
    columns = (
        column("finding"),
        column("saved", "money", title="would save"),
        column("saved_share", "share", spare=3, title="of the bill"),
        column("cost", "money", spare=2, title="of"),
        column("hits", "count"),
        column("confidence", spare=4),
        column("subjects", spare=1, title="where"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            one.detector.name,
            one.saved,
            divide(one.saved, total) if one.saved is not None and total else None,
            one.cost,
            len(one.hits),
            one.detector.confidence,
            _subjects(one.hits),
        )
        for one in findings
    ]
    advice = tuple(f"{one.detector.name}: {one.detector.advice}" for one in findings)
    overlap = ("savings of different findings may overlap: they do not add up",)
    note = overlap if len(findings) > 1 else ()
    return [Table(columns, rows, title="findings"), Lines(advice), Lines(note, "note")]


def places_table(findings: Sequence[Finding], *, spreadsheet: bool = False) -> Table | None:
    """Return one row a place of findings; None where a report has none to show.

    `spreadsheet`: whether only CSV and Parquet write it, which have a table without rows, too.
    """
    if not spreadsheet and not any(finding.hits for finding in findings):
        return None
    columns = (
        column("finding", spare=4),
        column("saved", "money", title="would save"),
        column("cost", "money", title="of"),
        column("calls", "count", spare=1),
        column("subject", title="what"),
        column("file"),
        column("line"),
        column("session", spare=3),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            finding.detector.name,
            hit.saved,
            hit.cost,
            hit.calls,
            hit.subject,
            hit.file,
            None if hit.line is None else str(hit.line),
            hit.session or "",
        )
        for finding in findings
        for hit in finding.hits
    ]
    return Table(columns, rows, title="where", main=True, spreadsheet=spreadsheet)


def _subjects(hits: Sequence[Hit]) -> str:
    subjects = list(dict.fromkeys(_short(hit.subject) for hit in hits if hit.subject))
    text = ", ".join(subjects[:_MOST_SUBJECTS])
    rest = len(subjects) - _MOST_SUBJECTS
    return f"{text} and {count(rest)} more" if rest > 0 else text


def _short(subject: str) -> str:
    """Return the last name of a path, cut in the middle where it is long."""
    if "/" in subject and " " not in subject:
        subject = subject.rstrip("/").rpartition("/")[2]
    return cut_middle(subject, _WIDEST, "...")


def finding_entries(findings: Sequence[Finding]) -> list[FindingEntry]:
    """Return the findings as they stand in the document."""
    return [
        FindingEntry(
            id=one.detector.name,
            cost=money(one.cost),
            saved=money(one.saved),
            confidence=cast("Any", one.detector.confidence),
            evidence=[_evidence(hit) for hit in one.hits],
            advice=one.detector.advice,
        )
        for one in findings
    ]


def _evidence(hit: Hit) -> FindingEvidence:
    return FindingEvidence(
        file=hit.file,
        line=hit.line,
        session=hit.session,
        calls=hit.calls,
        subject=hit.subject or UNSET,
        cost=money(hit.cost),
        saved=money(hit.saved),
    )
