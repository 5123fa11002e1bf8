"""The cache of what log files hold: those that are what they were are not read.

Everything in it can be read again, so nothing here ends in an error: what is doubtful is read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from tokencost_profiles.calls.merging import Store
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.log_cache.appended import Before, continued
from tokencost_profiles.logs.log_cache.cache_file import HOUR, CacheFile, Row
from tokencost_profiles.logs.log_cache.hidden_ids import UnknownOrderError
from tokencost_profiles.logs.log_cache.name_hashes import hashed, hashed_names
from tokencost_profiles.logs.log_cache.seen_files import (
    About,
    Seen,
    about_of,
    appended,
    is_dated,
    unchanged,
)
from tokencost_profiles.logs.log_cache.signatures import (
    Stamp,
    ends_of,
    stamp_of,
)
from tokencost_profiles.logs.log_cache.store_form import CannotStoreError, packed, unpacked
from tokencost_profiles.logs.reading_notes import End, ReadingNotes, ReadNoting, ReadOn

_PLACE_BYTES: Final = 16
_STALE: Final = 12  # hours after which it is noted that an entry was used
_LOT: Final = 16 << 20  # bytes that wait to be written
_AHEAD: Final = 256  # contents that are fetched at once


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
            about = unchanged(source, stamp, stored.get(place), self._terms)
            if about is None:
                before = appended(source, stamp, stored.get(place), self._terms)
                self._seen[source.label] = Seen(place, stamp, at, None, before=before)
            else:
                known = stored[place]
                self._seen[source.label] = Seen(place, stamp, at, known.about, known.unit)
                is_sound = is_sound and about.is_stored
                self.formats.update(about.formats)
                if hour - stored[place].used > _STALE:
                    self._used.append(place)
        seen = self._seen.values()
        places_known = [one.place for one in seen if one.is_known or one.before]
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
            about = about_of(seen.about)
            is_counted = is_counted or about.terms is not None
            for name, stamp in about.beside.items():
                beside[os.path.join(os.path.abspath(source.path.parent), name)] = stamp
        return beside, is_counted

    def is_lasting(self, source: Source) -> bool:
        """Whether sums of a source can be stored: calls of no time are priced as those of now."""
        seen = self._seen.get(source.label)
        return seen is not None and seen.about is not None and about_of(seen.about).is_dated

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

    def store(self, source: Source, read: ReadNoting, read_on: ReadOn) -> Store:
        """Return what a source holds. `read` reads it, where it is not known.

        `read_on` reads what was appended to it.
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
        if seen is not None and seen.before is not None and self.hides_ids:
            store = self._continued(source, seen, read_on)
            if store is not None:
                return store
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

    def _continued(self, source: Source, seen: Seen, read_on: ReadOn) -> Store | None:
        """Return what a source holds, read on from where it ended. None: it has to be read."""
        content = self._content(seen.place)
        names = self._file.names([seen.place]).get(seen.place)
        about = about_of(seen.before or b"")
        if content is None or names is None or about.end is None:
            return None
        name, size, lines, marks = about.end
        before = Before(content, names, End(name, size, lines, ()), marks)
        notes = ReadingNotes()
        result = continued(before, source.label, notes, lambda: read_on(source, before.end, notes))
        if result is None:
            return None
        self._names[source.label] = result.names
        notes.beside |= {(source.path or Path()).parent / name for name in about.beside}
        notes.is_counted = notes.is_counted or about.terms is not None
        self._put(source, seen, notes, result.store, result.content, result.marks)
        return result.store

    def _content(self, place: bytes) -> bytes | None:
        if place not in self._contents:
            places = [place, *(one for one in islice(self._ahead, _AHEAD) if one != place)]
            self._contents = self._file.contents(places)
        return self._contents.pop(place, None)

    def _put(
        self,
        source: Source,
        seen: Seen,
        notes: ReadingNotes,
        store: Store,
        content: bytes | None,
        marks: bytes | None = None,
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
        end = notes.end if notes.end and notes.end.size == seen.stamp.size else None
        marks = hashed(end.marks) if end is not None and marks is None else marks or b""
        about = msgspec.msgpack.encode(
            About(
                seen.stamp,
                ends,
                beside,
                terms,
                is_log,
                content is not None,
                formats,
                is_dated(store),
                None if end is None else (end.reader, end.size, end.lines, marks),
            )
        )
        self._seen[source.label] = seen._replace(about=about)
        self.put(seen.place, Row(about, content or b"", self._names[source.label]))

    def expect(self, sources: Iterable[Source]) -> None:
        """Hear in which order sources will be asked for next."""
        seen = (self._seen.get(source.label) for source in sources)
        self._ahead = iter([one.place for one in seen if one and (one.is_known or one.before)])

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
