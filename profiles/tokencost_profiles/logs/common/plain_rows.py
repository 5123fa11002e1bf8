"""Rows that each hold one plain answer are read by type, and become columns; others stay lines.

Of each set of labels the first row is read as all rows are: only where that gives exactly the call
that the columns stand for are further rows of these labels taken as columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from stringzilla import count, find
from stringzilla import hash as hash_of

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Call, Record
from tokencost_profiles.calls.plain_calls import (
    LARGEST,
    MOST_SAMPLES,
    SEED,
    Columns,
)
from tokencost_profiles.files.log_file import DECODE_ERRORS, LARGEST_LINE, Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.plain_pairs import PairReader
from tokencost_profiles.providers.plain_shapes import SHAPES, PlainAnswer, Shape

_BLOCK: Final = 1 << 18
_LONG: Final = 2000  # bytes of a line that is not copied
_USAGE: Final = b'"usage"'  # in all shapes
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

_Line = tuple[int, bytes | memoryview]
ReadRow = Callable[[int, Any, Log], Iterable[Record]]


class _AnswerReader:
    """Reads rows that are answers of one shape."""

    def __init__(self, shape: Shape) -> None:
        self.units, self.read = shape.units, shape.read
        self.decode = msgspec.json.Decoder(shape.type).decode

    def learn(self, error: Exception, line: bytes | memoryview) -> bool:
        """Return whether to decode a line again: what is not known is passed over anyway."""
        return False


class _Table(NamedTuple):
    """What rows of one shape are read with, and into."""

    reader: _AnswerReader | PairReader
    columns: Columns
    numbers: dict[tuple[Any, ...], int]  # of samples, by labels


class PlainRows:
    """Takes the plain rows of a file. `read_row` reads any row as it is read where none is."""

    def __init__(self, log_file: Input, log: Log, read_row: ReadRow) -> None:
        self._log_file, self._log, self._read_row = log_file, log, read_row
        readers: list[_AnswerReader | PairReader] = [_AnswerReader(shape) for shape in SHAPES]
        readers += [PairReader(shape) for shape in SHAPES]
        self._tables = [_Table(one, Columns(one.units), {}) for one in readers]
        self._learned = 0
        self._taken = 0
        # Rows so far of an answer that may go on: while there are any, no row is plain.
        self.run: list[Any] = []
        self._shapeless = 0

    def others(self) -> Iterator[tuple[int, bytes]]:
        """Take plain rows, and yield number and line of all others that are not blank."""
        for lines in _numbered_lines(self._log_file):
            if self._shapeless > _FEW and self._shapeless > self._taken:
                yield from _filled(lines)  # most rows are of no shape: none is looked at any more
                continue
            yield from self._others_of(lines)
            if sum(len(table.columns.rows) for table in self._tables) > _ROWS:
                self._flush()

    def _others_of(self, lines: Iterable[_Line]) -> Iterator[tuple[int, bytes]]:
        table = self._tables[0]
        reader, rows, numbers = table.reader, table.columns.rows, table.numbers
        decode, read = reader.decode, reader.read
        run = self.run
        for number, line in lines:
            if not run:
                try:
                    plain = read(decode(line))
                except _UNREAD:
                    table, plain = self._find(line)
                    reader, rows, numbers = table.reader, table.columns.rows, table.numbers
                    decode, read = reader.decode, reader.read
                if plain is not None:
                    labels, at, response_id, counts = plain
                    sample = numbers.get(labels)
                    if sample is None:
                        sample = self._learn(table, plain, number, line)
                    if sample >= 0:
                        name, more = hash_of(response_id) | 1, hash_of(response_id, SEED)
                        rows.append((sample, at, number, name, more, *counts))
                        continue
            yield from _filled(((number, line),))

    def _find(self, line: bytes | memoryview) -> tuple[_Table, PlainAnswer | None]:
        """Return the table of a line's shape, and the line read; it is the first from then on.

        It is the table that was the first, and None, where a line has no shape.
        """
        tables = self._tables if find(line, _USAGE) >= 0 else ()  # an error has none
        for at, table in enumerate(tables):
            while True:
                try:
                    plain = table.reader.read(table.reader.decode(line))
                except _UNREAD as error:
                    if not table.reader.learn(error, line):
                        break
                else:
                    self._tables.insert(0, self._tables.pop(at))
                    return table, plain
        self._shapeless += 1
        return self._tables[0], None

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

    def _learn(
        self, table: _Table, plain: PlainAnswer, number: int, line: bytes | memoryview
    ) -> int:
        """Return the number of a new sample; `_ODD` where rows of these labels are not plain."""
        varied = self._learned > _FEW and self._learned * _VARIED > self._taken
        if varied or len(table.columns.samples) == MOST_SAMPLES or number > LARGEST:
            return _ODD
        self._learned += 1
        labels = plain[0]
        sample = self._sample(table.reader.units, plain, number, line)
        if sample is None:
            table.numbers[labels] = _ODD
            return _ODD
        table.numbers[labels] = len(table.columns.samples)
        table.columns.samples.append(sample)
        return table.numbers[labels]

    def _sample(
        self, units: Sequence[str], plain: PlainAnswer, number: int, line: bytes | memoryview
    ) -> Call | None:
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
        _, at, response_id, numbers = plain
        counts = dict(zip(units, numbers, strict=True))
        usage = call.usage or {}
        is_same = (
            call.response_id == response_id
            and call.key == f"id:{response_id}"
            and (call.at or 0) == at
            and call.line == number
            and all(counts.get(unit) == count for unit, count in usage.items())
            and sum(usage.values()) == sum(numbers)
            and all(getattr(call, name) == value for name, value in _MORE.items())
        )
        if not is_same or not usage:
            return None
        return msgspec.structs.replace(call, **_OF_ROW, at=None, usage=dict.fromkeys(usage, 0))


def _filled(lines: Iterable[_Line]) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with no byte-order mark."""
    for number, line in lines:
        if line and not (text := bytes(line)).isspace():
            yield number, text.removeprefix(b"\xef\xbb\xbf") if number == 1 else text


