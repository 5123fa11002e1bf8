"""What was looked at while a source was read: what its records depend on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.merging import Store
from tokencost_profiles.calls.token_count import Count
from tokencost_profiles.files.paths import Source
from tokencost_profiles.files.row_log import CountsText


class End(NamedTuple):
    """Where the reading of a file ended, at the end of a line with nothing open."""

    reader: str
    size: int  # bytes before it
    lines: int
    marks: Collection[str]  # ids that may not stand in what follows


class ReadingNotes:
    """Notes of reading one source."""

    def __init__(self) -> None:
        self.beside: set[Path] = set()  # other files that were looked for
        self.is_counted = False  # whether a text was counted
        self.end: End | None = None  # where appended rows can be read by themselves
        self.is_elsewhere = False  # whether records were put elsewhere, or come from elsewhere


class NotingCounter:
    """Counts texts, and notes that some were counted."""

    def __init__(self, counter: CountsText, notes: ReadingNotes) -> None:
        self._counter, self._notes = counter, notes

    def text(self, model: str | None, text: str) -> Count:
        """Return the tokens of a text."""
        self._notes.is_counted = True
        return self._counter.text(model, text)

    def answer(self, model: str | None, parts: Sequence[Part]) -> Count:
        """Return the tokens of an answer, with what the model writes around it."""
        self._notes.is_counted = True
        return self._counter.answer(model, parts)


ReadNoting = Callable[[Source, ReadingNotes], Store]
ReadOn = Callable[[Source, End, ReadingNotes], Store]


class KnownStores(Protocol):
    """Knows what some sources hold, from an earlier invocation."""

    def look_up(self, sources: Sequence[Source]) -> bool:
        """Look which sources are known. Return whether any is."""

    def store(self, source: Source, read: ReadNoting, read_on: ReadOn) -> Store:
        """Return what a source holds. `read` reads it, where it is not known.

        `read_on` reads what was appended to it.
        """
