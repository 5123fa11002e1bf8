"""Hashes of the names by which files are joined, as the cache has them."""

from __future__ import annotations

from array import array

from stringzilla import hash as hash_of

from tokencost_profiles.calls.links import names_of
from tokencost_profiles.calls.merging import Store
from tokencost_profiles.calls.plain_calls import name_of
from tokencost_profiles.logs.log_cache.hidden_ids import BY_ID


def hashed_names(store: Store) -> bytes:
    """Return the names of a store (see `names_of`) as hashes of eight bytes, in order.

    Plain calls have ids alone, as hashes; those of others are hashed likewise.
    """
    numbers: set[int] = set()
    for name in names_of(store):
        if name.startswith(BY_ID):
            numbers.add(name_of(name.removeprefix(BY_ID)))
        else:
            numbers.add(hash_of(name) & ~1)
    for part in store.plain:
        numbers.update(part.column("names"))
    return array("Q", sorted(numbers)).tobytes()
