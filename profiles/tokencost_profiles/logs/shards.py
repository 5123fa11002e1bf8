"""Shards: sources that one worker reads together, and in which order workers take them.

Files of one folder are often joined, as a session and its sub-agents are. So a worker takes the
shards of a folder after each other; another helps only where nothing else is left.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from tokencost_profiles.files.paths import Source

_SHARDS: Final = 8  # at least so many for each worker, where there are as many files
_SMALLEST: Final = 1 << 18
_LARGEST: Final = 4 << 30  # whose records are well below a gigabyte


class Shard(NamedTuple):
    """Sources, by their places among all of them. `group`: the folder that they lie in."""

    number: int
    group: str
    places: tuple[int, ...]
    size: int


def local_files(sources: Sequence[Source]) -> list[bool]:
    """Return which sources are files that any process on this machine can open and read.

    A pipe can be read once only.
    """
    return [source.path is not None and _is_regular(source.path) for source in sources]


def _is_regular(path: os.PathLike[str]) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def shards_of(sources: Sequence[Source], places: Iterable[int], jobs: int) -> list[Shard]:
    """Return the shards of the sources at some places, in the order of these."""
    places = list(places)
    largest = max(_SMALLEST, sum(sources[at].size for at in places) // (jobs * _SHARDS))
    shards: list[Shard] = []
    names = _groups(sources, places)
    for group, members in groupby(places, key=names.__getitem__):
        shard: list[int] = []
        size = 0
        for at in members:
            if shard and size + sources[at].size > largest:
                shards.append(Shard(len(shards), group, tuple(shard), size))
                shard, size = [], 0
            shard.append(at)
            size += sources[at].size
        shards.append(Shard(len(shards), group, tuple(shard), size))
    return shards


def batches_of(sources: Sequence[Source], workers: int) -> list[list[int]]:
    """Return the places of sources in batches of like size, for machines that share nothing.

    Sources that follow each other stay together: they mostly lie in one folder.
    """
    share = sum(source.size for source in sources) // (workers * _SHARDS)
    largest = min(max(_SMALLEST, share), _LARGEST)
    batches: list[list[int]] = []
    room = 0
    for at, source in enumerate(sources):
        if not batches or source.size > room:
            batches.append([])
            room = largest
        batches[-1].append(at)
        room -= source.size
    return batches


def _groups(sources: Sequence[Source], places: Sequence[int]) -> dict[int, str]:
    """Return the folder of each source: the first below the one that holds them all."""
    folders = {at: os.path.dirname(str(sources[at].path)) for at in places}
    try:
        root = os.path.commonpath([*folders.values()])
    except ValueError:  # none, or on several drives
        return folders
    return {at: os.path.relpath(folder, root).split(os.sep, 1)[0] for at, folder in folders.items()}


class ShardQueue:
    """Shards that wait for a worker."""

    def __init__(self, shards: Iterable[Shard]) -> None:
        self._groups: dict[str, list[Shard]] = {}
        self._busy: dict[int, str] = {}  # the group that each worker is in
        for shard in shards:
            self._groups.setdefault(shard.group, []).append(shard)
        for waiting in self._groups.values():
            waiting.sort(key=lambda shard: shard.size)

    def __bool__(self) -> bool:
        return bool(self._groups)

    def next_for(self, worker: int) -> Shard | None:
        """Return the largest shard of the folder that a worker is in; else of another folder.

        That is the one with most left, one that no other worker is in before others.
        """
        group = self._busy.get(worker)
        if group not in self._groups:
            if not self._groups:
                self._busy.pop(worker, None)
                return None
            others = {name for one, name in self._busy.items() if one != worker}
            group = max(
                self._groups,
                key=lambda name: (name not in others, sum(one.size for one in self._groups[name])),
            )
            self._busy[worker] = group
        shard = self._groups[group].pop()
        if not self._groups[group]:
            del self._groups[group]
        return shard

    def put_back(self, shards: Iterable[Shard], worker: int) -> None:
        """Take the shards of a worker that is no more."""
        self._busy.pop(worker, None)
        for shard in shards:
            waiting = self._groups.setdefault(shard.group, [])
            waiting.append(shard)
            waiting.sort(key=lambda one: one.size)
