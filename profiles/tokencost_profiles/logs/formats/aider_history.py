"""Aider's chat history: Markdown, with a quoted line of rounded numbers after every answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from tokencost_profiles.calls.call import Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.providers.usage_fields.usage_format import amount, units

_SESSION: Final = re.compile(r"# aider chat started at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")
_MODEL: Final = re.compile(r"> (?:Main m|M)odel: (\S+)")
_TOKENS: Final = re.compile(
    r"> Tokens: (.+?) received\.?(?: Cost: \$([\d.,]+) (?:message|request))?"
)
_COUNT: Final = re.compile(r"([\d.,]+)([kM]?) (sent|cache write|cache hit|received)")
_SCALES: Final = {"": 1, "k": 1_000, "M": 1_000_000}
_UNITS: Final = {
    "sent": "input",
    "cache write": "cache_write_other",
    "cache hit": "cache_read",
    "received": "output",
}


def _recognises(log_file: Input) -> bool:
    return "# aider chat started at " in log_file.text


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    session: str | None = None
    model: str | None = None
    at: float | None = None
    count = 0
    for number, line in log_file.lines():
        log.row()
        text = line.decode("utf-8", "replace").rstrip()
        if match := _SESSION.match(text):
            session, count = match.group(1), 0
            # The machine's local time; its zone is not in the log, so it is read as UTC.
            at = moment(session)
        elif match := _MODEL.match(text):
            model = match.group(1)
        elif match := _TOKENS.match(text):
            call = _call(match)
            call.session, call.model, call.at = session, model, at
            call.key = f"aider-history:{session}:{count}"
            count += 1
            yield set_location(call, log, number)


def _call(match: re.Match[str]) -> Call:
    counts: dict[str, int] = {}
    error = 0.0
    for written, scale, what in _COUNT.findall(f"{match.group(1)} received"):
        value, off = _number(written, scale)
        counts[_UNITS[what]] = value
        error = max(error, off)
    # The tokens sent include the cache reads and writes, which are listed too.
    if "input" in counts:
        beside = counts.get("cache_write_other", 0) + counts.get("cache_read", 0)
        counts["input"] = max(0, counts["input"] - beside)
    cost: Any = amount(match.group(2).rstrip(".").replace(",", "")) if match.group(2) else None
    notes = ("the log rounds its numbers",) if error else ()
    return Call(
        usage=units(**counts),
        error=error,
        cost=cost,
        warnings=notes,
        cost_basis="client" if cost is not None else None,
    )


def _number(written: str, scale: str) -> tuple[int, float]:
    """Return a count and how far off its rounding may be, relative."""
    digits = written.replace(",", "").rstrip(".")
    places = len(digits.partition(".")[2])
    value = round(float(digits or 0) * _SCALES[scale])
    off = 0.5 * _SCALES[scale] / 10**places if scale else 0.0
    return value, off / value if value else 0.0


READER: Final = Reader(
    "aider-history",
    "Aider's chat history (rounded numbers)",
    ("usage", "cost", "time", "session"),
    _recognises,
    _read,
    order=47,
    where=".aider.chat.history.md",
)
