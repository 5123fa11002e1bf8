"""Usage objects that are no calls: chunks of one answer, snapshots of a running sum.

The keys and the counts of a row must agree: a snapshot is named for a session, a total or an
accumulation, and its counts never fall; a chunk is named for one, and its output counts on from the
row before. One of the two alone makes no snapshot and no chunk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from tokencost_pricing.units import OUTPUT_UNITS
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.logs.walk.json_walk import UsageObject
from tokencost_profiles.providers.usage_fields.usage_format import text

Row = tuple[int, list[UsageObject]]

_KINDS: Final = ("type", "event", "event_type", "eventType", "kind", "name", "method", "object")
_CHUNK: Final = re.compile(r"chunk|delta|partial", re.IGNORECASE)
# Names of running sums: no count of a single call has them.
_RUNNING: Final = re.compile(r"cumul|accum|running|so_?far|lifetime", re.IGNORECASE)
_WIDE: Final = re.compile(r"session|thread|aggregate|overall|conversation", re.IGNORECASE)
_TOTAL: Final = re.compile(r"total", re.IGNORECASE)
_COUNTED: Final = re.compile(r"usage|token|cost|stat|spend|metric|meter", re.IGNORECASE)
_SINGLE: Final = re.compile(
    r"^(last|delta|current|increment\w*|turn|step|call|request|response|message)"
    r"(_?(usage|tokens?|token_?usage))?$",
    re.IGNORECASE,
)


def drop_chunks(rows: Iterable[Row], audit: Audit) -> Iterator[Row]:
    """Yield rows; of chunks of one answer only the last, which has the complete count."""
    held: Row | None = None
    for number, usage_objects in rows:
        if held is not None:
            if _continues(held[1], usage_objects):
                audit.calls += 1
            else:
                yield held
            held = None
        if len(usage_objects) == 1 and _is_chunk(usage_objects[0]):
            held = number, usage_objects
        else:
            yield number, usage_objects
    if held is not None:
        yield held


def _is_chunk(usage_object: UsageObject) -> bool:
    return any(
        _CHUNK.search(name) for name in (*map(str, usage_object.above[0][1]), *_kinds(usage_object))
    )


def _continues(before: list[UsageObject], after: list[UsageObject]) -> bool:
    if len(after) != 1 or not _is_chunk(after[0]):
        return False
    old, new = before[0], after[0]
    if any(of(old) != of(new) for of in (_id, _session, _model, _kinds, _path_of)):
        return False
    return all(
        new.reading.usage.get(unit, 0) >= count
        if unit in OUTPUT_UNITS
        else new.reading.usage.get(unit, 0) == count
        for unit, count in old.reading.usage.items()
    )


class Snapshots:
    """Removes the snapshots from rows, and returns the last one of each sum at the end."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._sums: dict[tuple[Any, ...], list[tuple[int, int, UsageObject]]] = {}
        self._single = False  # whether there are calls beside them

    def remove_from(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield rows less possible snapshots; those that are none come after the last row."""
        for number, usage_objects in rows:
            left = []
            for at, usage_object in enumerate(usage_objects):
                if usage_object.note is None and _rows_needed(usage_object):
                    key = (
                        _session(usage_object),
                        _kinds(usage_object),
                        _path_of(usage_object),
                        _model(usage_object),
                    )
                    self._sums.setdefault(key, []).append((number, at, usage_object))
                else:
                    left.append(usage_object)
            self._single = self._single or bool(left)
            if left:
                yield number, left
        yield from self._no_snapshots()

    def _no_snapshots(self) -> Iterator[Row]:
        """Yield the possible snapshots that are single calls after all."""
        for key, entries in list(self._sums.items()):
            if len(entries) < _rows_needed(entries[0][2]) or not _only_grows(
                [usage_object for _, _, usage_object in entries]
            ):
                del self._sums[key]
                self._single = True
                yield from ((number, [usage_object]) for number, _, usage_object in entries)

    def last(self) -> Iterator[tuple[int, UsageObject]]:
        """Yield the last state of each sum, where none of its calls is reported."""
        for entries in self._sums.values():
            self._audit.rolled_up += len(entries) - (not self._single)
            if not self._single:
                yield entries[-1][0], entries[-1][2]


def _rows_needed(usage_object: UsageObject) -> int:
    """Return how many growing rows with such names make a running sum; 0: none do."""
    path = _path_of(usage_object)
    if _SINGLE.match(path[-1]):
        return 0
    around = (
        usage_object.above[-1 if usage_object.name else -2][1]
        if len(usage_object.above) > 1
        else {}
    )
    if _TOTAL.search(path[-1]) and any(_SINGLE.match(str(name)) for name in around):
        return 1  # it stands beside the count of a single call
    named = [*path, *_kinds(usage_object)]
    if any(_RUNNING.search(name) for name in named):
        return 1
    if any(_WIDE.search(name) and _COUNTED.search(name) for name in named):
        return 2
    wide = any(_WIDE.search(name) for name in named)
    return 4 if wide or any(_TOTAL.search(name) for name in path) else 0


def _only_grows(usage_objects: list[UsageObject]) -> bool:
    for old, new in pairwise(usage_objects):
        if any(new.reading.usage.get(unit, 0) < n for unit, n in old.reading.usage.items()):
            return False
    return (
        len(usage_objects) == 1 or usage_objects[0].reading.usage != usage_objects[-1].reading.usage
    )


def _path_of(usage_object: UsageObject) -> tuple[str, ...]:
    """Return the keys that lead to a usage object."""
    keys = [key for key, _ in usage_object.above if key]
    return (*keys, usage_object.name) if usage_object.name or not keys else tuple(keys)


def _kinds(usage_object: UsageObject) -> tuple[str, ...]:
    """Return the types and names of the objects around a usage object."""
    return tuple(
        name for _, value in usage_object.above for key in _KINDS if (name := text(value.get(key)))
    )


def _session(usage_object: UsageObject) -> Any:
    return _first_label(
        usage_object,
        "session_id",
        "sessionId",
        "sessionID",
        "thread_id",
        "threadId",
        "conversation_id",
        "run_id",
    )


def _id(usage_object: UsageObject) -> Any:
    return _first_label(usage_object, "response_id", "responseId", "id")


def _model(usage_object: UsageObject) -> Any:
    return _first_label(usage_object, "model", "model_name", "modelName", "model_id", "modelId")


def _first_label(usage_object: UsageObject, *keys: str) -> Any:
    around: Iterator[Mapping[str, Any]] = (value for _, value in reversed(usage_object.above))
    return next((str(v[key]) for v in around for key in keys if v.get(key)), None)
