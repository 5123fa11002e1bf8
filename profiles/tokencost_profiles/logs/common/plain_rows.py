"""Rows that each hold one plain answer are read by type, and become columns; others stay lines.

Of each set of labels the first row is read as all rows are: only where that gives exactly the call
that the columns stand for are further rows of these labels taken as columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

import msgspec

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Call, Record
from tokencost_profiles.calls.plain_calls import (
    LARGEST,
    MOST_SAMPLES,
    Columns,
    more_of,
    name_of,
)
from tokencost_profiles.files.log_file import DECODE_ERRORS, LARGEST_LINE, Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.providers.plain_shapes import SHAPES, PlainAnswer, Shape

_BLOCK: Final = 1 << 20
_ODD: Final = -1  # the sample of labels whose rows are read one by one
_ROWS: Final = 4096  # that are moved into columns together
_FEW: Final = 1000
_VARIED: Final = 4  # rows a set of labels at least, on average
_UNREAD: Final = (*DECODE_ERRORS, RecursionError)
# Fields of a call that come from its row, and one that sums do not need.
_OF_ROW: Final = {"key": None, "response_id": None, "line": None, "max_output": None}
# Fields that make a call more than its labels and counts.
_MORE: Final = {
    "copies": (), "copy_of": None, "final": True, "session": None, "sessions": (), "trace": None,
    "span": None, "parent": None, "latency": None, "first_token": None, "error": 0.0,
    "unknown_keys": None, "containers": (), "cost": None, "cost_basis": None, "thread": None,
    "started_by": None, "turn": None, "parts": None, "answer": None,
}  # fmt: skip

ReadRow = Callable[[int, Any, Log], Iterable[Record]]


class _Table(NamedTuple):
    """What rows of one shape are read with, and into."""

    shape: Shape
    decode: Callable[[bytes], Any]
    columns: Columns
    numbers: dict[tuple[Any, ...], int]  # of samples, by labels


class PlainRows:
    """Takes the plain rows of a file. `read_row` reads any row as it is read where none is."""

    def __init__(self, log_file: Input, log: Log, read_row: ReadRow) -> None:
        self._log_file, self._log, self._read_row = log_file, log, read_row
        self._tables = [
            _Table(shape, msgspec.json.Decoder(shape.type).decode, Columns(shape.units), {})
            for shape in SHAPES
        ]
        self._learned = 0
        self._taken = 0

    def others(self) -> Iterator[tuple[int, bytes]]:
        """Take plain rows, and yield number and line of all others that are not blank.

        So is the row after each of these: it may go on with what that began.
        """
        for lines in _numbered_lines(self._log_file):
            yield from self._others_of(lines)

    def _others_of(self, lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        table = self._tables[0]
        decode, read, rows = table.decode, table.shape.read, table.columns.rows
        numbers, is_next = table.numbers, False
        for number, line in lines:
            if is_next:
                is_next = False
            else:
                try:
                    plain = read(decode(line))
                except _UNREAD:
                    table = self._table_of(line) or table
                    decode, read, rows = table.decode, table.shape.read, table.columns.rows
                    numbers = table.numbers
                    plain = self._read(table, line)
                if plain is not None:
                    labels, at, response_id, counts = plain
                    sample = numbers.get(labels)
                    if sample is None:
                        sample = self._learn(table, plain, number, line)
                    if sample >= 0:
                        name, more = name_of(response_id), more_of(response_id) or 0
                        rows.append((sample, at, number, name, more, *counts))
                        continue
                is_next = True
            if line and not line.isspace():
                yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        self._flush()

    def take(self) -> None:
        """Hand over the rows that were taken. None may be read after."""
        self._flush()
        for table in self._tables:
            self._log.add_plain(table.columns.take())

    def _flush(self) -> None:
        for table in self._tables:
            self._taken += len(table.columns.rows)
            self._log.row(len(table.columns.rows))
            table.columns.flush()

    def _table_of(self, line: bytes) -> _Table | None:
        """Return the table whose shape a line has; it is the first that is tried from then on."""
        for at, table in enumerate(self._tables):
            try:
                table.decode(line)
            except _UNREAD:
                continue
            self._tables.insert(0, self._tables.pop(at))
            return table
        return None

    def _read(self, table: _Table, line: bytes) -> PlainAnswer | None:
        try:
            return table.shape.read(table.decode(line))
        except _UNREAD:
            return None

    def _learn(self, table: _Table, plain: PlainAnswer, number: int, line: bytes) -> int:
        """Return the number of a new sample; `_ODD` where rows of these labels are not plain."""
        varied = self._learned > _FEW and self._learned * _VARIED > self._taken
        if varied or len(table.columns.samples) == MOST_SAMPLES or number > LARGEST:
            return _ODD
        self._learned += 1
        sample = self._sample(table.shape, plain, number, line)
        if sample is None:
            table.numbers[plain.labels] = _ODD
            return _ODD
        table.numbers[plain.labels] = len(table.columns.samples)
        table.columns.samples.append(sample)
        return table.numbers[plain.labels]

    def _sample(self, shape: Shape, plain: PlainAnswer, number: int, line: bytes) -> Call | None:
        """Return what a row is a call of; None where it is more or less than its columns say."""
        audit = Audit()
        log = Log(self._log.label, audit)
        log.reader = self._log.reader
        try:
            records = list(self._read_row(number, msgspec.json.decode(line), log))
        except _UNREAD:
            return None
        if len(records) != 1 or not isinstance(records[0], Call) or audit != Audit():
            return None
        call = records[0]
        counts = dict(zip(shape.units, plain.counts, strict=True))
        usage = call.usage or {}
        is_same = (
            call.response_id == plain.response_id
            and call.key == f"id:{plain.response_id}"
            and (call.at or 0) == plain.at
            and call.line == number
            and all(counts.get(unit) == count for unit, count in usage.items())
            and sum(usage.values()) == sum(plain.counts)
            and all(getattr(call, name) == value for name, value in _MORE.items())
        )
        if not is_same or not usage:
            return None
        return msgspec.structs.replace(call, **_OF_ROW, at=None, usage=dict.fromkeys(usage, 0))


def _numbered_lines(log_file: Input) -> Iterator[Iterable[tuple[int, bytes]]]:
    """Yield the lines of a file in groups, each with its number. Some may be blank.

    What is unpacked comes line by line: of a damaged archive all before the damage are wanted.
    """
    if log_file.path is None:
        for numbered in log_file.lines():
            yield (numbered,)
        return
    number, beginning, size = 1, [b""], 0
    with log_file.open() as file:
        while block := file.read(_BLOCK):
            end = block.rfind(b"\n")
            beginning.append(block[: end + 1] if end >= 0 else block)
            if end < 0:
                size += len(block)
                if size >= LARGEST_LINE:
                    raise InputError(
                        f"a line of more than {LARGEST_LINE >> 20} MB",
                        file=log_file.label,
                        line=number,
                    )
                continue
            lines = b"".join(beginning).split(b"\n")
            lines.pop()
            yield enumerate(lines, number)
            number += len(lines)
            beginning, size = [block[end + 1 :]], len(block) - end - 1
    if last := b"".join(beginning):
        yield ((number, last),)
