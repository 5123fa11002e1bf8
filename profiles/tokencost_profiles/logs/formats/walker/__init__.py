"""The last reader: JSON of no known form that holds usage objects. What it tells is a guess.

Every usage object is a call; model, time, names and money are those that stand nearest around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import SESSION, Call, Record
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.formats.walker.partial_rows import Snapshots, without_chunks
from tokencost_profiles.logs.log_format import Reader, rows
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
        usages = usage_objects_in(log_file.document)
        told = snapshots.without(without_chunks(((1, [one]) for one in usages), log.audit))
        yield from calls_of([one for _, found in told for one in found], 1, log)
    else:
        found_rows = ((number, usage_objects_in(row)) for number, row in rows(log_file, log))
        told = without_chunks(((number, found) for number, found in found_rows if found), log.audit)
        yield from _of_rows(snapshots.without(told), log)
    for number, one in snapshots.last():
        for call in calls_of([one], number, log):
            call.scope, call.key = SESSION, f"{log.label}:{number}:running"
            call.warnings += (_RUNNING,)
            yield call


def _of_rows(told: Iterable[tuple[int, list[UsageObject]]], log: Log) -> Iterator[Call]:
    """Yield the calls of rows without the last one, where that sums up all before it."""
    sums: dict[str, int] = {}
    calls, held = 0, None
    for number, found in told:
        if held is not None:
            yield from calls_of(*held, log)
        held = (found, number) if calls > 1 and _sum(found) == sums else None
        if held is None:
            yield from calls_of(found, number, log)
        calls += len(found)
        for unit, count in _sum(found).items():
            sums[unit] = sums.get(unit, 0) + count
    log.audit.rolled_up += held is not None


def _sum(found: list[UsageObject]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in found:
        for unit, count in one.reading.usage.items():
            sums[unit] = sums.get(unit, 0) + count
    return sums


READER: Final = Reader(
    "walker",
    "any other JSON or JSON lines with usage objects (a guess)",
    ("usage", "time", "session", "user", "cost"),
    _recognises,
    _read,
    order=900,
    where="anything else",
)
