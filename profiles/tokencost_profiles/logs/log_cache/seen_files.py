"""Files as they were when they were read, and whether they still are."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from tokencost_profiles.calls.merging import Store
from tokencost_profiles.files.log_file import PROBED
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.log_cache.cache_file import Stored
from tokencost_profiles.logs.log_cache.signatures import (
    Ends,
    Stamp,
    is_appended,
    is_unchanged,
    stamp_of,
)


class About(msgspec.Struct, array_like=True):
    """What was there when a file was read; it is compared with what is there now."""

    stamp: Stamp
    ends: Ends
    beside: dict[str, Stamp]  # other files that were looked for, by name
    terms: str | None  # of counting, where a text was counted
    is_log: bool
    is_stored: bool  # whether what it holds can be stored
    formats: list[str]  # readers of it whose agents keep sessions
    is_dated: bool  # whether the times of all calls are known
    end: tuple[str, int, int, bytes] | None  # see `End`; its marks are hashes of eight bytes


about_of: Final = msgspec.msgpack.Decoder(About).decode


class Seen(NamedTuple):
    """A file as it is now."""

    place: bytes
    stamp: Stamp
    at: int  # when the stamp was taken, nanoseconds
    about: bytes | None  # what is stored of it, where it is what it was when it was stored
    unit: bytes = b""  # what it was priced with: see `priced_units`
    before: bytes | None = None  # what is stored of it, where it was appended since

    @property
    def is_known(self) -> bool:
        """Whether it is what it was when it was stored."""
        return self.about is not None


def unchanged(source: Source, stamp: Stamp, stored: Stored | None, terms: str) -> About | None:
    """Return what is stored about a source, if all that it was read of is what it was."""
    if stored is None or source.path is None:
        return None
    try:
        about = about_of(stored.about)
    except ValueError:
        return None
    if not is_unchanged(source.path, about.stamp, stamp, about.ends):
        return None
    return about if _holds(source, about, terms) else None


def _holds(source: Source, about: About, terms: str) -> bool:
    """Whether what a source was read with is what it was, but for the file itself."""
    if (source.named and not about.is_log) or about.terms not in (None, terms):
        return False
    folder = (source.path or Path()).parent
    return all(
        (stamp_of(folder / name) or Stamp()) == known for name, known in about.beside.items()
    )


def appended(source: Source, stamp: Stamp, stored: Stored | None, terms: str) -> bytes | None:
    """Return what is stored about a source, if more stands behind what was read of it.

    Its beginning tells the format: where that is short, it is read again.
    """
    if stored is None or source.path is None:
        return None
    try:
        about = about_of(stored.about)
    except ValueError:
        return None
    is_readable = about.end is not None and about.is_stored and about.stamp.size >= PROBED
    if not is_readable or not _holds(source, about, terms):
        return None
    return stored.about if is_appended(source.path, about.stamp, stamp, about.ends) else None


def is_dated(store: Store) -> bool:
    """Whether the times of all calls are known."""
    if any(call.at is None for call in store.calls.values()):
        return False
    return not any(part.times().count(0) for part in store.plain)
