"""The JSON values of a file: one document, lines, or several documents one after another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import rows

_SPACE: Final = " \t\r\n,"


def values(log_file: Input, log: Log) -> Iterator[tuple[int, Any]]:
    """Yield (line number, value).

    A batch on one line may be longer than the beginning by which a format is detected.
    """
    if log_file.is_lines or b"\n" not in log_file.head.strip():
        yield from rows(log_file, log)
        return
    try:
        document = log_file.document
    except InputError:
        yield from _consecutive_values(log_file, log)
        return
    log.row()
    yield 1, document


def _consecutive_values(log_file: Input, log: Log) -> Iterator[tuple[int, Any]]:
    """Yield values that stand one after another, each over many lines, as consoles print them."""
    with log_file.open() as file:
        text = file.read().decode("utf-8-sig", "replace")
    decoder, at, line, counted = json.JSONDecoder(strict=False), 0, 1, 0
    any_value = False
    while True:
        while at < len(text) and text[at] in _SPACE:
            at += 1
        if at >= len(text):
            return
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            if not any_value:
                raise InputError(f"not JSON: {_reason(error)}", file=log_file.label) from error
            log.skip(line, "cut off or not JSON")
            at = _next_object(text, at)
            continue
        any_value = True
        log.row()
        yield line, value


def _next_object(text: str, at: int) -> int:
    """Return where the next value may begin: a line that starts with a brace."""
    place = text.find("\n{", at + 1)
    return len(text) if place < 0 else place + 1


def _reason(error: Exception) -> str:
    return getattr(error, "msg", "nested too deeply")
