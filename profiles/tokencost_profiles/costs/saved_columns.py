"""Columns of integers and of floats: what saved profiles consist of.

A column is a type (`u1`, `u2`, `u4`, `u8`: unsigned integers of so many bytes; `i8`: signed ones;
`f8`: floats) and its values, little-endian, one after the other: `numpy.frombuffer` reads it.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, cast

import msgspec

from tokencost_pricing.errors import InputError

Type = Literal["u1", "u2", "u4", "u8", "i8", "f8"]
_CODES: Final[dict[Type, str]] = {
    "u1": "B",
    "u2": "H",
    "u4": "I",
    "u8": "Q",
    "i8": "q",
    "f8": "d",
}
_LIMITS: Final[tuple[tuple[int, Type], ...]] = (
    (1 << 8, "u1"),
    (1 << 16, "u2"),
    (1 << 32, "u4"),
    (1 << 64, "u8"),
)


class Column(msgspec.Struct, array_like=True):
    """Values of one kind."""

    type: Type
    data: bytes

    def values(self, length: int, place: str) -> array[int] | array[float]:
        """Return the values. Raise `InputError` where there are not as many as `length`."""
        values = array(_CODES[self.type])
        if len(self.data) != length * values.itemsize:
            raise InputError(f"{place}: not {length:,} values")
        values.frombytes(self.data)
        if sys.byteorder == "big":
            values.byteswap()
        return values

    def integers(self, length: int, place: str, below: int | None = None) -> Sequence[int]:
        """Return integers of 0 or more, each less than `below` where that is not None.

        Raise `InputError` where they are not.
        """
        values = self.signed(length, place)
        if length and min(values) < 0:
            raise InputError(f"{place}: {min(values):,} is below 0")
        if below is not None and length and max(values) >= below:
            raise InputError(f"{place}: {max(values):,} is too large")
        return values

    def signed(self, length: int, place: str) -> Sequence[int]:
        """Return integers. Raise `InputError` where they are none."""
        if self.type == "f8":
            raise InputError(f"{place}: not integers")
        return cast("array[int]", self.values(length, place))

    def floats(self, length: int, place: str) -> Sequence[float]:
        """Return floats. Raise `InputError` where they are none."""
        if self.type != "f8":
            raise InputError(f"{place}: not floats")
        return self.values(length, place)


def integers(values: Sequence[int]) -> Column:
    """Return the column of integers, as narrow as they allow."""
    largest = max(values, default=0)
    kind: Type = next((kind for limit, kind in _LIMITS if largest < limit), "u8")
    try:
        return Column(kind, _bytes(array(_CODES[kind], values)))
    except OverflowError:  # one is below 0
        return Column("i8", _bytes(array("q", values)))


def floats(values: Iterable[float]) -> Column:
    """Return the column of floats."""
    return Column("f8", _bytes(array("d", values)))


def _bytes(values: array[int] | array[float]) -> bytes:
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def clean(text: str) -> str:
    """Return a text that can be encoded: half characters are written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def clean_values(value: Any) -> Any:
    """Return lists and maps of texts with every text clean."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean_values(name): clean_values(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_values(inner) for inner in value]
    return value
