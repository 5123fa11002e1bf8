"""Sums that several processes make and store: each those of the files that it has read."""

from __future__ import annotations

import os
from collections.abc import Sequence, Set
from typing import Final, NamedTuple

from tokencost_pricing.table import PriceTable
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.load import Plan
from tokencost_profiles.logs.log_cache.log_cache import LogCache
from tokencost_profiles.logs.log_cache.priced_units import FORMED_BYTES, PricedUnits, Pricing
from tokencost_profiles.logs.parts import Part, ReadSource, add_parts, price_part, read_sources
from tokencost_profiles.logs.read import ReadOptions

_UNITS: Final = 1 << 16  # of one process at most


class Notes(NamedTuple):
    """What the caller has to know of what a process stored."""

    lasting: Part  # the sum of what could be stored
    rest: list[int]  # places of the sources that are not in it
    abouts: dict[str, bytes]  # what is stored of sources, by label


class SharedUnits:
    """Prices what was read, and stores it. No source of one process is joined to one of another.

    `how`: as sources are read with their ids; `asked`: all that decides the sums beside the logs.
    """

    def __init__(
        self,
        cache: LogCache,
        sources: Sequence[Source],
        how: ReadOptions,
        plan: Plan,
        table: PriceTable,
        asked: str,
    ) -> None:
        self._cache, self._sources, self._how = cache, sources, how
        self._plan, self._table, self._asked = plan, table, asked
        self._formed = os.urandom(FORMED_BYTES)
        self._lasting: list[Part] = []
        self.rest: list[int] = []

    def price(self, read: list[ReadSource], formats: Set[str], process: int) -> tuple[Part, Notes]:
        """Return the sum of sources, and what the caller has to know. `process`: its number."""
        read = sorted(read, key=lambda one: one.at)
        sources = [self._sources[one.at] for one in read]
        self._cache.formats |= formats
        for source, one in zip(sources, read, strict=True):
            self._cache.learn_names(source, one.store)
        plan, table = self._plan, self._table
        pricing = Pricing(
            lambda places: [ReadSource(at, read[at].store) for at in places],
            lambda places: read_sources([(at, sources[at]) for at in places], self._how),
            lambda parts, all_formats: price_part(parts, all_formats, plan, table),
            self._asked,
        )
        number = process * _UNITS
        units = PricedUnits(self._cache, sources, pricing, self._formed, number)
        lasting, rest = units.parts()
        self._cache.write()
        abouts = self._cache.abouts(self._sources)  # of those that others are joined to, too
        notes = Notes(lasting, [read[at].at for at in units.rest], abouts)
        return add_parts([lasting, rest]) if units.rest else lasting, notes

    def take(self, notes: Notes) -> None:
        """Take what a process has to say."""
        self._cache.learn(notes.abouts)
        self._lasting.append(notes.lasting)
        self.rest += notes.rest

    def lasting(self) -> Part:
        """Return the sum of what could be stored."""
        return add_parts(self._lasting)
