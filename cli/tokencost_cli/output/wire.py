"""The wire format of protocol buffers, as far as an encoder needs it: varints, texts, messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_VARINT: Final = 0
_LENGTH: Final = 2
_SIXTY_FOUR_BITS: Final = (1 << 64) - 1


def varint(number: int) -> bytes:
    """Return an integer in groups of seven bits; a negative one as its two's complement."""
    rest = number & _SIXTY_FOUR_BITS
    if rest < 0x80:
        return bytes((rest,))
    out = bytearray()
    while rest >= 0x80:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def number(field: int, value: int) -> bytes:
    """Return a field that holds an integer; nothing for 0, which is the default."""
    return varint(field << 3 | _VARINT) + varint(value) if value else b""


def message(field: int, content: bytes) -> bytes:
    """Return a field that holds a message."""
    return varint(field << 3 | _LENGTH) + varint(len(content)) + content


def text(field: int, value: str) -> bytes:
    """Return a field that holds a text; an empty one stands, for it may be an item of a list."""
    return message(field, value.encode("utf-8", "backslashreplace"))


def numbers(field: int, values: Iterable[int]) -> bytes:
    """Return a field that holds a list of integers, packed."""
    return message(field, b"".join(map(varint, values)))
