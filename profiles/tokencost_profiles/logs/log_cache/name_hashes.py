"""Names and ids as sets of hashes of eight bytes, in order."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Final

import msgspec
from stringzilla import hash as hash_of

from tokencost_profiles.calls.links import names_of
from tokencost_profiles.calls.merging import Store
from tokencost_profiles.calls.plain_calls import name_of
from tokencost_profiles.logs.log_cache.hidden_ids import BY_ID

_MANY: Final = 1 << 20  # names


def hashed_names(store: Store) -> bytes:
    """Return the names of a store (see `names_of`) as hashes.

    Plain calls have ids alone, as hashes; those of others are hashed likewise.
    """
    numbers: array[int] = array("Q")
    for name in names_of(msgspec.structs.replace(store, plain=[])):
        if name.startswith(BY_ID):
            numbers.append(name_of(name.removeprefix(BY_ID)))
        else:
            numbers.append(hash_of(name) & ~1)
    for part in store.plain:
        numbers.extend(part.column("names"))
    if len(numbers) > _MANY:
        return numbers.tobytes()  # to put millions in order would cost more than to read them
    return _packed(numbers)


def hashed(ids: Iterable[str]) -> bytes:
    """Return ids as hashes."""
    return _packed(map(hash_of, ids))


def hashes_of(data: bytes) -> set[int]:
    """Return the hashes."""
    numbers = array("Q")
    numbers.frombytes(data)
    return set(numbers)


def merged(data: bytes, other: bytes) -> bytes:
    """Return the hashes of both."""
    return _packed(hashes_of(data) | hashes_of(other))


def _packed(numbers: Iterable[int]) -> bytes:
    return array("Q", sorted(set(numbers))).tobytes()
