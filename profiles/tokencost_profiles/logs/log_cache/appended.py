"""Files that grow: what was appended is read, and added to what was read before."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.merging import Store
from tokencost_profiles.logs.formats import reader
from tokencost_profiles.logs.log_cache.hidden_ids import UnknownOrderError
from tokencost_profiles.logs.log_cache.name_hashes import (
    hashed,
    hashed_names,
    hashes_of,
    merged,
)
from tokencost_profiles.logs.log_cache.store_form import CannotStoreError, packed, unpacked
from tokencost_profiles.logs.reading_notes import End, ReadingNotes


class Before(NamedTuple):
    """What was read of a file. `marks`: hashes of ids that were met."""

    content: bytes  # its store
    names: bytes
    end: End
    marks: bytes


class Continued(NamedTuple):
    """What a file holds: its store with hidden ids, the same as bytes, and hashes."""

    store: Store
    content: bytes
    names: bytes
    marks: bytes


def continued(
    before: Before, label: str, notes: ReadingNotes, read_on: Callable[[], Store]
) -> Continued | None:
    """Return what a file holds; None where it has to be read from its beginning.

    That is so where an appended row depends on those before: where it is of a response that is
    there, names an id that was met, or could not be read.
    """
    try:
        store = unpacked(before.content, label)
        fresh = read_on()
        marks = hashed(notes.end.marks) if notes.end is not None else b""
        if fresh.audit.skipped or not hashes_of(marks).isdisjoint(hashes_of(before.marks)):
            return None
        names = merged(before.names, hashed_names(fresh))
        fresh = unpacked(packed(fresh, label), label)
        if not reader(before.end.reader).has_repeats and not _is_apart(store, fresh):
            return None
        for session in fresh.reports:  # the last one counts
            store.reports.pop(session, None)
        store.absorb(fresh)
        content = packed(store, label)
        return Continued(unpacked(content, label), content, names, merged(before.marks, marks))
    except (CannotStoreError, InputError, UnknownOrderError, OSError, ValueError):
        return None


def _is_apart(store: Store, other: Store) -> bool:
    """Whether no response has calls in both."""
    responses = {key.partition("#")[0] for key in store.calls}
    return not any(key.partition("#")[0] in responses for key in other.calls)
