"""Sums of priced calls, kept by unit: some files that no other file is joined to.

Where nothing of a unit changed, its part is taken as it is; where something did, the unit is priced
anew. What changes may join units: names that stand in two of them (see `names_of`) tell that. Units
that were formed together are apart from each other; of others that has to be looked at.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from hashlib import blake2b
from typing import Final, NamedTuple

import msgspec

from tokencost_profiles.calls.links import components
from tokencost_profiles.files.git_worktrees import project_of
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.log_cache.cache_file import Row
from tokencost_profiles.logs.log_cache.hidden_ids import UnknownOrderError
from tokencost_profiles.logs.log_cache.log_cache import LogCache
from tokencost_profiles.logs.log_cache.name_hashes import hashes_of
from tokencost_profiles.logs.log_cache.part_form import hidden_part, packed_part, unpacked_part
from tokencost_profiles.logs.parts import Part, ReadSource, add_parts

_KEY_BYTES: Final = 16
FORMED_BYTES: Final = 8  # of a unit: when it was formed; the rest is its number
_FILES: Final = 48  # of a unit, as far as they can be told apart

Read = Callable[[Sequence[int]], list[ReadSource]]
Price = Callable[[list[ReadSource], Set[str]], Part]


class Pricing(NamedTuple):
    """How sources, named by their places, are read and priced. `asked`: all that decides a part.

    `read_anew` reads them with their ids.
    """

    read: Read
    read_anew: Read
    price: Price
    asked: str


class PricedUnits:
    """The parts of some sources.

    `formed` names the units that are formed together, elsewhere too; `first`: the number of the
    first of those that are formed here.
    """

    def __init__(
        self,
        cache: LogCache,
        sources: Sequence[Source],
        pricing: Pricing,
        formed: bytes = b"",
        first: int = 0,
    ) -> None:
        self._cache, self._sources, self._pricing = cache, sources, pricing
        self._formed_at, self._first = formed or os.urandom(FORMED_BYTES), first
        self._read: dict[int, ReadSource] = {}  # that were read for their names
        self.rest: list[
            int
        ] = []  # sources whose part cannot be stored; no others are joined to them

    def parts(self) -> tuple[Part, Part]:
        """Return the sum of the parts that can be stored, and that of the others."""
        units, singles = self._units()
        self._cache.expect(self._sources)
        fresh = [at for at in singles if not self._cache.knows(self._sources[at])]
        self._read = {one.at: one for one in self._pricing.read(fresh)}
        if singles or len({unit[:FORMED_BYTES] for unit in units}) > 1:
            groups = self._formed(list(units.values()), singles)
        else:
            groups = list(units.values())
        keys = [self._key(group) for group in groups]
        known = self._known([key for key in keys if key])
        lasting, rest = [], []
        for group, key in zip(groups, keys, strict=True):
            if key and (part := known.get(key)) is not None:
                lasting.append(part)
            elif key:
                lasting.append(self._priced(group, key))
            else:
                rest.append(self._priced(group, key))
                self.rest += group
        return add_parts(lasting), add_parts(rest)

    def _units(self) -> tuple[dict[bytes, list[int]], list[int]]:
        """Return the sources of each unit, and those that have none or are not known."""
        units: dict[bytes, list[int]] = defaultdict(list)
        singles = []
        for at, source in enumerate(self._sources):
            seen = self._cache.seen(source)
            if seen is None or not seen.unit or not self._cache.knows(source):
                singles.append(at)
            else:
                units[seen.unit].append(at)
        return units, singles

    def _formed(self, units: list[list[int]], singles: list[int]) -> list[list[int]]:
        """Return new units: the old ones, but for those that others are joined to now."""
        names = self._names()
        items = [*units, *([at] for at in singles)]
        sets = [set().union(*(names[at] for at in item)) for item in items]
        by_component: dict[int, list[int]] = defaultdict(list)
        for number, component in enumerate(components(sets)):
            by_component[component].append(number)
        groups: list[list[int]] = []
        loose: list[list[int]] = []
        for numbers in by_component.values():
            if len(numbers) == 1 and numbers[0] < len(units):
                groups.append(items[numbers[0]])
            else:
                loose.append(sorted(at for number in numbers for at in items[number]))
        groups += self._packed(loose, names)
        for number, group in enumerate(groups, self._first):
            unit = self._formed_at + number.to_bytes(4, "big")
            for at in group:
                self._cache.put_unit(self._sources[at], unit)
        return groups

    def _packed(self, loose: list[list[int]], names: Mapping[int, set[int]]) -> list[list[int]]:
        """Return units of files that are joined, several small ones together.

        What nothing can be stored of stands apart, as far as it can.
        """
        groups: list[list[int]] = [[]]
        for joined in sorted(loose, key=self._is_lasting):
            places = components([names[at] for at in joined])
            by_first: dict[int, list[int]] = defaultdict(list)
            for at, first in zip(joined, places, strict=True):
                by_first[first].append(at)
            for component in by_first.values():
                is_full = len(groups[-1]) + len(component) > _FILES
                if is_full or not self._is_lasting(groups[-1]):
                    groups.append([])
                groups[-1] += component
        return [group for group in groups if group]

    def _is_lasting(self, group: Iterable[int]) -> bool:
        return all(self._cache.is_lasting(self._sources[at]) for at in group)

    def _names(self) -> dict[int, set[int]]:
        if len(self._sources) == 1:
            return {0: set()}  # there is no other that it could be joined to
        of_labels = self._cache.names(self._sources)
        names = {}
        for at, source in enumerate(self._sources):
            names[at] = hashes_of(of_labels[source.label])
        return names

    def _key(self, group: Iterable[int]) -> bytes:
        """Return where the part of sources is stored; nothing, where it cannot be."""
        asked = f"{self._pricing.asked} {sorted(self._cache.formats)}"
        digest = blake2b(asked.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES)
        for at in sorted(group):
            source = self._sources[at]
            seen = self._cache.seen(source)
            if seen is None or seen.about is None or not self._cache.is_lasting(source):
                return b""
            digest.update(b"%b%d%d" % (seen.place, source.named, len(seen.about)))
            digest.update(seen.about)
            digest.update("\0".join(("", *source.copies, "\n")).encode("utf-8", "surrogatepass"))
        return digest.digest()

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, Part]:
        parts = {}
        for key, row in self._cache.fetch(keys):
            try:
                projects = msgspec.msgpack.decode(row.about, type=dict[str, str])
                if all(project_of(folder) == name for folder, name in projects.items()):
                    parts[key] = unpacked_part(row.content)
            except ValueError:
                continue
        return parts

    def _priced(self, group: list[int], key: bytes) -> Part:
        """Price a unit, store its part, and return it with its ids hidden."""
        price, formats = self._pricing.price, self._cache.formats
        try:
            part = hidden_part(price(self._stores(group), formats))
        except UnknownOrderError:
            part = hidden_part(price(self._pricing.read_anew(group), formats))
        if key:
            about = msgspec.msgpack.encode(part.projects)
            self._cache.put(key, Row(about, packed_part(part)))
        return part

    def _stores(self, group: list[int]) -> list[ReadSource]:
        rest = [at for at in group if at not in self._read]
        self._cache.expect(self._sources[at] for at in rest)
        return [
            *(self._read.pop(at) for at in group if at in self._read),
            *self._pricing.read(rest),
        ]
