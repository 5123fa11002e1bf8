"""The report of `accuracy`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from msgspec import UNSET

from tokencost_cli.output.headings import column
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Cell, Lines, Table
from tokencost_cli.reports._audit import audit_warnings
from tokencost_cli.reports.documents.accuracy import (
    FORMAT,
    AccuracyDocument,
    ScoreEntry,
    ScoreGroup,
    SessionCosts,
    WorstCall,
)
from tokencost_cli.reports.documents.head import head_fields, warning_entries
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_pricing.coded_text import CodedText
from tokencost_pricing.errors import InputError
from tokencost_pricing.money import plain
from tokencost_profiles.accuracy.compare_counts import (
    Result,
    Score,
    score,
    scores,
    worst_results,
)
from tokencost_profiles.accuracy.samples import SampleSet
from tokencost_profiles.accuracy.session_accuracy import SessionScore
from tokencost_profiles.logs import agent_folders as homes

_SCORE = (
    column("n", "count"),
    column("exact_share", "share"),
    column("median_error", "percent"),
    column("p90_error", "percent"),
    column("signed_error", "percent", spare=2),
    column("within_share", "share", spare=1),
)


class AccuracyView(NamedTuple):
    """What the report of `accuracy` shows."""

    results: Sequence[Result]
    by: tuple[str, ...]
    worst: int
    read: SampleSet
    incomplete: int  # calls whose log lacks what was sent
    facts: Callable[[], RunFacts]
    homes: tuple[homes.AgentFolder, ...] = ()
    sessions: SessionScore | None = None  # our cost against what clients report


def report(view: AccuracyView) -> Report:
    """Return the scores of every group, and the calls that are furthest off."""
    results, by = view.results, view.by
    if not results and view.sessions is None:
        raise InputError("no call has an answer whose tokens are known")
    groups = scores(results, by)
    columns = (*(column(name) for name in by), *_SCORE)
    rows: list[tuple[Cell, ...]] = [(*key, *_cells(group)) for key, group in groups.items()]
    total = score(results) if results else None
    footer = ("all", *([None] * (len(by) - 1)), *_cells(total)) if total else None
    far = [result for result in worst_results(results, view.worst) if result.error]
    sections: list[Table | Lines] = []
    if results:
        sections.append(Table(columns, rows, footer=footer, main=True))
    if view.sessions is not None:
        sections.append(_sessions(view.sessions, main=not results))
    if far:
        sections.append(_worst(far))
    if notes := _notes(view):
        sections.append(Lines(notes, "note"))
    warnings = tuple(audit_warnings(view.read.audit))
    return Report(FORMAT, lambda: _document(view, total, far, warnings), tuple(sections), warnings)


def _document(
    view: AccuracyView, total: Score | None, far: Sequence[Result], warnings: Sequence[str]
) -> AccuracyDocument:
    results, by = view.results, view.by
    return AccuracyDocument(
        **head_fields(FORMAT, view.facts(), warnings),
        by=list(by),
        groups=_groups(results, by),
        by_model=_groups(results, (*by, "model")) if "model" not in by else [],
        total=ScoreEntry(**_fields(total)) if total else None,
        worst=[_worst_call(result) for result in far],
        left_out=view.read.left_out + view.incomplete,
        session_costs=_session_costs(view.sessions) if view.sessions else UNSET,
    )


def _sessions(sums: SessionScore, *, main: bool) -> Table:
    columns = (
        column("sessions", "count"),
        column("cost", "money", title="our cost"),
        column("cost_reported", "money", title="their clients' cost"),
        column("missing_cost", "money"),
        column("difference_cost", "money"),
        column("relative_error", "percent"),
    )
    row: tuple[Cell, ...] = (
        sums.sessions,
        sums.cost,
        sums.reported,
        sums.missing,
        sums.difference,
        sums.error,
    )
    return Table(columns, [row], main=main)


def _session_costs(score: SessionScore) -> SessionCosts:
    return SessionCosts(
        sessions=score.sessions,
        cost=plain(score.cost),
        cost_reported=plain(score.reported),
        missing_cost=plain(score.missing),
        difference_cost=plain(score.difference),
        relative_error=score.error,
        sessions_left_out=score.left_out,
    )


def _notes(view: AccuracyView) -> tuple[str, ...]:
    notes = [f"read {home.label} ({home.reader})" for home in view.homes]
    if view.incomplete:
        notes.append(
            f"left out: {_calls(view.incomplete)} whose log lacks what was sent (logs of coding "
            "agents leave out the system prompt and the tools)"
        )
    if view.read.left_out:
        notes.append(f"left out: {_calls(view.read.left_out)} without text or reported usage")
    if view.sessions is not None and view.sessions.left_out:
        number = view.sessions.left_out
        notes.append(
            f"left out: {number:,} session{'s' if number != 1 else ''} whose reported cost cannot "
            "be held against the calls (see `profile --cost both`)"
        )
    return tuple(notes)


def _groups(results: Sequence[Result], by: Sequence[str]) -> list[ScoreGroup]:
    return [
        ScoreGroup(key=dict(zip(by, key, strict=True)), **_fields(group))
        for key, group in scores(results, by).items()
    ]


def _fields(group: Score) -> dict[str, Any]:
    return dict(zip((column.key for column in _SCORE), _cells(group), strict=True))


def _cells(group: Score) -> tuple[Cell, ...]:
    return (group.number, group.exact, group.median, group.p90, group.signed, group.within_error)


def _calls(number: int) -> str:
    return f"{number:,} call{'s' if number != 1 else ''}"


def _worst(results: Sequence[Result]) -> Table:
    columns = (
        column("call_id", title="furthest off"),
        column("model"),
        column("kind"),
        column("counted_tokens", "count"),
        column("billed_tokens", "count"),
        column("relative_error", "percent"),
        column("kinds", title="counted as"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            result.sample.name,
            result.sample.model,
            result.kind,
            result.counted.tokens,
            result.billed,
            result.error,
            _parts(result),
        )
        for result in results
    ]
    return Table(columns, rows)


def _parts(result: Result) -> str:
    parts = [f"{kind} {count:,.0f}" for kind, count in result.counted.kinds.items() if count]
    return ", ".join([*parts, *result.counted.warnings[:1]])


def _worst_call(result: Result) -> WorstCall:
    sample, counted = result.sample, result.counted
    return WorstCall(
        call_id=None if sample.file else sample.name,
        file=sample.file,
        line=sample.line,
        provider=sample.provider,
        api=sample.api,
        model=sample.model,
        kind=result.kind,
        counted_tokens=counted.tokens,
        billed_tokens=result.billed,
        relative_error=result.error,
        low=counted.low,
        high=counted.high,
        kinds={kind: round(count, 2) for kind, count in counted.kinds.items()},
        warnings=warning_entries(CodedText("count", text) for text in counted.warnings),
    )
