"""What a saved profile is packed in: a magic number, a version, and named blocks, compressed.

    14 bytes  magic: what is changed as text in transit is noticed
     2 bytes  version: major, minor. Another major version is refused, another minor is not
     rest     gzip of a msgpack array of blocks, each [name, data]; data is msgpack, too

A block is named with its version, as `cells/1`. A reader passes over blocks that it does not know,
so that a block can be added at any time; whoever adds one keeps all others true.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import BinaryIO, Final

import msgspec

from tokencost_pricing.errors import InputError

MAGIC: Final = b"\x89tokencost\r\n\x1a\n"
MAJOR: Final = 2
MINOR: Final = 0
_START: Final = b"\x89tokencost"  # what is left of the magic where text was converted
_HEAD: Final = len(MAGIC) + 2

_LEVEL: Final = 1  # columns compress well at any level, and this one is the fastest
_GZIP: Final = 31  # window bits of zlib: 15, and 16 for the head and the checksum of gzip
_BLOCK: Final = 1 << 20
LARGEST: Final = 1 << 29  # bytes, unpacked: near 10 million cells
_ARRAY_16: Final = 0xDC  # msgpack: an array of up to 65,535 elements
_FIX_ARRAYS: Final = range(0x90, 0xA0)  # msgpack: an array of up to 15 elements

_decoder: Final = msgspec.msgpack.Decoder(list[tuple[str, bytes]])


def has_magic(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a saved profile, of whatever version."""
    return head.startswith(_START)


def pack(blocks: Mapping[str, bytes]) -> bytes:
    """Return the content of a file. The same blocks give the same bytes."""
    data = msgspec.msgpack.encode(list(blocks.items()))
    packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
    return b"".join((MAGIC, bytes((MAJOR, MINOR)), packer.compress(data), packer.flush()))


def unpack(file: BinaryIO, label: str) -> dict[str, bytes]:
    """Return the blocks of a file by name.

    Raise `InputError` naming `label` where the file is of a newer major version, damaged, cut off,
    or unpacks to more than `LARGEST` bytes.
    """
    head = file.read(_HEAD)
    if head[: len(MAGIC)] != MAGIC[: len(head)]:
        raise InputError(
            "a damaged saved profile: its first bytes are changed",
            hint="copy it as binary, not as text",
            file=label,
        )
    if len(head) < _HEAD:
        raise InputError("a saved profile that is cut off", file=label)
    major = head[len(MAGIC)]
    if major != MAJOR:
        raise InputError(
            f"a saved profile of version {major}; this tokencost reads version {MAJOR}",
            hint=f"make it anew with: tokencost profile LOGS --save {label}",
            file=label,
        )
    data = _unpacked(file, label)
    if not data or (data[0] not in _FIX_ARRAYS and data[0] != _ARRAY_16):
        raise InputError("a damaged saved profile: no list of blocks", file=label)
    try:
        blocks = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"a damaged saved profile: {error}", file=label) from error
    names = dict(blocks)
    if len(names) < len(blocks):
        raise InputError("a damaged saved profile: a block stands in it twice", file=label)
    return names


def _unpacked(file: BinaryIO, label: str) -> bytes:
    """Return what a gzip stream holds, never more than `LARGEST` bytes."""
    unpacker = zlib.decompressobj(wbits=_GZIP)
    parts: list[bytes] = []
    size = 0
    try:
        while not unpacker.eof:
            packed = unpacker.unconsumed_tail or file.read(_BLOCK)
            if not packed:
                raise InputError("a saved profile that is cut off", file=label)
            parts.append(unpacker.decompress(packed, _BLOCK))
            size += len(parts[-1])
            if size > LARGEST:
                raise InputError(
                    f"a saved profile of more than {LARGEST >> 20} MB",
                    hint="save profiles of parts of the logs, or with --where",
                    file=label,
                )
    except zlib.error as error:
        raise InputError(f"a damaged saved profile: {error}", file=label) from error
    if unpacker.unused_data or file.read(1):
        raise InputError("a damaged saved profile: something follows its end", file=label)
    return b"".join(parts)
