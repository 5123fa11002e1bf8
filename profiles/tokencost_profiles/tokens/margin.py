"""How sure a count of tokens is."""

from __future__ import annotations

from typing import NamedTuple


class Margin(NamedTuple):
    """How far a count may be off: nine of ten true counts lie between its two sides.

    Both sides are shares of the count. What is missed is mostly text that nobody shows, so `above`
    is often the larger one.
    """

    below: float = 0.0  # by which the count may be too high, at most 1
    above: float = 0.0  # by which it may be too low; may be infinite

    def __bool__(self) -> bool:
        return self.below > 0 or self.above > 0

    def wider(self, other: Margin) -> Margin:
        """Return the larger of both sides."""
        return Margin(max(self.below, other.below), max(self.above, other.above))

    def times(self, factor: float) -> Margin:
        """Return both sides times a factor."""
        return Margin(self.below * factor, self.above * factor)


def even(share: float) -> Margin:
    """Return a margin of two equal sides."""
    return Margin(min(share, 1.0), share)
