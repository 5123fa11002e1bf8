"""One profile on machines that share nothing: what is done with a shard, and with what is joined.

    read_shard -> shared_names -> divide -> groups_of -> price_joined -> add_parts (of parts)

The names of a shard (see `calls/links`) are hashes, divided into partitions by the hash; whoever
has a partition looks which of its names stand in several shards. Only those go back. Sources that
they join are brought together, group by group, and settled there. So no machine holds the records
of all logs, and what comes back in the end is sums. All that goes in and comes out can be sent, and
each step gives the same whenever it is run: one whose machine is lost is run again.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence, Set
from hashlib import blake2b
from heapq import heappop, heappush
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.links import components, hashes_of
from tokencost_profiles.calls.merging import Store
from tokencost_profiles.calls.packed_store import packed, unpacked
from tokencost_profiles.costs.saved_profile import Saved
from tokencost_profiles.files.paths import asked_ahead
from tokencost_profiles.files.sent_sources import SentSource
from tokencost_profiles.logs.load import Plan
from tokencost_profiles.logs.parts import Part, ReadSource, price_part, read_sources
from tokencost_profiles.logs.read import ReadOptions

_HASH: Final = 8  # bytes of the hash of a name: names of one hash are joined, which changes nothing
_QUICK: Final = 1  # of zlib


class Terms(NamedTuple):
    """What is the same for all shards. `partitions`: of the names, and groups of what is joined."""

    how: ReadOptions
    plan: Plan
    table: PriceTable
    partitions: int


class Records(NamedTuple):
    """The records of one source, packed: a hundredth of the log."""

    at: int
    packed: bytes


class ReadShard(NamedTuple):
    """What a shard holds. `names`: the hashes of each partition, each once, as 8 bytes."""

    records: tuple[Records, ...]
    names: tuple[bytes, ...]
    session_formats: frozenset[str]
    saved: tuple[tuple[int, tuple[Saved, ...]], ...]  # by the place of their source


class Joined(NamedTuple):
    """Sources of a shard that are joined to each other, and to other shards.

    `links`: the hashes of the names that stand in other shards, too.
    """

    records: tuple[Records, ...]
    links: bytes

    @property
    def size(self) -> int:
        """Bytes of the records."""
        return sum(len(one.packed) for one in self.records)


class DividedShard(NamedTuple):
    """A shard, priced but for the sources that names join to other shards."""

    part: Part
    joined: tuple[Joined, ...] = ()


def read_shard(sources: Iterable[tuple[int, SentSource]], terms: Terms) -> ReadShard:
    """Read sources, one after the other, and return their records and names."""
    places, every = zip(*((at, sent.source()) for at, sent in sources), strict=True)
    pairs = zip(places, asked_ahead(every), strict=True)
    return shard_of((one for pair in pairs for one in read_sources([pair], terms.how)), terms)


def shard_of(sources: Iterable[ReadSource], terms: Terms) -> ReadShard:
    """Return the records and names of sources."""
    names: list[NDArray[np.int64]] = []
    formats: set[str] = set()
    records, saved = [], []
    for one in sources:
        names.append(_hashes(one.store, terms))
        formats |= one.store.audit.session_formats
        records.append(_packed(one))
        if one.saved:
            saved.append((one.at, one.saved))
    partitioned = _partitioned(_all(names), terms.partitions)
    return ReadShard(tuple(records), partitioned, frozenset(formats), tuple(saved))


def sources_of(shard: ReadShard) -> list[ReadSource]:
    """Return what the sources of a shard hold."""
    saved = dict(shard.saved)
    return [_unpacked(one)._replace(saved=saved.get(one.at, ())) for one in shard.records]


def all_formats(formats: Iterable[Set[str]]) -> frozenset[str]:
    """Return the formats of all shards whose agents keep sessions on disk."""
    return frozenset[str]().union(*formats)


def shared_names(names: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return, of the names that each shard has in a partition, those that stand in several."""
    hashes = [np.frombuffer(one, np.int64) for one in names]
    unique, counts = np.unique(np.concatenate([np.empty(0, np.int64), *hashes]), return_counts=True)
    shared = unique[counts > 1]
    return tuple(one[np.isin(one, shared)].tobytes() for one in hashes)


