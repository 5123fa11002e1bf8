"""How far counts were off, weighted, and the narrowest margin that holds for enough of it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final, NamedTuple

from tokencost_profiles.tokens.calibration import Bound

_SLACKS: Final = (0.0, *(2.0**power for power in range(15)))  # to 16,384 tokens
_MOST_WIDTH: Final = 2.0  # a side that is wider counts as this wide
# What a call outside of its range counts as, in half widths: a range from nothing to twice the
# count is as bad.
_COST_OUTSIDE: Final = 1.0
_MOST_OUTSIDE: Final = 0.12  # share of calls to one side of the range
_SURE: Final = 0.05  # share of calls to one side of an exact count, below which it is called exact
_STEPS: Final = 10_000  # of a share: what a calibration holds of it
_DIGITS: Final = 12  # of a cost that are significant
# Tokens of a call: of bounds that cost the same, the one that is narrow there is taken.
_TYPICAL: Final = 1000.0


class Miss(NamedTuple):
    """How far one count was off, in tokens, to one side or the other."""

    tokens: float  # that were counted
    above: float = 0.0  # tokens by which the bill was higher than all that the count allows for
    below: float = 0.0


class Misses:
    """A distribution of misses: those of calls, and shares of other distributions."""

    def __init__(self) -> None:
        self.weight = 0.0
        self._slack_widths = [0.0] * len(_SLACKS)  # sums of each slack as a share of the count
        self._above: dict[Miss, float] = {}
        self._below: dict[Miss, float] = {}

    def add(self, miss: Miss, weight: float) -> None:
        """Take in a call."""
        self.weight += weight
        counted = max(1.0, miss.tokens)
        for at, slack in enumerate(_SLACKS):
            self._slack_widths[at] += weight * min(_MOST_WIDTH, slack / counted)
        if miss.above > 0:
            self._above[miss] = self._above.get(miss, 0.0) + weight
        if miss.below > 0:
            self._below[miss] = self._below.get(miss, 0.0) + weight

    def join(self, other: Misses, weight: float) -> None:
        """Take in another distribution, with a weight for all of it."""
        factor = weight / other.weight
        self.weight += weight
        for at, width in enumerate(other._slack_widths):
            self._slack_widths[at] += factor * width
        for sums, more in ((self._above, other._above), (self._below, other._below)):
            for miss, part in more.items():
                sums[miss] = sums.get(miss, 0.0) + factor * part

    def above(self) -> Bound:
        """Return by how much bills may be higher."""
        return self._bound([(m.above, m.tokens, w) for m, w in self._above.items()])

    def below(self) -> Bound:
        """Return by how much bills may be lower."""
        return self._bound([(m.below, m.tokens, w) for m, w in self._below.items()])

    def _bound(self, sides: Iterable[tuple[float, float, float]]) -> Bound:
        """Return the bound for which width and calls outside cost the least."""
        misses = list(sides)
        if sum(weight for _, _, weight in misses) <= _SURE * self.weight:
            return Bound()
        best, least = Bound(), (float("inf"), 0.0)
        for slack, width in zip(_SLACKS, self._slack_widths, strict=True):
            shares = sorted(
                ((off - slack) / max(1.0, counted), weight)
                for off, counted, weight in misses
                if off > slack
            )
            outside = 0.0
            while outside <= _MOST_OUTSIDE * self.weight:
                share = shares[-1][0] if shares else 0.0
                cost = min(_MOST_WIDTH, width / self.weight + share) / 2
                cost += _COST_OUTSIDE * outside / self.weight
                rank = (round(cost, _DIGITS), share + slack / _TYPICAL)
                if rank < least:
                    best, least = Bound(slack, share), rank
                if not shares:
                    break
                outside += shares.pop()[1]
        return Bound(best.tokens, math.ceil(best.share * _STEPS) / _STEPS)
