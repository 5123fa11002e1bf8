"""The report of `accuracy`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tokencost_cli.output.report import Cell, Column, Lines, Report, Table
from tokencost_cli.reports._audit import audit_warnings
from tokencost_cli.reports._shared import amount
from tokencost_pricing._version import __version__
from tokencost_pricing.errors import InputError
from tokencost_profiles.accuracy.compare_counts import (
    Result,
    Score,
    document,
    score,
    scores,
    worst_results,
)
from tokencost_profiles.accuracy.samples import SampleSet
from tokencost_profiles.accuracy.session_accuracy import SessionScore
from tokencost_profiles.logs import agent_folders as homes

_SCORE = (
    Column("n", "calls", "count"),
    Column("exact", "exact", "share"),
    Column("median", "median", "percent"),
    Column("p90", "p90", "percent"),
    Column("signed", "bias", "percent", spare=2),
    Column("within_stated_error", "within ±", "share", spare=1),
)


class Shown(NamedTuple):
    """What the report of `accuracy` shows."""

    results: Sequence[Result]
    by: tuple[str, ...]
    worst: int
    read: SampleSet
    incomplete: int  # calls whose log lacks what was sent
    homes: tuple[homes.AgentFolder, ...] = ()
    sessions: SessionScore | None = None  # our cost against what clients report


def report(shown: Shown) -> Report:
    """Return the scores of every group, and the calls that are furthest off."""
    results, by = shown.results, shown.by
    if not results and shown.sessions is None:
        raise InputError("no call has an answer whose tokens are known")
    groups = scores(results, by)
    columns = (*(Column(name, name) for name in by), *_SCORE)
    rows: list[tuple[Cell, ...]] = [(*key, *_cells(own)) for key, own in groups.items()]
    whole = score(results) if results else None
    footer = ("all", *([None] * (len(by) - 1)), *_cells(whole)) if whole else None
    far = [result for result in worst_results(results, shown.worst) if result.error]
    sections: list[Table | Lines] = []
    if results:
        sections.append(Table(columns, rows, footer=footer, main=True))
    if shown.sessions is not None:
        sections.append(_sessions(shown.sessions, main=not results))
    if far:
        sections.append(_worst(far))
    if notes := _notes(shown):
        sections.append(Lines(notes, "note"))
    data = {
        "tool": __version__,
        "by": list(by),
        "groups": _groups(results, by),
        "by_model": _groups(results, (*by, "model")) if "model" not in by else [],
        "total": document(whole) if whole else None,
        "worst": [_document(result) for result in far],
        "left_out": shown.read.left_out + shown.incomplete,
        **({"session_costs": _session_costs(shown.sessions)} if shown.sessions else {}),
    }
    warnings = tuple(audit_warnings(shown.read.audit))
    return Report("tokencost.accuracy/1", data, tuple(sections), warnings)


def _sessions(told: SessionScore, *, main: bool) -> Table:
    columns = (
        Column("sessions", "sessions", "count"),
        Column("cost", "our cost", "money"),
        Column("cost_reported", "their clients' cost", "money"),
        Column("missing_cost", "not in the log", "money"),
        Column("difference", "difference", "money"),
        Column("relative", "bias", "percent"),
    )
    row: tuple[Cell, ...] = (
        told.sessions,
        told.cost,
        told.reported,
        told.missing,
        told.difference,
        told.error,
    )
    return Table(columns, [row], main=main)


def _session_costs(told: SessionScore) -> dict[str, object]:
    return {
        "sessions": told.sessions,
        "cost": amount(told.cost),
        "cost_reported": amount(told.reported),
        "missing_cost": amount(told.missing),
        "difference": amount(told.difference),
        "relative": told.error,
        "sessions_left_out": told.left_out,
    }


def _notes(shown: Shown) -> tuple[str, ...]:
    notes = [f"read {home.label} ({home.reader})" for home in shown.homes]
    if shown.incomplete:
        notes.append(
            f"left out: {_calls(shown.incomplete)} whose log lacks what was sent (logs of coding "
            "agents leave out the system prompt and the tools)"
        )
    if shown.read.left_out:
        notes.append(f"left out: {_calls(shown.read.left_out)} without text or reported usage")
    if shown.sessions is not None and shown.sessions.left_out:
        number = shown.sessions.left_out
        notes.append(
            f"left out: {number:,} session{'s' if number != 1 else ''} whose reported cost cannot "
            "be held against the calls (see `profile --cost both`)"
        )
    return tuple(notes)


def _groups(results: Sequence[Result], by: Sequence[str]) -> list[dict[str, object]]:
    return [
        {"key": dict(zip(by, key, strict=True)), **document(own)}
        for key, own in scores(results, by).items()
    ]


def _cells(own: Score) -> tuple[Cell, ...]:
    return (own.number, own.exact, own.median, own.p90, own.signed, own.within_error)


def _calls(number: int) -> str:
    return f"{number:,} call{'s' if number != 1 else ''}"


def _worst(results: Sequence[Result]) -> Table:
    columns = (
        Column("call", "furthest off"),
        Column("model", "model"),
        Column("kind", "kind"),
        Column("counted", "counted", "count"),
        Column("billed", "billed", "count"),
        Column("error", "off", "percent"),
        Column("parts", "counted as"),
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


def _document(result: Result) -> dict[str, object]:
    return {
        "call": result.sample.name,
        "provider": result.sample.provider,
        "api": result.sample.api,
        "model": result.sample.model,
        "kind": result.kind,
        "counted": result.counted.tokens,
        "billed": result.billed,
        "error": result.error,
        "stated_error": result.counted.error,
        "kinds": {kind: round(count, 2) for kind, count in result.counted.kinds.items()},
        "warnings": list(result.counted.warnings),
    }
