"""A `Store` as bytes, as other processes and machines take it."""

from __future__ import annotations

import pickle
from typing import Final

import msgspec

from tokencost_profiles.calls.merging import Store

_MESSAGE, _PICKLE = b"m", b"p"  # how the bytes begin
_STORES: Final = msgspec.msgpack.Decoder(Store)


def packed(store: Store) -> bytes:
    """Return a store as bytes, ten times as fast as pickling it."""
    try:
        return _MESSAGE + msgspec.msgpack.encode(store)
    except ValueError:  # half a character, which only pickle takes
        return _PICKLE + pickle.dumps(store, pickle.HIGHEST_PROTOCOL)


def unpacked(data: bytes) -> Store:
    """Return the store of bytes that `packed` returned."""
    content = memoryview(data)[1:]
    if data.startswith(_MESSAGE):
        return _STORES.decode(content)
    store: Store = pickle.loads(content)
    return store
