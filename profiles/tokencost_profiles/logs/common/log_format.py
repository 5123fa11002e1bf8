"""What a reader of a log format is, and what its module needs: rows, and the place of a call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from tokencost_profiles.calls.call import Call, Record
from tokencost_profiles.files.log_file import DECODE_ERRORS, Input, lenient_json
from tokencost_profiles.files.row_log import Log


class Reader(NamedTuple):
    """One log format (or a family that is read alike)."""

    name: str
    title: str
    gives: tuple[str, ...]  # of: usage, cost, time, session, tools, agent, user, text, latency
    recognises: Callable[[Input], bool]
    read: Callable[[Input, Log], Iterable[Record]]
    order: int = 100  # lower is asked first
    where: str = ""  # where such files usually lie, for people
    homes: tuple[str, ...] = ()  # where an agent keeps them: `VARIABLE=~/base:rest`
    # Whether records of rows that were appended are added to those before: where no key is in both.
    is_continued: bool = False
    has_repeats: bool = False  # whether a key may be in both: records of it merge as anywhere


def rows(log_file: Input, log: Log) -> Iterator[tuple[int, Any]]:
    """Yield (line number, value) of JSON lines. A malformed line is repaired or skipped."""
    return decoded(log_file.lines(), log)


def decoded(lines: Iterable[tuple[int, bytes]], log: Log) -> Iterator[tuple[int, Any]]:
    """Yield what `rows` does, of some lines."""
    decode = msgspec.json.Decoder().decode
    for number, line in lines:
        log.row()
        try:
            yield number, decode(line)
        except (*DECODE_ERRORS, RecursionError):
            value = decode_leniently(line, number, log)
            if value is not None:
                yield number, value


def decode_leniently(line: bytes, number: int, log: Log) -> Any | None:
    """Decode a malformed line leniently; None, and a note in the log, where that fails."""
    try:
        return lenient_json(line)
    except RecursionError:
        log.skip(number, "nested too deeply")
    except ValueError:
        log.skip(number, json_error(line))
    return None


def json_error(line: bytes) -> str:
    """Return what is wrong with a line that is not JSON."""
    if b"\x00" in line:
        return "NUL bytes"
    stripped = line.rstrip()
    if stripped[:1] in (b"{", b"[") and stripped[-1:] not in (b"}", b"]"):
        return "cut off"
    return "not JSON"


def set_location(call: Call, log: Log, line: int | None) -> Call:
    """Set the reader, file and line of a call."""
    call.reader, call.file, call.line = log.reader, log.label, line
    return call
