"""`PlainCalls`: many short calls as columns, where a `Call` each would cost fifty times the memory.

A plain call differs from a sample only in its id, moment, line and counts: it has no session, no
trace, no cost of its own, so nothing but another record with its id can change it. A row of
columns is 30 to 50 bytes. Ids are kept as hashes of 128 bits: of a billion ids two have the same
with a probability of 10^-21.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from sys import byteorder
from typing import Any, Final

import msgspec
from stringzilla import hash as hash_of

from tokencost_profiles.calls.call import Call

DROPPED: Final = 0xFFFF  # as the sample of a row that is no longer there
MOST_SAMPLES: Final = 0xFFFF
LARGEST: Final = 0xFFFFFFFF  # count, line or whole second
_PART: Final = 1 << 17  # rows
_CODES: Final = {0: "B", 1: "B", 2: "H", 4: "I"}
SEED: Final = 0x746F6B656E
_WORD: Final = 64


def name_of(response_id: str) -> int:
    """Return 64 bits of the hash of an id, the last of them set: the same in every process."""
    if type(response_id) is not str:  # an id that is known by its hash alone
        return int(response_id[1:17], 16) | 1
    name: int = hash_of(response_id)
    return name | 1


def more_of(response_id: str) -> int | None:
    """Return 64 further bits of the hash of an id; None where they are not known."""
    if type(response_id) is not str:
        return None
    more: int = hash_of(response_id, SEED)
    return more


class PlainCalls(msgspec.Struct, gc=False):
    """Plain calls of one file. Columns are native integers, as bytes."""

    units: tuple[str, ...]  # that counts are of
    samples: list[Call]  # with no id, moment and line; their usage holds a 0 for each unit it has
    sample: bytes  # 16 bits a row
    at: bytes  # 32 bits of whole seconds, or a double; 0: not known
    line: bytes  # 32 bits
    names: bytes  # 64 bits of the hash of the id
    more: bytes  # the other 64
    counts: list[bytes]  # by unit, 8, 16 or 32 bits, as they need
    is_exact: bool = False  # whether times are doubles
    dropped: int = 0  # rows that stand elsewhere as a `Call`

    def __len__(self) -> int:
        return len(self.sample) // 2 - self.dropped

    @property
    def has_content(self) -> bool:
        """Whether any count is not 0."""
        return any(column.strip(b"\x00") for column in self.counts)

    def column(self, name: str) -> array[int]:
        """Return a column of integers: `sample`, `line`, `names` or `more`."""
        codes = {"sample": "H", "line": "I", "names": "Q", "more": "Q"}
        return array(codes[name], getattr(self, name))

    def times(self) -> Sequence[float]:
        """Return the times: whole ones as integers."""
        return array("d", self.at) if self.is_exact else array("I", self.at)

    def count_columns(self) -> list[array[int]]:
        """Return the counts by unit."""
        return [array(self._code(column), column) for column in self.counts]

    def _code(self, column: bytes) -> str:
        """Return the type of the counts in a column."""
        return _CODES[len(column) * 2 // len(self.sample)]

    def call(self, row: int) -> Call:
        """Return a row as a `Call`, named by the hash of its id."""
        sample = self.samples[memoryview(self.sample).cast("H")[row]]
        name, more = memoryview(self.names).cast("Q")[row], memoryview(self.more).cast("Q")[row]
        times = memoryview(self.at)
        at = times.cast("d")[row] if self.is_exact else times.cast("I")[row]
        counts = self.counts_of(row)
        return msgspec.structs.replace(
            sample,
            key=f"hash:{name << _WORD | more:032x}",
            at=float(at) or None,
            line=self.line_of(row),
            usage=usage_of(sample, self.units, counts),
        )

    def line_of(self, row: int) -> int:
        """Return the line of a row."""
        return memoryview(self.line).cast("I")[row]

    def counts_of(self, row: int) -> list[int]:
        """Return the counts of a row, by unit."""
        counts = []
        for column in self.counts:
            width = len(column) * 2 // len(self.sample)
            counts.append(int.from_bytes(column[row * width : (row + 1) * width], byteorder))
        return counts

    def is_repeat(self, row: int, other: PlainCalls, other_row: int) -> bool:
        """Whether two rows are one call, in all but the line of the same file."""
        ours, theirs = self.call(row), other.call(other_row)
        theirs.line = ours.line
        return ours == theirs

    def calls(self) -> Iterator[Call]:
        """Yield every row that was not dropped as a `Call`."""
        for row, number in enumerate(self.column("sample")):
            if number != DROPPED:
                yield self.call(row)

    def dropping(self, rows: Sequence[int]) -> PlainCalls:
        """Return the calls with some rows dropped."""
        numbers = self.column("sample")
        for row in rows:
            numbers[row] = DROPPED
        dropped = self.dropped + len(rows)
        return msgspec.structs.replace(self, sample=numbers.tobytes(), dropped=dropped)


def usage_of(sample: Call, units: Sequence[str], counts: Sequence[int]) -> dict[str, int]:
    """Return the counts of the units that a sample has, in its order."""
    values = dict(zip(units, counts, strict=True))
    return {unit: values[unit] for unit in sample.usage or {}}


class Columns:
    """Plain calls of one file while they are read: `rows` are moved into columns by `flush`."""

    def __init__(self, units: tuple[str, ...]) -> None:
        # Of each: its sample, time, line, the two halves of the hash of its id, its counts.
        self.rows: list[tuple[float, ...]] = []
        self.samples: list[Call] = []
        self._units = units
        self._times: array[Any] = array("I")
        self._others = [array(code) for code in ("H", "I", "Q", "Q", *["I"] * len(units))]
        self._parts: list[PlainCalls] = []

    def flush(self) -> None:
        """Move rows into the columns."""
        if not self.rows:
            return
        samples, times, *others = zip(*self.rows, strict=True)
        self.rows.clear()
        if self._times.typecode == "I" and any(type(at) is float for at in times):
            self._times = array("d", self._times)
        self._times.extend(times)
        for column, values in zip(self._others, (samples, *others), strict=True):
            column.extend(values)
        if len(self._times) >= _PART:
            self._close()

    def take(self) -> list[PlainCalls]:
        """Return all rows, and forget them."""
        self.flush()
        self._close()
        parts, self._parts = self._parts, []
        return parts

    def _close(self) -> None:
        """Make a part of the columns."""
        if not self._times:
            return
        sample, line, names, more, *counts = self._others
        part = PlainCalls(
            self._units,
            self.samples,
            sample.tobytes(),
            self._times.tobytes(),
            line.tobytes(),
            names.tobytes(),
            more.tobytes(),
            [_narrow(column) for column in counts],
            is_exact=self._times.typecode == "d",
        )
        self._parts.append(part)
        self._times = array("I")
        for column in self._others:
            del column[:]


def _narrow(column: array[int]) -> bytes:
    """Return a column with no more bits than its numbers need."""
    width = (max(column, default=0).bit_length() + 7) // 8
    return array(_CODES.get(width, "I"), column).tobytes()
