"""A worker: it reads shards, states their names, and prices what no other worker has part in."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from tokencost_profiles.calls.links import hashes_of
from tokencost_profiles.calls.merging import Store
from tokencost_profiles.calls.packed_store import packed
from tokencost_profiles.costs.saved_profile import Saved
from tokencost_profiles.logs.parts import Part, ReadSource, read_sources, split
from tokencost_profiles.logs.runners.processes.channel import Channel
from tokencost_profiles.logs.work import Work

_PROGRESS: Final = 4 << 20  # bytes after which the caller hears of them


class ReadShard(NamedTuple):
    """A shard was read. `names`: hashes of its names, in order, each once."""

    number: int
    names: array[int]
    session_formats: set[str]
    saved: list[tuple[int, tuple[Saved, ...]]]
    size: int  # bytes that the caller has not heard of


class Priced(NamedTuple):
    """All shards of the worker were priced, but for the sources that are joined to others.

    The records of these are packed: see `unpacked`.
    """

    part: Part
    joined: list[tuple[int, bytes]]
    notes: Any  # see `Work.take`


class Failed(NamedTuple):
    """An error: the caller does the same work, and meets it, too."""

    shards: tuple[int, ...]


class Read(NamedTuple):
    """Read a shard: the sources at some places."""

    number: int
    places: tuple[int, ...]


class Price(NamedTuple):
    """Price what was read. `shared`: hashes of names that other workers have, too."""

    shared: frozenset[int]
    session_formats: frozenset[str]
    process: int = 0  # the number of the worker


class Shards:
    """What a worker holds between reading and pricing."""

    def __init__(self, work: Work, hash_of: Callable[[str], int]) -> None:
        self._work, self._hash = work, hash_of
        self._sources: dict[int, list[ReadSource]] = {}  # by shard
        self._names: dict[int, list[array[int]]] = {}  # of each source

    def read(self, message: Read, advance: Callable[[int], None]) -> ReadShard:
        """Read a shard, and return its names."""
        work = self._work
        places = [(at, work.sources[at]) for at in message.places]
        sources = read_sources(places, work.how, advance)
        names = [store_hashes(one.store, work, self._hash) for one in sources]
        self._sources[message.number], self._names[message.number] = sources, names
        formats: set[str] = set()
        for one in sources:
            formats |= one.store.audit.session_formats
        every = in_order(names)
        saved = [(one.at, one.saved) for one in sources if one.saved]
        return ReadShard(message.number, every, formats, saved, 0)

    def price(self, message: Price) -> Priced:
        """Return the part of what was read, and the sources that are joined to others."""
        numbers = list(self._sources)
        sources = [one for number in numbers for one in self._sources[number]]
        names = [one for number in numbers for one in self._names[number]]
        joined: list[ReadSource] = []
        if message.shared:
            joined, sources = split(sources, names, message.shared)
        self._sources, self._names = {}, {}
        work = self._work
        part, notes = work.price(sources, message.session_formats, message.process)
        return Priced(part, [(one.at, packed(one.store)) for one in joined], notes)


def store_hashes(store: Store, work: Work, hash_of: Callable[[str], int]) -> array[int]:
    """Return the hashes of the names of a store, as far as they matter to what is asked for."""
    turns, plain = work.plan.numbers_turns, work.how.plain
    return hashes_of(store, hash_of, places=turns, plain=plain)


def in_order(names: Iterable[array[int]]) -> array[int]:
    """Return hashes of names in order, each once."""
    return array("q", sorted(set().union(*names)))


def serve(channel: Channel, work: Work, hash_of: Callable[[str], int]) -> None:
    """Do what the caller asks for, until it closes the channel."""
    shards = Shards(work._replace(done=None), hash_of)
    unheard = 0

    def advance(size: int) -> None:
        nonlocal unheard
        unheard += size
        if unheard >= _PROGRESS:
            channel.send(unheard)
            unheard = 0

    while True:
        try:
            message: Any = channel.receive()
        except (EOFError, OSError):
            return
        answer: ReadShard | Priced | Failed
        try:
            if isinstance(message, Read):
                answer = shards.read(message, advance)._replace(size=unheard)
                unheard = 0
            else:
                answer = shards.price(message)
        except Exception:  # the caller does the same again, and meets it with its reason
            answer = Failed((message.number,) if isinstance(message, Read) else ())
        channel.send(answer)
