"""The rows of a session of Claude Code, those of answers and those of costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from tokencost_profiles.files.log_file import DECODE_ERRORS, lenient_json
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.claude_costs import COST_STATE, SessionCosts
from tokencost_profiles.logs.common.log_format import decode_leniently
from tokencost_profiles.logs.formats.claude_code.agents import AgentNames
from tokencost_profiles.logs.formats.claude_code.responses import Responses
from tokencost_profiles.logs.formats.claude_code.session_rows import KNOWN_ROW, ROW, RawRow, Row
from tokencost_profiles.logs.formats.claude_code.usage import Usage, unknown_keys, usage_of

_ANSWERS: Final = (None, "assistant")
_NO_USAGE: Final = (b"", b"null")
_NO_MODEL: Final = "<synthetic>"  # written by the client itself
# Rows that were decoded twice in vain before the rest of a file is decoded in the general way.
_MOST_DOUBTFUL: Final = 32


class SessionCalls:
    """The calls of one file, while it is read."""

    def __init__(self, log: Log, agents: AgentNames) -> None:
        self.log = log
        self.costs = SessionCosts(log)
        self.responses = Responses(log, agents)
        self.data: bytes | None = b""  # the last usage object; None: it was decoded in its row
        self.usage: Usage | None = None
        self.unknown: dict[str, int] | None = None  # its counts under unknown keys

    def take_lines(self, lines: Iterator[tuple[int, bytes]]) -> None:
        """Take lines that may hold a call.

        A row whose usage has known keys alone is decoded at once; else its usage is looked at.
        """
        decode, add = KNOWN_ROW.decode, self.responses.add
        doubtful = 0
        for number, line in lines:
            try:
                row = decode(line)
            except (*DECODE_ERRORS, RecursionError):
                self.take(number, line)
                doubtful += 1
                if doubtful == _MOST_DOUBTFUL:
                    break
                continue
            message = row.message
            if message is None:
                self._take_other(number, row, line)
            elif row.type in _ANSWERS and message.model != _NO_MODEL:
                self.data = None
                if message.usage:
                    add(number, row, message, message.usage, None, line)
                else:
                    self.responses.add_silent(number, row, message)
        for number, line in lines:
            self.take(number, line)

    def take(self, number: int, line: bytes) -> None:
        """Take a line that may hold a call."""
        row: RawRow | None
        try:
            row = ROW.decode(line)
        except (*DECODE_ERRORS, RecursionError):
            row = self._repaired_row(line, number)
        if row is not None:
            self.take_row(number, row, line)

    def take_row(self, number: int, row: RawRow, line: bytes) -> None:
        """Take the row of a line that may hold a call."""
        message = row.message
        if message is None:
            self._take_other(number, row, line)
        elif row.type in _ANSWERS and message.model != _NO_MODEL:
            usage = self._usage(bytes(message.usage), number)
            if usage is not None:
                self.responses.add(number, row, message, usage, self.unknown, line)
            elif self.data in _NO_USAGE:
                self.responses.add_silent(number, row, message)

    def _take_other(self, number: int, row: Row, line: bytes) -> None:
        """Take a row that holds no message."""
        if row.type == COST_STATE:
            self._cost_state(number, line)
        elif row.data is not None and row.data.message:
            self.take(number, bytes(row.data.message))  # the progress of a subagent

    def _usage(self, data: bytes, number: int) -> Usage | None:
        """Return the usage of a row. The rows of one response most often report the same."""
        if data != self.data:
            self.data, self.usage, self.unknown = data, None, None
            try:
                self.usage = usage_of(data)
                self.unknown = unknown_keys(data) if data else None
            except DECODE_ERRORS as error:
                self.log.skip(number, f"not a row of Claude Code: {error}")
        return self.usage

    def _cost_state(self, number: int, line: bytes) -> None:
        try:
            self.costs.take(number, msgspec.json.decode(line))
        except DECODE_ERRORS:
            self.costs.take(number, lenient_json(line))

    def _repaired_row(self, line: bytes, number: int) -> RawRow | None:
        value = decode_leniently(line, number, self.log)
        if not isinstance(value, dict):
            return None
        message = value.get("message")
        if isinstance(message, dict):
            message.pop("content", None)
            message["usage"] = msgspec.Raw(msgspec.json.encode(message.get("usage")))
        try:
            return msgspec.convert(value, RawRow, strict=False)
        except msgspec.ValidationError as error:
            self.log.skip(number, f"not a row of Claude Code: {error}")
            return None
