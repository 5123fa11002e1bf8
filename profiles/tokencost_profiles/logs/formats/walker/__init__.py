"""The last reader: JSON of no known form with usage objects. Its calls are a guess.

Every usage object is a call; model, time, labels and cost are the nearest ones around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import SESSION, Call, Record
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, rows
from tokencost_profiles.logs.formats.walker.partial_rows import Snapshots, drop_chunks
from tokencost_profiles.logs.walk.calls import calls_of
from tokencost_profiles.logs.walk.json_walk import UsageObject, usage_objects_in

_RUNNING: Final = "a running sum, of which only the last state counts"


def _recognises(log_file: Input) -> bool:
    if not log_file.is_document:
        return any(usage_objects_in(row) for row in log_file.rows)
    try:
        return bool(usage_objects_in(log_file.document))
    except InputError:
        return False


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    snapshots = Snapshots(log.audit)
    if log_file.is_document:
        log.row()
        all_objects = usage_objects_in(log_file.document)
        rest = snapshots.remove_from(
            drop_chunks(((1, [usage_object]) for usage_object in all_objects), log.audit)
        )
        yield from calls_of(
            [usage_object for _, usage_objects in rest for usage_object in usage_objects], 1, log
        )
    else:
        usage_rows = ((number, usage_objects_in(row)) for number, row in rows(log_file, log))
        rest = drop_chunks(
            ((number, usage_objects) for number, usage_objects in usage_rows if usage_objects),
            log.audit,
        )
        yield from _row_calls(snapshots.remove_from(rest), log)
    for number, usage_object in snapshots.last():
        for call in calls_of([usage_object], number, log):
            call.scope, call.key = SESSION, f"{log.label}:{number}:running"
            call.warnings += (_RUNNING,)
            yield call


def _row_calls(usage_rows: Iterable[tuple[int, list[UsageObject]]], log: Log) -> Iterator[Call]:
    """Yield the calls of rows, but not of a last row that sums up all before it."""
    sums: dict[str, int] = {}
    calls, held = 0, None
    for number, usage_objects in usage_rows:
        if held is not None:
            yield from calls_of(*held, log)
        held = (usage_objects, number) if calls > 1 and _sum(usage_objects) == sums else None
        if held is None:
            yield from calls_of(usage_objects, number, log)
        calls += len(usage_objects)
        for unit, count in _sum(usage_objects).items():
            sums[unit] = sums.get(unit, 0) + count
    log.audit.rolled_up += held is not None


def _sum(usage_objects: list[UsageObject]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for usage_object in usage_objects:
        for unit, count in usage_object.reading.usage.items():
            sums[unit] = sums.get(unit, 0) + count
    return sums


READER: Final = Reader(
    "walker",
    "any other JSON or JSON lines with usage objects (a guess)",
    ("usage", "time", "session", "user", "cost", "text"),
    _recognises,
    _read,
    order=900,
    where="anything else",
)
