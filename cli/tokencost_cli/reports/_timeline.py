"""The timeline in the report of `profile`: a block a session, rows for sheets, its points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from tokencost_cli.output.formatting import count
from tokencost_cli.output.headings import column
from tokencost_cli.output.tables import AtLeast, Cell, Column, Lines, Table, cut_middle
from tokencost_cli.reports._cautions import calls_text
from tokencost_cli.reports.documents.fields import at as iso
from tokencost_cli.reports.documents.fields import money as plain_money
from tokencost_cli.reports.documents.profile import TimelinePoint
from tokencost_pricing.money import known_total, money
from tokencost_profiles.attribution.timeline import COMPACTION, MISS, Point

if TYPE_CHECKING:
    from tokencost_cli.output.report import Section

SESSIONS: Final = 3  # that are displayed where nobody says how many
_MANY_TURNS: Final = 10  # a session of fewer is displayed by its steps
_MOST_ROWS: Final = 50
_TITLE_WIDTH: Final = 40
_LEGEND: Final = (
    "▼ compaction: a summary replaced the context",
    "! miss: tokens that were cached were processed again",
)


class TimelineReport(NamedTuple):
    """The calls in the order of their times, in which zone, and how many sessions are shown."""

    points: Sequence[Point]
    zone: tzinfo
    top: int | None = None


class _Row(NamedTuple):
    """Consecutive turns, or consecutive steps of one."""

    label: str
    points: list[Point]


def timeline_sections(report: TimelineReport) -> list[Section]:
    """Return a table a session, the dearest first, and how many sessions were left out."""
    sessions: dict[str | None, list[Point]] = {}
    for point in report.points:
        sessions.setdefault(point.root, []).append(point)
    dearest = sorted(sessions.values(), key=lambda points: -(_cost(points) or 0))
    most = SESSIONS if report.top is None else report.top
    sections: list[Section] = [_block(points, report.zone) for points in dearest[:most]]
    notes: list[str] = []
    if any(point.mark for points in dearest[:most] for point in points):
        notes += _LEGEND
    if rest := dearest[most:]:
        cost = _cost([point for points in rest for point in points])
        amount = f" of {money(cost)}" if cost is not None else ""
        sessions_text = f"{count(len(rest))} more session{'s' if len(rest) > 1 else ''}"
        notes.append(f"{sessions_text}{amount} left out: --top {len(dearest)} displays all")
    return [*sections, Lines(tuple(notes), "note")] if notes else sections


def _block(points: Sequence[Point], zone: tzinfo) -> Table:
    rows = _rows(points)
    largest = max((_context(row.points) for row in rows), default=0)
    days = {_when(point.at, zone, "%Y-%m-%d") for point in points if point.at is not None}
    form = "%H:%M" if len(days) == 1 else "%m-%d %H:%M"
    columns = (
        column("turn", "name"),
        column("at", title="from", spare=2),
        column("calls", "count"),
        column("input_tokens", "count", title="context"),
        Column("bar", "", "bar"),
        column("cost", "money"),
        column("mark", title=""),
    )
    cells: list[tuple[Cell, ...]] = [
        (
            row.label,
            _when(row.points[0].at, zone, form),
            len(row.points),
            _context(row.points),
            _context(row.points) / largest if largest else 0.0,
            _cost_cell(row.points),
            _marks(row.points),
        )
        for row in rows
    ]
    return Table(columns, cells, title=_title(points, sorted(days)))


def _title(points: Sequence[Point], days: Sequence[str]) -> str:
    cost = _cost(points)
    least = "at least " if _has_unpriced(points) else ""
    parts = [
        cut_middle(points[0].root or "no session", _TITLE_WIDTH),
        f"{least}{money(cost)}" if cost is not None else "no price",
        calls_text(len(points)),
    ]
    if days:
        parts.append(days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}")
    return ", ".join(parts)


def _when(at: float | None, zone: tzinfo, form: str) -> str:
    return "" if at is None else f"{datetime.fromtimestamp(at, zone):{form}}"


def _cost(points: Iterable[Point]) -> Decimal | None:
    return known_total(point.cost for point in points)


def _cost_cell(points: Sequence[Point]) -> Cell:
    cost = _cost(points)
    return AtLeast(cost) if cost is not None and _has_unpriced(points) else cost


def _has_unpriced(points: Sequence[Point]) -> bool:
    return any(point.cost is None and (point.context or point.output) for point in points)


def _context(points: Sequence[Point]) -> int:
    """Return the longest prompt of a session; of sub-agents, where there is nothing else."""
    mains = [point.context for point in points if point.substep is None]
    return max(mains or (point.context for point in points), default=0)


def _rows(points: Sequence[Point]) -> list[_Row]:
    """Return the turns of a session; of few turns the steps; neighbours together, if many."""
    turns: dict[int, list[Point]] = {}
    for point in points:
        turns.setdefault(point.turn or 0, []).append(point)
    numbers = sorted(turns)
    if len(numbers) >= _MANY_TURNS:
        size = -(-len(numbers) // _MOST_ROWS)
        chunks = [numbers[at : at + size] for at in range(0, len(numbers), size)]
        return [
            _Row(_span("turn", chunk), [point for turn in chunk for point in turns[turn]])
            for chunk in chunks
        ]
    steps = {turn: _by_step(turns[turn]) for turn in numbers}
    size = 1
    while sum(-(-len(of_turn) // size) for of_turn in steps.values()) > _MOST_ROWS:
        size += 1
    return [row for turn in numbers for row in _steps_of(turn, steps[turn], size)]


def _by_step(points: Sequence[Point]) -> dict[int, list[Point]]:
    steps: dict[int, list[Point]] = {}
    for point in points:
        steps.setdefault(point.step or 0, []).append(point)
    return dict(sorted(steps.items()))


def _steps_of(turn: int, steps: dict[int, list[Point]], size: int) -> list[_Row]:
    numbers = list(steps)
    if len(numbers) <= size:
        return [_Row(f"turn {turn}", [point for points in steps.values() for point in points])]
    chunks = [numbers[at : at + size] for at in range(0, len(numbers), size)]
    return [
        _Row(
            f"turn {turn}, {_span('step', chunk)}",
            [point for step in chunk for point in steps[step]],
        )
        for chunk in chunks
    ]


def _span(noun: str, numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"{noun} {numbers[0]}"
    return f"{noun}s {numbers[0]}-{numbers[-1]}"


def _marks(points: Sequence[Point]) -> str:
    marks = Counter(_mark(point) for point in points if point.mark)
    return "; ".join(text if n == 1 else f"{text} x{n}" for text, n in marks.items())


def _mark(point: Point) -> str:
    whose = f" of {point.agent or 'sub-agent'}" if point.substep is not None else ""
    if point.mark == COMPACTION:
        return f"▼ compaction{whose}"
    return f"! miss{whose}: {point.cause.replace('_', ' ')}" if point.mark == MISS else point.mark


_FIELDS: Final = (
    "at",
    "root",
    "session",
    "thread",
    "agent",
    "turn",
    "step",
    "substep",
    "model",
    "input_tokens",
    "uncached_input_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "output_tokens",
    "cost",
    "mark",
    "cause",
)
_TEXTS: Final = ("at", "root", "session", "thread", "agent", "model", "mark", "cause")


def _values(point: Point) -> tuple[Any, ...]:
    return (
        iso(point.at),
        point.root,
        point.session,
        point.thread,
        point.agent,
        point.turn,
        point.step,
        point.substep,
        point.model,
        point.context,
        point.uncached,
        point.cache_read,
        point.cache_written,
        point.output,
        point.cost,
        point.mark or None,
        point.cause or None,
    )


def timeline_rows(report: TimelineReport) -> Table:
    """Return one row a point, for CSV and Parquet."""
    columns = tuple(
        column(name, "money" if name == "cost" else "text" if name in _TEXTS else "count")
        for name in _FIELDS
    )
    return Table(columns, [_values(point) for point in report.points], main=True, spreadsheet=True)


def timeline_points(points: Sequence[Point]) -> list[TimelinePoint]:
    """Return the points as the document holds them."""
    return [
        TimelinePoint(
            **cast("dict[str, Any]", dict(zip(_FIELDS, _values(point), strict=True)))
            | {"cost": plain_money(point.cost)}
        )
        for point in points
    ]
