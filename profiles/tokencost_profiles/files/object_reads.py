"""The bytes of objects, read ahead: a store answers late, and then quickly.

The first block of an object holds all of most logs. Those of the objects that come next are asked
for while one is read, and within a large object the next block is. Where a library cannot do two
things at once, blocks are read as they are needed.
"""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, Final, cast

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.objects import StoredObject, store_error, store_of
from tokencost_profiles.files.paths import Source

_FIRST: Final = 1 << 20  # bytes of the first block
_BLOCK: Final = 8 << 20  # of each that follows
_BUFFER: Final = 1 << 18
_AHEAD: Final = 16  # objects whose first block is asked for before they are read
_MOST: Final = 2 * _AHEAD  # first blocks that are held

_Block = Callable[[], bytes]


def read_ahead(sources: Iterable[Source]) -> Iterator[Source]:
    """Pass sources on, asking stores for the beginnings of those that come next."""
    coming: deque[Source] = deque()
    _first_blocks.clear()
    for source in sources:
        if source.stored is not None:
            _first_blocks.ask(source.stored)
        coming.append(source)
        if len(coming) > _AHEAD or source.stored is None:
            yield coming.popleft()
    yield from coming


def open_object(stored: StoredObject) -> BinaryIO:
    """Return an object as a file. Reading raises `InputError` where the store fails."""
    return cast("BinaryIO", io.BufferedReader(_Blocks(stored), _BUFFER))


class _FirstBlocks(threading.local):
    """The beginnings of the objects that were opened last, and of those that come next.

    Each thread has its own.
    """

    def __init__(self) -> None:
        self._process = 0
        self._blocks: OrderedDict[StoredObject, _Block] = OrderedDict()

    def clear(self) -> None:
        """Forget all of them: objects may be others by now."""
        self._blocks.clear()

    def ask(self, stored: StoredObject) -> _Block:
        """Return what waits for the first block, which the store is asked for once."""
        if self._process != os.getpid():  # what another process waits for never comes here
            self._process = os.getpid()
            self._blocks.clear()
        block = self._blocks.pop(stored, None)
        if block is None:
            block = _once(_ask(stored, 0, min(_FIRST, stored.size)))
        self._blocks[stored] = block
        while len(self._blocks) > _MOST:
            self._blocks.popitem(last=False)
        return block


_first_blocks = _FirstBlocks()


def _once(block: _Block) -> _Block:
    """Return what remembers a block; a failure is none."""
    content: list[bytes] = []

    def remembered() -> bytes:
        if not content:
            content.append(block())
        return content[0]

    return remembered


def _ask(stored: StoredObject, start: int, end: int) -> _Block:
    """Ask the store for a block, and return what waits for it."""
    if start >= end:
        return bytes
    fetch = _fetch(stored, start, end)

    def block() -> bytes:
        try:
            content = fetch()
        except Exception as error:  # of the store's library, whatever it is
            raise store_error(error, stored.url) from error
        if len(content) != end - start:
            raise InputError("the object changed while it was read", file=stored.url)
        return content

    return block


def _fetch(stored: StoredObject, start: int, end: int) -> _Block:
    filesystem: Any = store_of(stored.store)[0]
    if not filesystem.async_impl:
        return lambda: bytes(filesystem.cat_file(stored.path, start=start, end=end))
    wanted = filesystem._cat_file(stored.path, start=start, end=end)
    future = asyncio.run_coroutine_threadsafe(wanted, filesystem.loop)
    return lambda: bytes(future.result())


class _Blocks(io.RawIOBase):
    """An object, block by block."""

    def __init__(self, stored: StoredObject) -> None:
        self._stored = stored
        self._at = 0  # where the next byte is read
        self._start, self._block = 0, b""  # the block that is here
        self._next: tuple[int, _Block] | None = None  # one that was asked for

    def readable(self) -> bool:
        """Objects are read."""
        return True

    def seekable(self) -> bool:
        """Every place can be read."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._stored.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read what the block at this place has."""
        if self._at >= self._stored.size:
            return 0
        if not self._start <= self._at < self._start + len(self._block):
            self._load()
        start = self._at - self._start
        with memoryview(buffer) as view:
            content = self._block[start : start + len(view)]
            view[: len(content)] = content
        self._at += len(content)
        if self._next is None and 2 * (self._at - self._start) > len(self._block):
            self._ask_next()
        return len(content)

    def _load(self) -> None:
        place, block = self._next or (-1, bytes)
        self._next = None
        if self._at < _FIRST:
            self._start, self._block = 0, _first_blocks.ask(self._stored)()
        elif self._at == place:
            self._start, self._block = place, block()
        else:
            self._start, self._block = self._at, self._asked(self._at)()

    def _ask_next(self) -> None:
        place = self._start + len(self._block)
        if place < self._stored.size:
            self._next = place, self._asked(place)

    def _asked(self, place: int) -> _Block:
        return _ask(self._stored, place, min(place + _BLOCK, self._stored.size))
