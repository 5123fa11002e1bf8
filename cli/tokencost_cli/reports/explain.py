"""The report of `explain`: what findings mean, and where they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from msgspec import UNSET

from tokencost_cli.output.headings import column
from tokencost_cli.output.report import Report, Section
from tokencost_cli.output.tables import Cell, Lines, Table
from tokencost_cli.reports._findings import finding_entries, places_table
from tokencost_cli.reports.documents.explain import FORMAT, DetectorEntry, ExplainDocument
from tokencost_cli.reports.documents.head import head_fields
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_profiles.attribution.finding import Detector, Finding


def report(
    detectors: Sequence[Detector],
    findings: Sequence[Finding] | None,
    facts: Callable[[], RunFacts],
    *,
    one: bool,
) -> Report:
    """Return what findings mean. `findings`: those of logs. `one`: one is asked for, in full."""
    sections: list[Section] = list(_full(detectors[0])) if one else [_catalogue(detectors)]
    if findings is not None:
        sections.append(places_table(findings) or Lines(("not in these logs",), "note"))
    return Report(
        FORMAT,
        lambda: ExplainDocument(
            **head_fields(FORMAT, facts(), ()),
            items=[_entry(detector) for detector in detectors],
            findings=UNSET if findings is None else finding_entries(findings),
        ),
        tuple(sections),
    )


def _catalogue(detectors: Sequence[Detector]) -> Table:
    columns = (
        column("finding"),
        column("title", title="what"),
        column("confidence", spare=1),
        column("needs_text", spare=2, title="needs text"),
    )
    rows: list[tuple[Cell, ...]] = [
        (one.name, one.title, one.confidence, "yes" if one.needs_text else "no")
        for one in detectors
    ]
    return Table(columns, rows, main=True)


def _full(detector: Detector) -> tuple[Lines, ...]:
    needs = "; only in logs that hold the text of prompts" if detector.needs_text else ""
    return (
        Lines((f"{detector.name}: {detector.title}",), "headline"),
        Lines((detector.explanation,)),
        Lines((f"What to do: {detector.advice}",)),
        Lines((f"{detector.confidence}{needs}",), "note"),
    )


def _entry(detector: Detector) -> DetectorEntry:
    return DetectorEntry(
        id=detector.name,
        title=detector.title,
        explanation=detector.explanation,
        advice=detector.advice,
        confidence=cast("Any", detector.confidence),
        needs_text=detector.needs_text,
    )
