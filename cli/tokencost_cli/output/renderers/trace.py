"""`--format trace`: calls in time, for Perfetto and Chrome's tracing: a process a session."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from tokencost_cli.output.profile_data import profile_of
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import escaped_json, visible
from tokencost_cli.output.tables import cut_middle
from tokencost_pricing.money import ZERO, add, plain
from tokencost_profiles.attribution.timeline import MISS, Point

_MICRO: Final = 1_000_000
_LONGEST_NAME: Final = 200  # characters
_Event = dict[str, Any]
_NOTES: Final = {
    "tool": "tokencost",
    "cost": "USD, exact, in args.cost of each call; null: no price",
}


class Trace:
    """Writes calls as complete events, counters of context and cost, and marks."""

    endings: Final = ("trace.json", "perfetto-trace.json")
    commands: Final = ("profile",)

    def render(self, report: Report, style: Style) -> str:
        """Return the file, a line an event. Calls without a time stand at the beginning."""
        points = profile_of(report, "trace").points
        start = min((point.at for point in points if point.at is not None), default=0.0)
        sessions: dict[str | None, list[Point]] = {}
        for point in points:
            sessions.setdefault(point.root, []).append(point)
        events: list[_Event] = []
        for number, (name, calls) in enumerate(sessions.items(), 1):
            events += _session(number, name or "no session", calls, start)
        lines = ",\n".join(map(_json, events))
        text = f'{{"traceEvents":[\n{lines}\n],"displayTimeUnit":"ms","otherData":{_json(_NOTES)}}}'
        return escaped_json(text) + "\n"


def _json(values: _Event) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _session(process: int, name: str, points: Sequence[Point], start: float) -> Iterator[_Event]:
    """Yield the events of one session: its threads, its calls, its counters and marks."""
    yield _named("process_name", process, 0, name)
    tracks = _Tracks()
    total = ZERO
    for point in points:
        at = round((start if point.at is None else point.at) * _MICRO)
        length = round((point.latency or 0.0) * _MICRO)
        track, is_new = tracks.place(_thread(point), at, at + length)
        if is_new:
            yield _named("thread_name", process, track, is_new)
        place: _Event = {"pid": process, "tid": track, "ts": at}
        name = _name(point.model or "unknown model")
        yield {"ph": "X", "cat": "call", "name": name, "dur": length, **place, "args": _args(point)}
        total = add(total, point.cost or ZERO)
        yield from _counters(point, place, total)
        if point.mark:
            text = f"{point.mark}: {point.cause}" if point.mark == MISS else point.mark
            yield {"ph": "i", "s": "t", "cat": point.mark, "name": text, **place}


def _args(point: Point) -> _Event:
    return {
        "turn": point.turn,
        "step": point.step,
        "agent": None if point.agent is None else _name(point.agent),
        "uncached_input_tokens": point.uncached,
        "cache_read_tokens": point.cache_read,
        "cache_write_tokens": point.cache_written,
        "output_tokens": point.output,
        "cost": None if point.cost is None else plain(point.cost),
        "duration_seconds": point.latency,
        "time_is_known": point.at is not None,
    }


def _counters(point: Point, place: _Event, total: Decimal) -> Iterable[_Event]:
    """Return the size of the context, of the session itself, and what it cost so far."""
    if point.substep is None:
        context = {
            "cache read": point.cache_read,
            "cache written": point.cache_written,
            "uncached": point.uncached,
        }
        yield {"ph": "C", "name": "context (tokens)", **place, "tid": 0, "args": context}
    yield {"ph": "C", "name": "cost (USD)", **place, "tid": 0, "args": {"USD": float(total)}}


def _thread(point: Point) -> str:
    return " ".join(filter(None, (point.agent, point.thread))) or "main"


class _Tracks:
    """Tracks of a session. Calls of a thread that overlap get a track each: they do not nest."""

    def __init__(self) -> None:
        self._ends: dict[str, list[int]] = {}  # of the tracks of a thread: when each is free
        self._numbers: dict[tuple[str, int], int] = {}

    def place(self, thread: str, at: int, end: int) -> tuple[int, str]:
        """Return the track of a call, and what to name it where it is new."""
        ends = self._ends.setdefault(thread, [])
        row = next((row for row, free in enumerate(ends) if free <= at), len(ends))
        ends[row : row + 1] = [end]
        number = self._numbers.get((thread, row))
        if number is not None:
            return number, ""
        number = self._numbers[thread, row] = len(self._numbers) + 1
        return number, thread if row == 0 else f"{thread} ({row + 1})"


def _named(what: str, process: int, track: int, name: str) -> _Event:
    return {"ph": "M", "name": what, "pid": process, "tid": track, "args": {"name": _name(name)}}


def _name(text: str) -> str:
    return cut_middle(visible(text), _LONGEST_NAME)


RENDERER: Final = Trace()
