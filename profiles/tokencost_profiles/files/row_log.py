"""Where a reader notes the rows that it read, and those that could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.plain_calls import PlainCalls
from tokencost_profiles.calls.token_count import Count


class CountsText(Protocol):
    """Counts as a model does what a log does not report."""

    def text(self, model: str | None, text: str) -> Count:
        """Return the tokens of a text."""

    def answer(self, model: str | None, parts: Sequence[Part]) -> Count:
        """Return the tokens of an answer, with what the model writes around it."""


class Log:
    """The place where a reader notes rows read and rows that could not be read."""

    def __init__(
        self,
        label: str,
        audit: Audit,
        *,
        text: bool = False,
        counter: CountsText | None = None,
        plain: list[PlainCalls] | None = None,
    ) -> None:
        self.label = label
        self.audit = audit
        self.text = text  # whether the text of calls is wanted
        self.counter = counter  # of what a log does not report
        self.plain = plain  # where calls may go as columns; None: every call is wanted as itself
        self.reader = ""
        self.is_closed = False  # whether what follows later can be read by itself
        self.marks: set[str] = set()  # ids that may not stand in that

    def start(self, reader: str, keeps_sessions: bool) -> None:
        """Note which reader took the file, and whether its agent keeps sessions on disk."""
        self.reader = reader
        self.audit.files += 1
        if keeps_sessions:
            self.audit.session_formats.add(reader)
        self.audit.readers[reader] = self.audit.readers.get(reader, 0) + 1

    def close(self, marks: Iterable[str] = ()) -> None:
        """Note that nothing is open at the end: rows that are appended can be read by themselves.

        `marks`: ids that were met. Where one is met again, rows depend on those before them.
        """
        self.is_closed = True
        self.marks = set(marks)

    def row(self, count: int = 1) -> None:
        """Note rows read, of calls or not."""
        self.audit.rows += count

    def add_plain(self, parts: Sequence[PlainCalls]) -> None:
        """Take calls as columns, in place of yielding them."""
        if self.plain is not None:
            self.audit.calls += sum(map(len, parts))
            self.plain.extend(parts)

    def skip(self, line: int, reason: str) -> None:
        """Note a malformed row; good rows beside it are not lost."""
        self.audit.skip(self.label, line, reason)
