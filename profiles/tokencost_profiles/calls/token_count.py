"""A count of tokens, and how sure it is."""

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


class Count(NamedTuple):
    """Tokens of a text. `error` is relative: the true count lies within it 9 times in 10.

    `method` is how it was come by, best first:

        recorded       the provider reported it
        exact          the provider's public vocabulary
        reconstructed  a measured copy of a closed vocabulary
        family         the public vocabulary that the provider's tools use for this model
        ratio          another vocabulary, scaled, with a stated error
    """

    tokens: int
    method: str
    error: float = 0.0
