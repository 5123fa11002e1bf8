"""The sum of all that was asked for, for the next invocation that asks the same.

Where no file changed, nothing but the times of files has to be looked at.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from tokencost_profiles.files.git_worktrees import project_of
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.log_cache.cache_file import CacheFile, Row
from tokencost_profiles.logs.log_cache.log_cache import LogCache
from tokencost_profiles.logs.log_cache.part_form import hidden_part, packed_part, unpacked_part
from tokencost_profiles.logs.log_cache.signatures import Stamp, stamp_of
from tokencost_profiles.logs.parts import Part

_KEY_BYTES: Final = 16


class _About(msgspec.Struct, array_like=True):
    """What else a sum depends on."""

    terms: str | None  # of counting, where a text was counted
    beside: dict[str, Stamp]  # files that were looked for, by path
    projects: dict[str, str]  # what folders are called
    rest: list[int]  # places of sources that are not in the sum: they are priced at each time
    formats: list[str]  # readers of any source whose agents keep sessions


_decoder: Final = msgspec.msgpack.Decoder(_About)


class KnownSum(NamedTuple):
    """A sum of all sources but the `rest`, by their places. No other source is joined to these."""

    part: Part
    rest: list[int]
    formats: frozenset[str]


class CompleteSums:
    """Sums of all sources. `asked`: what decides the sum beside them; `terms`: see `LogCache`."""

    def __init__(self, file: CacheFile, asked: str, terms: str) -> None:
        self._file, self._asked, self._terms = file, asked, terms

    def known(self, sources: Sequence[Source]) -> KnownSum | None:
        """Return the sum of sources, if it is known and none of them changed."""
        key = self._key(sources)
        if key is None:
            return None
        stored = self._file.abouts([key]).get(key)
        if stored is None:
            return None
        try:
            about = _decoder.decode(stored.about)
            if about.terms not in (None, self._terms) or not _is_current(about):
                return None
            content = self._file.contents([key]).get(key)
            if content is None or (about.rest and not 0 <= max(about.rest) < len(sources)):
                return None
            return KnownSum(unpacked_part(content), about.rest, frozenset(about.formats))
        except ValueError:
            return None

    def store(
        self, sources: Sequence[Source], part: Part, rest: list[int], cache: LogCache
    ) -> None:
        """Store the sum of sources. `cache` knows them all: else it is not stored."""
        key = self._key(sources)
        dependencies = cache.dependencies(sources)
        if key is None or dependencies is None:
            return
        beside, is_counted = dependencies
        terms = self._terms if is_counted else None
        about = _About(terms, beside, part.projects, rest, sorted(cache.formats))
        cache.put(key, Row(msgspec.msgpack.encode(about), packed_part(hidden_part(part))))

    def _key(self, sources: Iterable[Source]) -> bytes | None:
        """Return where the sum is stored; None where a source is no file that can be looked at."""
        lines = [self._asked]
        for source in sources:
            stamp = None if source.path is None else stamp_of(source.path)
            if stamp is None:
                return None
            place = os.fspath(source.path or "")
            place = place if place.startswith("/") else os.path.abspath(place)
            lines.append("\0".join((place, source.label, *source.copies)))
            lines.append(f"{tuple(stamp)} {source.named}")
        text = "\n".join(lines).encode("utf-8", "surrogateescape")
        return blake2b(text, digest_size=_KEY_BYTES).digest()


def _is_current(about: _About) -> bool:
    for path, stamp in about.beside.items():
        if (stamp_of(Path(path)) or Stamp()) != stamp:
            return False
    return all(project_of(folder) == name for folder, name in about.projects.items())