def divide(
    shard: ReadShard, shared: Iterable[bytes], session_formats: Set[str], terms: Terms
) -> DividedShard:
    """Price the sources of a shard, but for those that are joined to other shards.

    `shared`: of each partition, the names of the shard that stand in others. `session_formats`:
    those of all shards. Raise what `price_part` raises.
    """
    elsewhere = _all([np.frombuffer(one, np.int64) for one in shared])
    sources = [_unpacked(one) for one in shard.records]
    if not len(elsewhere):
        return DividedShard(price_part(sources, session_formats, terms.plan, terms.table))
    names = [_hashes(one.store, terms) for one in sources]
    groups: dict[int, list[int]] = {}
    for place, group in enumerate(components([one.tolist() for one in names])):
        groups.setdefault(group, []).append(place)
    joined, apart = [], []
    for places in groups.values():
        links = np.intersect1d(elsewhere, _all([names[place] for place in places]))
        if len(links):
            records = tuple(shard.records[place] for place in places)
            joined.append(Joined(records, links.tobytes()))
        else:
            apart += [sources[place] for place in places]
    part = price_part(apart, session_formats, terms.plan, terms.table)
    return DividedShard(part, tuple(joined))


class Links(NamedTuple):
    """What decides where joined sources are brought together: their names, and their size."""

    names: bytes
    size: int


def links_of(shard: DividedShard) -> tuple[Links, ...]:
    """Return the links of what is joined to other shards."""
    return tuple(Links(one.links, one.size) for one in shard.joined)


def groups_of(links: Sequence[Sequence[Links]], groups: int) -> tuple[tuple[int, ...], ...]:
    """Return, for all that is joined in each shard, the number of its group.

    What is joined comes into one group; beside that, groups are of like size.
    """
    every = [one for of_shard in links for one in of_shard]
    tops = components([np.frombuffer(one.names, np.int64).tolist() for one in every])
    sizes: dict[int, int] = {}
    for top, one in zip(tops, every, strict=True):
        sizes[top] = sizes.get(top, 0) + one.size
    room = [(0, number) for number in range(groups)]
    group_of: dict[int, int] = {}
    for top in sorted(sizes, key=lambda top: (-sizes[top], top)):
        size, number = heappop(room)
        group_of[top] = number
        heappush(room, (size + sizes[top], number))
    numbers = iter(group_of[top] for top in tops)
    return tuple(tuple(next(numbers) for _ in of_shard) for of_shard in links)


def joined_in(shard: DividedShard, groups: Sequence[int], group: int) -> tuple[Records, ...]:
    """Return what of a shard belongs to a group. `groups`: of all that is joined there."""
    return tuple(
        record
        for one, its_group in zip(shard.joined, groups, strict=True)
        if its_group == group
        for record in one.records
    )


def price_joined(
    records: Iterable[Iterable[Records]], session_formats: Set[str], terms: Terms
) -> Part:
    """Settle and price the sources of a group, which come from several shards."""
    sources = [_unpacked(one) for of_shard in records for one in of_shard]
    return price_part(sources, session_formats, terms.plan, terms.table)


def _hashes(store: Store, terms: Terms) -> NDArray[np.int64]:
    """Return the hashes of the names of a store, each once: the same on every machine."""
    turns, plain = terms.plan.numbers_turns, terms.how.plain
    return np.unique(np.array(hashes_of(store, _hash, places=turns, plain=plain), np.int64))


def _hash(name: str) -> int:
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_HASH).digest()
    return int.from_bytes(digest, signed=True)


def _all(names: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return all hashes of several arrays in order, each once."""
    return np.unique(np.concatenate([np.empty(0, np.int64), *names]))


def _partitioned(hashes: NDArray[np.int64], partitions: int) -> tuple[bytes, ...]:
    numbers = hashes % partitions
    return tuple(hashes[numbers == number].tobytes() for number in range(partitions))


def _packed(source: ReadSource) -> Records:
    return Records(source.at, zlib.compress(packed(source.store), _QUICK))


def _unpacked(records: Records) -> ReadSource:
    return ReadSource(records.at, unpacked(zlib.decompress(records.packed)))
