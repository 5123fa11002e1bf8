"""Vocabularies of byte-pair encodings: packed in the repository, indexed for use.

Packed (`data/*.vocab`): zlib over, in rank order, one length byte and the bytes of each token; a
length of 0 marks a rank that is not used. It is what the repository holds.

Index (`*.tcx`): a hash table that is mapped, not parsed, so that the first answer costs no load.

    8 bytes   magic
    uint32    number of slots (a power of two), number of tokens
    slots     uint32 position in the file (0 = empty), uint32 rank
    tokens    one length byte and the bytes, in rank order

The wheel holds index files; a checkout builds them into the cache folder on first use.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from zlib import crc32

_MAGIC: Final = b"TCINDEX2"
_HEADER: Final = struct.Struct("<8sII")
_LITTLE = struct.pack("=I", 1) == b"\x01\x00\x00\x00"

HERE: Final = Path(__file__).parent
PACKED: Final = HERE / "data"


class Ranks:
    """A mapped index: token bytes to rank."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        magic, slots, self.size = _HEADER.unpack_from(self._map)
        if magic != _MAGIC:
            raise ValueError(f"{path} is not an index of this version")
        table = memoryview(self._map)[_HEADER.size : _HEADER.size + 8 * slots]
        self._table = table.cast("I")
        self._mask = slots - 1

    def rank(self, token: bytes) -> int:
        """Return the rank of a token, or -1."""
        table, mask, data = self._table, self._mask, self._map
        slot = crc32(token) & mask
        size = len(token)
        while position := table[2 * slot]:
            if data[position] == size and data[position + 1 : position + 1 + size] == token:
                rank: int = table[2 * slot + 1]
                return rank
            slot = (slot + 1) & mask
        return -1

    def items(self) -> Iterator[tuple[bytes, int]]:
        """Yield every token with its rank, in no useful order."""
        table, data = self._table, self._map
        for slot in range(self._mask + 1):
            if position := table[2 * slot]:
                size = data[position]
                yield data[position + 1 : position + 1 + size], table[2 * slot + 1]


def pack(tokens: dict[int, bytes]) -> bytes:
    """Pack a vocabulary (rank -> token) for the repository."""
    parts = []
    for rank in range(max(tokens) + 1):
        token = tokens.get(rank, b"")
        parts += [bytes([len(token)]), token]
    return zlib.compress(b"".join(parts), 9)


def unpack(packed: bytes) -> dict[int, bytes]:
    """Return rank -> token of a packed vocabulary."""
    data = zlib.decompress(packed)
    tokens, position, rank = {}, 0, 0
    while position < len(data):
        size = data[position]
        if size:
            tokens[rank] = data[position + 1 : position + 1 + size]
        position += size + 1
        rank += 1
    return tokens


def build_index(tokens: dict[int, bytes]) -> bytes:
    """Return the bytes of an index file."""
    slots = 1 << (len(tokens) * 4 // 3).bit_length()
    table = [0] * (2 * slots)
    position = _HEADER.size + 8 * slots
    stream = []
    for rank, token in sorted(tokens.items()):
        slot = crc32(token) & (slots - 1)
        while table[2 * slot]:
            slot = (slot + 1) & (slots - 1)
        table[2 * slot : 2 * slot + 2] = position, rank
        stream += [bytes([len(token)]), token]
        position += len(token) + 1
    header = _HEADER.pack(_MAGIC, slots, len(tokens))
    return header + struct.pack(f"<{2 * slots}I", *table) + b"".join(stream)


def open_index(name: str, cache: Path | None) -> Ranks | None:
    """Return the mapped index of a vocabulary.

    From the wheel if it is there, else from the cache folder, where it is built when missing.
    None where neither is possible (a checkout that has no cache, a big-endian machine): the native
    engines then do all the work.
    """
    if not _LITTLE:
        return None
    shipped = HERE / "index" / f"{name}.tcx"
    if shipped.is_file():
        return Ranks(shipped)
    if cache is None:
        return None
    packed = (PACKED / f"{name}.vocab").read_bytes()
    built = cache / f"{name}-{crc32(_MAGIC + packed):08x}.tcx"
    try:
        if not built.is_file():
            _write(built, build_index(unpack(packed)))
        return Ranks(built)
    except (OSError, ValueError):
        return None


def tokens_of(name: str) -> dict[int, bytes]:
    """Return rank -> token of a vocabulary, from the repository's form or the wheel's."""
    packed = PACKED / f"{name}.vocab"
    if packed.is_file():
        return unpack(packed.read_bytes())
    return {rank: token for token, rank in Ranks(HERE / "index" / f"{name}.tcx").items()}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{id(content):x}.tmp")
    partial.write_bytes(content)
    partial.replace(path)