def _numbered_lines(log_file: Input) -> Iterator[Iterable[_Line]]:
    """Yield the lines of a file in groups, each with its number. Some may be blank.

    What is unpacked comes line by line: of a damaged archive all before the damage are wanted.
    """
    if log_file.path is None:
        for numbered in log_file.lines():
            yield (numbered,)
        return
    number, size = log_file.lines_before + 1, 0
    beginning: list[bytes] = []  # of a line that goes on
    with log_file.opened() as file:
        while block := file.read(_BLOCK):
            first = block.find(b"\n")
            beginning.append(block if first < 0 else block[:first])
            if first < 0:
                size += len(block)
                if size >= LARGEST_LINE:
                    raise InputError(
                        f"a line of more than {LARGEST_LINE >> 20} MB",
                        file=log_file.label,
                        line=number,
                    )
                continue
            yield ((number, b"".join(beginning)),)
            last = block.rfind(b"\n")
            lines = count(block, b"\n", first + 1, last + 1)
            if last - first > lines * _LONG:
                yield _long_lines(block, first + 1, number + 1)
            elif lines:
                yield enumerate(block[first + 1 : last].split(b"\n"), number + 1)
            number += 1 + lines
            beginning, size = [block[last + 1 :]], len(block) - last - 1
    rest = b"".join(beginning)
    log_file.lines_read = None if rest else number - 1
    if rest:
        yield ((number, rest),)


def _long_lines(block: bytes, at: int, number: int) -> Iterator[tuple[int, memoryview]]:
    """Yield the lines of a block that end in it, not copied."""
    view, find_byte = memoryview(block), block.find
    while (end := find_byte(b"\n", at)) >= 0:
        yield number, view[at:end]
        at, number = end + 1, number + 1
