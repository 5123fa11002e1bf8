"""The cache of what log files hold: those that are what they were are not read.

Everything in it can be read again, so nothing here ends in an error: what is doubtful is read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from typing import Final, NamedTuple

import msgspec

from tokencost_profiles.calls.merging import Store
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.log_cache.cache_file import HOUR, CacheFile, Row, Stored
from tokencost_profiles.logs.log_cache.hidden_ids import UnknownOrderError
from tokencost_profiles.logs.log_cache.name_hashes import hashed_names
from tokencost_profiles.logs.log_cache.signatures import (
    Ends,
    Stamp,
    ends_of,
    is_unchanged,
    stamp_of,
)
from tokencost_profiles.logs.log_cache.store_form import CannotStoreError, packed, unpacked
from tokencost_profiles.logs.reading_notes import ReadingNotes

_PLACE_BYTES: Final = 16
_STALE: Final = 12  # hours after which it is noted that an entry was used
_LOT: Final = 16 << 20  # bytes that wait to be written
_AHEAD: Final = 256  # contents that are fetched at once

_Read = Callable[[Source, ReadingNotes], Store]


class _About(msgspec.Struct, array_like=True):
    """What was there when a file was read; it is compared with what is there now."""

    stamp: Stamp
    ends: Ends
    beside: dict[str, Stamp]  # other files that were looked for, by name
    terms: str | None  # of counting, where a text was counted
    is_log: bool
    is_stored: bool  # whether what it holds can be stored
    formats: list[str]  # readers of it whose agents keep sessions
    is_dated: bool  # whether the times of all calls are known


_decoder: Final = msgspec.msgpack.Decoder(_About)


class Seen(NamedTuple):
    """A file as it is now."""

    place: bytes
    stamp: Stamp
    at: int  # when the stamp was taken, nanoseconds
    about: bytes | None  # what is stored of it, where it is what it was when it was stored
    unit: bytes = b""  # what it was priced with: see `priced_units`

    @property
    def is_known(self) -> bool:
        """Whether it is what it was when it was stored."""
        return self.about is not None


class LogCache:
    """Stores of log files.

    `terms`: what decides how many tokens a text is counted as. `how`: how files are read.
    """

    def __init__(self, file: CacheFile, terms: str, how: str = "") -> None:
        self._file, self._terms, self._how = file, terms, how
        self._seen: dict[str, Seen] = {}  # by label
        self._ahead: Iterator[bytes] = iter(())  # places whose contents will be asked for
        self._contents: dict[bytes, bytes] = {}
        self._rows: dict[bytes, Row] = {}
        self._units: dict[bytes, bytes] = {}
        self._names: dict[str, bytes] = {}  # of files that were read, by label
        self._waiting = 0  # bytes
        self._used: list[bytes] = []
        self.hides_ids = False
        self.formats: set[str] = set()  # readers of sources whose agents keep sessions

    def look_up(self, sources: Iterable[Source]) -> bool:
        """Look which sources are known. Return whether what they hold can be taken from here.

        Where it can, ids are hidden: those of files that are read, too, so that they are equal.
        """
        if self._seen:
            return self.hides_ids  # they have been looked up
        places = {source.label: self._place(source) for source in sources if source.path}
        stored = self._file.abouts(places.values())
        hour = time.time() // HOUR
        is_sound = True
        for source in sources:
            place = places.get(source.label)
            if place is None or source.path is None:
                continue
            at = time.time_ns()
            stamp = stamp_of(source.path)
            if stamp is None:
                continue
            about = self._unchanged(source, stamp, stored.get(place))
            if about is None:
                self._seen[source.label] = Seen(place, stamp, at, None)
            else:
                known = stored[place]
                self._seen[source.label] = Seen(place, stamp, at, known.about, known.unit)
                is_sound = is_sound and about.is_stored
                self.formats.update(about.formats)
                if hour - stored[place].used > _STALE:
                    self._used.append(place)
        places_known = [one.place for one in self._seen.values() if one.is_known]
        self.hides_ids = bool(places_known) and is_sound
        self._ahead = iter(places_known)
        return self.hides_ids

    def knows(self, source: Source) -> bool:
        """Whether what a source holds is taken from here."""
        seen = self._seen.get(source.label)
        return self.hides_ids and seen is not None and seen.is_known

    def seen(self, source: Source) -> Seen | None:
        """Return what is known of a source; None where nothing can be stored of it."""
        return self._seen.get(source.label)

    def abouts(self, sources: Iterable[Source]) -> dict[str, bytes]:
        """Return what is stored of sources, by label, for another process to learn."""
        pairs = ((source.label, self._seen.get(source.label)) for source in sources)
        return {label: seen.about for label, seen in pairs if seen is not None and seen.about}

    def learn(self, abouts: Mapping[str, bytes]) -> None:
        """Take what another process has stored of sources."""
        for label, about in abouts.items():
            self._seen[label] = self._seen[label]._replace(about=about)

    def learn_names(self, source: Source, store: Store) -> None:
        """Take the names of a source that another process may have read."""
        if source.label not in self._names:
            self._names[source.label] = hashed_names(store)

    def dependencies(self, sources: Iterable[Source]) -> tuple[dict[str, Stamp], bool] | None:
        """Return the files that were looked for beside sources, and whether texts were counted.

        None where a source is not known to be what it was when it was read.
        """
        beside: dict[str, Stamp] = {}
        is_counted = False
        for source in sources:
            seen = self._seen.get(source.label)
            if seen is None or seen.about is None or source.path is None:
                return None
            if stamp_of(source.path) != seen.stamp:
                return None
            about = _decoder.decode(seen.about)
            is_counted = is_counted or about.terms is not None
            for name, stamp in about.beside.items():
                beside[os.path.join(os.path.abspath(source.path.parent), name)] = stamp
        return beside, is_counted

    def is_lasting(self, source: Source) -> bool:
        """Whether sums of a source can be stored: calls of no time are priced as those of now."""
        seen = self._seen.get(source.label)
        return seen is not None and seen.about is not None and _decoder.decode(seen.about).is_dated

    def names(self, sources: Iterable[Source]) -> dict[str, bytes]:
        """Return hashes of the names of sources that are known or were read, by label."""
        names = {source.label: self._names.get(source.label) for source in sources}
        places = {self._seen[label].place: label for label, one in names.items() if one is None}
        of_places = self._file.names(places)
        if len(of_places) < len(places):
            self._file.remove()  # it is damaged
            raise UnknownOrderError
        return {
            label: of_places[self._seen[label].place] if one is None else one
            for label, one in names.items()
        }

    def _place(self, source: Source) -> bytes:
        text = f"{os.path.abspath(source.path or '')}\0{source.label}\0{self._how}"
        return blake2b(os.fsencode(text), digest_size=_PLACE_BYTES).digest()

    def _unchanged(self, source: Source, stamp: Stamp, stored: Stored | None) -> _About | None:
        """Return what is stored about a source, if all that it was read of is what it was."""
        if stored is None or source.path is None:
            return None
        try:
            about = _decoder.decode(stored.about)
        except ValueError:
            return None
        if not is_unchanged(source.path, about.stamp, stamp, about.ends):
            return None
        if (source.named and not about.is_log) or about.terms not in (None, self._terms):
            return None
        folder = source.path.parent
        for name, known in about.beside.items():
            if (stamp_of(folder / name) or Stamp()) != known:
                return None
        return about

    def store(self, source: Source, read: _Read) -> Store:
        """Return what a source holds. `read` reads it, where it is not known.

        Raise `UnknownOrderError` where ids are to be hidden and cannot be.
        """
        seen = self._seen.get(source.label)
        if seen is not None and seen.is_known and self.hides_ids:
            content = self._content(seen.place)
            if content is not None:
                try:
                    return unpacked(content, source.label)
                except ValueError:
                    pass
        notes = ReadingNotes()
        store = read(source, notes)
        self._names[source.label] = hashed_names(store)
        self.formats |= store.audit.session_formats
        if seen is None and not self.hides_ids:
            return store
        try:
            content = packed(store, source.label)
        except CannotStoreError:
            content = None
        if seen is not None:
            self._put(source, seen, notes, store, content)
        if not self.hides_ids:
            return store
        if content is None:
            raise UnknownOrderError
        return unpacked(content, source.label)

    def _content(self, place: bytes) -> bytes | None:
        if place not in self._contents:
            places = [place, *(one for one in islice(self._ahead, _AHEAD) if one != place)]
            self._contents = self._file.contents(places)
        return self._contents.pop(place, None)

    def _put(
        self, source: Source, seen: Seen, notes: ReadingNotes, store: Store, content: bytes | None
    ) -> None:
        """Note what a file holds, unless it changed meanwhile, or could change unnoticed."""
        path, audit = source.path, store.audit
        if path is None or notes.is_elsewhere or audit.unreadable:
            return
        if not seen.stamp.is_settled(seen.at) or stamp_of(path) != seen.stamp:
            return
        try:
            with path.open("rb", buffering=0) as file:
                ends = ends_of(file, seen.stamp.size)
            beside = {
                os.path.relpath(one, path.parent): stamp_of(one) or Stamp() for one in notes.beside
            }
        except (OSError, ValueError):
            return
        terms = self._terms if notes.is_counted else None
        is_log = bool(audit.files)
        formats = sorted(audit.session_formats)
        about = msgspec.msgpack.encode(
            _About(
                seen.stamp,
                ends,
                beside,
                terms,
                is_log,
                content is not None,
                formats,
                _is_dated(store),
            )
        )
        self._seen[source.label] = seen._replace(about=about)
        self.put(seen.place, Row(about, content or b"", self._names[source.label]))

    def expect(self, sources: Iterable[Source]) -> None:
        """Hear in which order sources will be asked for next."""
        seen = (self._seen.get(source.label) for source in sources)
        self._ahead = iter([one.place for one in seen if one is not None and one.is_known])

    def fetch(self, places: Iterable[bytes]) -> Iterator[tuple[bytes, Row]]:
        """Yield the rows of places that are stored."""
        abouts = self._file.abouts(places)
        for place, content in self._file.contents(abouts).items():
            yield place, Row(abouts[place].about, content)

    def put(self, place: bytes, row: Row) -> None:
        """Store a row, sooner or later."""
        self._rows[place] = row
        self._waiting += len(row.content)
        if self._waiting > _LOT:
            self.write()

    def put_unit(self, source: Source, unit: bytes) -> None:
        """Note what a source was priced with."""
        seen = self._seen.get(source.label)
        if seen is not None and seen.is_known:
            self._units[seen.place] = unit

    def write(self) -> None:
        """Write what waits to be written."""
        if self._rows or self._used or self._units:
            self._file.write(self._rows, self._used, time.time(), self._units)
            self._rows, self._used, self._units, self._waiting = {}, [], {}, 0


def _is_dated(store: Store) -> bool:
    """Whether the times of all calls are known."""
    if any(call.at is None for call in store.calls.values()):
        return False
    return not any(part.times().count(0) for part in store.plain)
