"""The lines of a large log that hold a key; the others are not parsed.

Inside a JSON string a quote is escaped, so the bytes `"usage"` are a key or a value: a line
that lacks them has no usage. Lines that look malformed come too, so that none is lost silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import BinaryIO, Final, cast

from stringzilla import count, find

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.log_file import LARGEST_LINE, Input
from tokencost_profiles.files.row_log import Log

_BLOCK: Final = 1 << 20
_BOUNDARY: Final = b"}\n{"


def lines_with(
    log_file: Input, key: bytes, log: Log, rare: bytes | None = None
) -> Iterator[tuple[int, bytes]]:
    """Yield (line number, line) for every line that holds `key` or is not an object in braces.

    So are lines with `rare`, a key of which there are few. All lines that are not blank are noted
    as read.
    """
    keys = (key,) if rare is None else (key, rare)
    # The line at the beginning of the buffer, and the bytes of it that are there.
    number, held = log_file.lines_before + 1, 0
    # One for all blocks: a new one each costs more than the search. What it grows by is cleared.
    buffer = bytearray(min(_BLOCK, (log_file.size or _BLOCK) + 2))
    with log_file.opened() as file:
        while size := _fill(file, buffer, held):
            end = buffer.rfind(b"\n", 0, held + size) + 1
            if not end:
                held += size
                if held > LARGEST_LINE:
                    raise InputError(
                        f"a line of more than {LARGEST_LINE >> 20} MB",
                        file=log_file.label,
                        line=number,
                    )
                continue
            matches = _matching_lines(buffer, end, number, key)
            following = matches.pop()[0]
            if rare is not None and find(buffer, rare, 0, end) >= 0:
                others = _matching_lines(buffer, end, number, rare)
                matches = sorted({*matches, *others[:-1]})
            yield from _in_block(buffer, end, (number, following), matches, keys, log)
            number = following
            rest = buffer[end : held + size]
            held = len(rest)
            buffer[:held] = rest
    log_file.lines_read = None if held else number - 1
    if held:
        yield from _checked_line(bytes(buffer[:held]), number, keys, log)


def may_hold(line: bytes, keys: Iterable[bytes]) -> bool:
    """Whether a line holds one of several keys, or is not an object in braces."""
    stripped = line.strip()
    if stripped[:1] != b"{" or stripped[-1:] != b"}":
        return True
    return any(key in line for key in keys)


def mentions(log_file: Input, marks: Iterable[bytes]) -> bool:
    """Whether one of several byte strings occurs in the beginning of a file."""
    return any(find(log_file.head, mark) >= 0 for mark in marks)


def _fill(file: BinaryIO, buffer: bytearray, held: int) -> int:
    """Read behind what the buffer holds, and return how much was read."""
    if 2 * held > len(buffer):
        buffer.extend(bytes(len(buffer)))
    with memoryview(buffer) as view:
        return cast("RawIOBase", file).readinto(view[held:]) or 0


def _in_block(
    block: bytearray,
    end: int,
    numbers: tuple[int, int],
    matches: list[tuple[int, int, int]],
    keys: tuple[bytes, ...],
    log: Log,
) -> Iterable[tuple[int, bytes]]:
    number, lines = numbers[0], numbers[1] - numbers[0]
    is_plain = block[:1] == b"{" and block[end - 2 : end] == b"}\n"
    if not is_plain or count(block, _BOUNDARY, 0, end) != lines - 1:
        return _checked_lines(bytes(block[: end - 1]), number, keys, log)
    log.row(lines)
    with memoryview(block) as view:
        return [(line, bytes(view[start:stop])) for line, start, stop in matches]


def _matching_lines(
    block: bytearray, end: int, number: int, key: bytes
) -> list[tuple[int, int, int]]:
    """Return (line number, start, end) of the lines that hold the key, and of the block's end."""
    places = []
    at, place = 0, find(block, key, 0, end)
    while place >= 0:
        start = block.rfind(b"\n", at, place) + 1 or at
        number += count(block, b"\n", at, start)
        at = block.find(b"\n", place, end) + 1
        places.append((number, start, at))
        number += 1
        place = find(block, key, at, end)
    places.append((number + count(block, b"\n", at, end), end, end))
    return places


def _checked_lines(
    block: bytes, number: int, keys: tuple[bytes, ...], log: Log
) -> Iterator[tuple[int, bytes]]:
    for line in block.split(b"\n"):
        yield from _checked_line(line, number, keys, log)
        number += 1


def _checked_line(
    line: bytes, number: int, keys: tuple[bytes, ...], log: Log
) -> Iterator[tuple[int, bytes]]:
    if number == 1:
        line = line.removeprefix(b"\xef\xbb\xbf")
    stripped = line.strip()
    if not stripped:
        return
    log.row()
    if may_hold(stripped, keys):
        yield number, line
