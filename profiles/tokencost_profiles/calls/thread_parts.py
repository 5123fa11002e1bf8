"""`ThreadParts`: the prompt of one call of a conversation, as the beginning of a shared list.

The prompts of a thread are beginnings of each other. Held as tuples, those of n calls would take
n² references; here each is a list that all of them share, and where it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import ClassVar, overload

from tokencost_profiles.calls.content import Part


class ThreadParts(Sequence[Part]):
    """The first `end` parts of `parts`, which may grow behind them but never change before."""

    __slots__ = ("end", "parts")

    # The lists that were compared last, and how far they agree: lists only grow.
    _compared: ClassVar[tuple[list[Part], list[Part], int]] = ([], [], 0)

    def __init__(self, parts: list[Part], end: int | None = None) -> None:
        self.parts = parts
        self.end = len(parts) if end is None else end

    def followed_by(self, parts: Iterable[Part]) -> ThreadParts:
        """Return these parts and more behind them: of a fork a copy, else in the same list."""
        if self.end < len(self.parts):
            return ThreadParts([*self, *parts])
        self.parts.extend(parts)
        return ThreadParts(self.parts)

    def __len__(self) -> int:
        return self.end

    @overload
    def __getitem__(self, at: int) -> Part: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Part]: ...
    def __getitem__(self, at: int | slice) -> Part | Sequence[Part]:
        if isinstance(at, slice):
            return tuple(self.parts[one] for one in range(*at.indices(self.end)))
        if not -self.end <= at < self.end:
            raise IndexError(at)
        return self.parts[at if at >= 0 else self.end + at]

    def __iter__(self) -> Iterator[Part]:
        return islice(iter(self.parts), self.end)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ThreadParts):
            return isinstance(other, tuple) and tuple(self) == other
        if self.end != other.end:
            return False
        return self.parts is other.parts or self._agrees(other)

    def _agrees(self, other: ThreadParts) -> bool:
        """Whether another list begins alike. What was compared is not compared again.

        The calls of a copied session are compared one by one, each with a longer prompt.
        """
        first, second, agreed = ThreadParts._compared
        is_known = first is self.parts and second is other.parts
        start = min(agreed, self.end) if is_known else 0
        if self.parts[start : self.end] != other.parts[start : self.end]:
            return False
        ThreadParts._compared = (self.parts, other.parts, max(agreed if is_known else 0, self.end))
        return True

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __lt__(self, other: Sequence[Part]) -> bool:
        return tuple(self) < tuple(other)

    def __gt__(self, other: Sequence[Part]) -> bool:
        return tuple(self) > tuple(other)

    def __repr__(self) -> str:
        return f"ThreadParts({list(self)!r})"
