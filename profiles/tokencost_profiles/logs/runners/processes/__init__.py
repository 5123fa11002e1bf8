"""Logs on all cores: files are shared out to processes, which settle and price what they read.

A worker keeps the calls that it has read. It states the names by which they can be joined to others
(as hashes), and hears which of these another worker has, too. Sources with such a name come back as
records and are settled here; all others come back as sums.
"""

from __future__ import annotations

import sys
import threading
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from tokencost_profiles.calls.packed_store import unpacked
from tokencost_profiles.logs.log_formats import log_format_of
from tokencost_profiles.logs.parts import ReadSource, add_parts, price_part, read_sources
from tokencost_profiles.logs.runners import serial
from tokencost_profiles.logs.runners.processes.pool import Pool
from tokencost_profiles.logs.runners.processes.worker import (
    Price,
    in_order,
    store_hashes,
)
from tokencost_profiles.logs.shards import Shard, local_files, shards_of
from tokencost_profiles.logs.work import Done, Runner, Work

_BUCKET: Final = 1 << 20  # hashes that are compared at a time


def _run(work: Work) -> Done:
    places = [at for at, is_local in enumerate(local_files(work.sources)) if is_local]
    shards = shards_of(work.sources, places, work.jobs)
    jobs = min(work.jobs, len(shards))
    if jobs < 2 or not can_start(work):
        return serial.RUNNER.run(work)
    _prepare(work, shards[0])
    pool = Pool(work, shards, jobs)
    try:
        pool.start()
        return _with_pool(work, pool, set(range(len(work.sources))).difference(places))
    finally:
        pool.end()


def can_start(work: Work) -> bool:
    """Whether this process can be copied: on Linux, where it has one thread."""
    with work.alone():
        return sys.platform == "linux" and threading.active_count() == 1


def _with_pool(work: Work, pool: Pool, here: Iterable[int]) -> Done:
    """Return the result. `here`: the sources that only this process can read."""
    ours = _read(work, here)
    answers = pool.read()
    unread = list(pool.unread)
    ours += _read(work, (at for shard in unread for at in shard.places))
    names = [[answer.names for answer in of_worker] for of_worker in answers]
    names.append([in_order(store_hashes(one.store, work, hash) for one in ours)])
    formats = {name for of_worker in answers for one in of_worker for name in one.session_formats}
    formats |= _formats(ours)
    parts = pool.price(Price(shared_hashes(names), frozenset(formats)))
    left = [shard for shard in pool.unread if shard not in unread]
    ours += _read(work, (at for shard in left for at in shard.places))
    joined = [ReadSource(at, unpacked(data)) for one in parts for at, data in one.joined]
    for one in parts:
        work.take(one.notes)
    part, notes = work.price([*ours, *joined], formats, 0)
    work.take(notes)
    saved = dict(item for of_worker in answers for one in of_worker for item in one.saved)
    saved |= {one.at: one.saved for one in ours}
    return Done(
        add_parts([part, *(one.part for one in parts)]),
        [one for at in sorted(saved) for one in saved[at]],
    )


def _prepare(work: Work, shard: Shard) -> None:
    """Import here what all workers need, before there are any. Raise for a plan that is wrong."""
    price_part((), frozenset(), work.plan, work.table)
    log_format_of(work.sources[shard.places[0]])


def _read(work: Work, places: Iterable[int]) -> list[ReadSource]:
    return read_sources(((at, work.sources[at]) for at in sorted(places)), work.how, work.done)


def _formats(sources: Iterable[ReadSource]) -> set[str]:
    return {name for one in sources for name in one.store.audit.session_formats}


def shared_hashes(groups: Sequence[Sequence[array[int]]]) -> frozenset[int]:
    """Return the hashes that stand in more than one group of ordered arrays.

    A part of the range of all hashes is compared at a time, so that many take little memory.
    """
    number = sum(len(one) for group in groups for one in group)
    steps = number // _BUCKET + 1
    bounds = [(2 * at - steps) * (1 << 63) // steps for at in range(steps + 1)]
    shared: set[int] = set()
    for low, high in pairwise(bounds):
        seen: set[int] = set()
        for group in groups:
            of_group: set[int] = set()
            for one in group:
                of_group.update(one[bisect_left(one, low) : bisect_left(one, high)])
            shared |= seen & of_group
            seen |= of_group
    return frozenset(shared)


RUNNER: Final = Runner("processes", "on all cores of this machine", _run)
