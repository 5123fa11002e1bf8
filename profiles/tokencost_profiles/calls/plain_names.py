"""Plain calls whose id stands elsewhere too: they become calls, and merge as all others do.

What `settle` removes or changes it finds by ids, sessions, traces and containers. A plain call has
an id alone, so a row whose id is in no other record stays as it is.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.plain_calls import PlainCalls, more_of, name_of

_BUCKETS: Final = 16  # a power of 2: the names of one are looked at together
_ID: Final = "id:"  # how the key of a call begins that its id names
_FIRST_PASS: Final = "#0"

Merge = Callable[[Call, Call], Call]


def separate(
    parts: Sequence[PlainCalls], calls: Mapping[str, Call], merge: Merge
) -> tuple[dict[str, Call], list[PlainCalls]]:
    """Return calls, with the plain ones that repeat a record or each other; and the other parts."""
    joined = dict(calls)
    ids = _ids_by_name(calls)
    rows = _rows_by_id(parts, _repeated(parts) | ids.keys())
    dropped: dict[int, list[int]] = defaultdict(list)
    for (name, more), places in rows.items():
        response_id = _match(ids.get(name, ()), more)
        if response_id is None:
            if len(places) < 2:
                continue
            (part, row), *others = sorted(places, key=lambda one: parts[one[0]].line_of(one[1]))
            if all(parts[part].is_repeat(row, parts[at], other) for at, other in others):
                for at, other in others:
                    dropped[at].append(other)
                continue
        for part, row in places:
            call = parts[part].call(row)
            if response_id is not None:
                call.key, call.response_id = f"{_ID}{response_id}", response_id
            key = str(call.key)
            joined[key] = merge(joined[key], call) if key in joined else call
            dropped[part].append(row)
    return joined, [
        part.dropping(dropped[at]) if at in dropped else part for at, part in enumerate(parts)
    ]


def _ids_by_name(calls: Mapping[str, Call]) -> dict[int, list[str]]:
    """Return the ids by which calls can affect a plain one, by their names."""
    ids: dict[int, list[str]] = defaultdict(list)
    for key, call in calls.items():
        for response_id in ids_of(key, call):
            ids[name_of(response_id)].append(response_id)
    return ids


def _match(ids: Iterable[str], more: int) -> str | None:
    """Return the id of which this is the other half of the hash, or which has none."""
    return next((one for one in ids if more_of(one) in (None, more)), None)


def ids_of(key: str, call: Call) -> Iterator[str]:
    """Yield the ids by which a call can affect a plain one."""
    if call.response_id:
        yield call.response_id
    if key.startswith(_ID) and key[len(_ID) :] != call.response_id:
        kind = type(key)  # of an id that is known by its hash alone it is another one
        yield kind(key.removeprefix(_ID))
        yield kind(key.removeprefix(_ID).removesuffix(_FIRST_PASS))


def _repeated(parts: Iterable[PlainCalls]) -> set[int]:
    """Return the names that stand there more than once."""
    buckets = [array("Q") for _ in range(_BUCKETS)]
    appends = [bucket.append for bucket in buckets]
    for part in parts:
        for name in part.column("names"):
            appends[name >> 1 & (_BUCKETS - 1)](name)  # the last bit is set in all
    del appends
    repeated: set[int] = set()
    while buckets:
        bucket = buckets.pop()
        if len(set(bucket)) < len(bucket):
            repeated.update(name for name, number in Counter(bucket).items() if number > 1)
    return repeated


def _rows_by_id(
    parts: Sequence[PlainCalls], wanted: set[int]
) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Return the places of the rows with some names: part and row, by both halves of the hash."""
    rows: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    if not wanted:
        return rows
    for at, part in enumerate(parts):
        names = part.column("names")
        places = [row for row, name in enumerate(names) if name in wanted]
        if places:
            more = part.column("more")
            for row in places:
                rows[names[row], more[row]].append((at, row))
    return rows
