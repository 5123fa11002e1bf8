"""The audit of a run: what was read, merged, left out, and why. Adding audits is order-free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from operator import add, attrgetter
from typing import Final

import msgspec

from tokencost_pricing.errors import placed

EXAMPLES: Final = 5  # listed of each kind


class Skip(msgspec.Struct, frozen=True, order=True):
    """A place that could not be read (line 0: the file), and why."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return placed(self.reason, self.file, self.line)


class Audit(msgspec.Struct):
    """Counts of what happened to every row."""

    files: int = 0
    rows: int = 0
    calls: int = 0  # records of calls, before merging
    merged: int = 0  # records of a response already seen in the same file
    replayed: int = 0  # copies of a response in other files: forks, resumed sessions, deliveries
    rolled_up: int = 0  # sums of records that stand beside them
    cached: int = 0  # answered by the client's cache
    without_usage: int = 0
    skipped: int = 0
    passed_over: int = 0  # files in a folder that are no log
    duplicate_files: int = 0  # files with the very content of another, not read
    duplicates: list[Skip] = msgspec.field(default_factory=list)  # those, each with the other
    reasons: dict[str, int] = msgspec.field(default_factory=dict)
    examples: list[Skip] = msgspec.field(default_factory=list)
    readers: dict[str, int] = msgspec.field(default_factory=dict)  # files by reader
    unreadable: list[Skip] = msgspec.field(default_factory=list)  # files
    unread: list[Skip] = msgspec.field(default_factory=list)  # files with counts and no call
    unknown_keys: dict[str, int] = msgspec.field(default_factory=dict)  # counts by usage key
    session_formats: set[str] = msgspec.field(default_factory=set)  # whose agents keep sessions

    def skip(self, file: str, line: int, reason: str) -> None:
        """Note a row that could not be read."""
        self.skipped += 1
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        self.examples = _first(self.examples, [Skip(file, line, reason)])

    def refuse(self, file: str, reason: str, line: int | None = None) -> None:
        """Note a file that could not be read, and the line that is why."""
        self.unreadable = sorted([*self.unreadable, Skip(file, line or 0, reason)])

    def repeat(self, files: Iterable[str], of: str) -> None:
        """Note files that have the very content of one that was read."""
        self.duplicate_files += len(repeated := [Skip(file, 0, of) for file in files])
        self.duplicates = _first(self.duplicates, repeated)

    def ignore(self, counts: Mapping[str, int]) -> None:
        """Note counts of a usage object under keys that nobody reads."""
        for key, count in counts.items():
            self.unknown_keys[key] = self.unknown_keys.get(key, 0) + count

    def __add__(self, other: Audit) -> Audit:
        counts = dict(zip(_COUNTS, map(add, _counts_of(self), _counts_of(other)), strict=True))
        return Audit(
            **counts,
            reasons=_sums(self.reasons, other.reasons),
            examples=_first(self.examples, other.examples),
            readers=_sums(self.readers, other.readers),
            unreadable=sorted([*self.unreadable, *other.unreadable]),
            unread=sorted([*self.unread, *other.unread]),
            duplicates=_first(self.duplicates, other.duplicates),
            session_formats=self.session_formats | other.session_formats,
            unknown_keys=_sums(self.unknown_keys, other.unknown_keys),
        )


_COUNTS: Final = tuple(one.name for one in msgspec.structs.fields(Audit) if one.type is int)
_counts_of: Final = attrgetter(*_COUNTS)


def _sums(a: Mapping[str, int], b: Mapping[str, int]) -> dict[str, int]:
    """Return the sum of each count; most often one of the two has none."""
    return dict(a or b) if not a or not b else dict(Counter(a) + Counter(b))


def _first(skips: Iterable[Skip], more: Iterable[Skip]) -> list[Skip]:
    """Keep the first few by file and line, whatever the order in which they were met."""
    return sorted({*skips, *more})[:EXAMPLES]
