"""The margins of places: of calls seen there, and of what is to be expected where none were.

A place with few calls has margins between its calls' and those of its neighbours. For a host or a
generation of models that was never seen, the host's or the family's others stand, each counting
alike however many calls it has, and with them the misses of such calls at first sight: before any
rule was made from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from tokencost_profiles.accuracy.misses import Miss, Misses
from tokencost_profiles.tokens.calibration import (
    GUESS,
    REASONING,
    RESULTS,
    Bound,
    CalibrationKey,
)

_ALIKE: Final = 0.5  # power of a place's or a group's size that it weighs: 0 is all alike
_NEIGHBOURS: Final = 3.0  # calls that the neighbours of a place weigh as much as
_SEEN: Final = 12.0  # the same for the places that are held, where another one is expected
_SEEN_ELSEWHERE: Final = 3.5  # where the place to come is another host
_FIRST_SIGHT: Final = 2.5
_WIDER: Final = 1.0

# Kinds whose first sight is that of another: most requests with reasoning have results of tools.
_LIKE: Final = {REASONING: RESULTS}

Placed = Mapping[CalibrationKey, Misses]


class Margins:
    """Margins of all places of some calls, and of the places that hold them."""

    def __init__(self, leaves: Placed, first_sight: Mapping[str, Misses]) -> None:
        self._leaves = leaves
        self._first_sight = first_sight
        self._inner: dict[CalibrationKey, dict[CalibrationKey, None]] = {}
        for leaf in leaves:
            self._file(leaf)
        self._seen: dict[CalibrationKey, Misses] = {}
        self._expected: dict[CalibrationKey, Misses] = {}

    def bounds(self, place: CalibrationKey, mended: Misses | None = None) -> tuple[Bound, Bound]:
        """Return the bounds (below, above) of a place. `mended`: its misses once corrected."""
        if mended is None and place not in self._leaves:
            misses = self._expect(place)
        else:
            misses = Misses()
            calls = mended or self._leaves[place]
            misses.join(calls, calls.weight)
            self._join_wider(misses, place, _NEIGHBOURS)
        return misses.below(), misses.above()

    def _file(self, place: CalibrationKey) -> None:
        for wider in place.wider():
            inner = self._inner.setdefault(wider, {})
            if place not in inner:
                inner[place] = None
                self._file(wider)

    def _balanced(self, place: CalibrationKey) -> Misses:
        """Return the misses of a place, those within it weighing nearly alike."""
        if place in self._leaves:
            return self._leaves[place]
        if place not in self._seen:
            misses = Misses()
            for inner in self._inner[place]:
                part = self._balanced(inner)
                misses.join(part, part.weight**_ALIKE)
            self._seen[place] = misses
        return self._seen[place]

    def _expect(self, place: CalibrationKey) -> Misses:
        """Return what a new place within this one is expected to be like."""
        if place not in self._expected:
            misses = Misses()
            seen = self._balanced(place)
            most = _SEEN_ELSEWHERE if place.provider is None else _SEEN
            misses.join(seen, min(seen.weight, most))
            kind = _LIKE.get(place.kind, place.kind)
            first = self._first_sight.get(kind, self._first_sight.get(GUESS))
            if first is not None:
                misses.join(first, _FIRST_SIGHT)
            self._join_wider(misses, place, _WIDER)
            self._expected[place] = misses
        return self._expected[place]

    def _join_wider(self, misses: Misses, place: CalibrationKey, weight: float) -> None:
        wider = place.wider()
        for one in wider:
            misses.join(self._expect(one), weight / len(wider))


def placed(misses: Iterable[tuple[CalibrationKey, str, Miss]]) -> dict[CalibrationKey, Misses]:
    """Return the misses of calls by place; calls of one group weigh together by a root."""
    by_place: dict[CalibrationKey, dict[str, list[Miss]]] = {}
    for place, group, miss in misses:
        by_place.setdefault(place, {}).setdefault(group, []).append(miss)
    return {place: _weighed(groups.values()) for place, groups in by_place.items()}


def _weighed(groups: Iterable[list[Miss]]) -> Misses:
    total = Misses()
    for calls in groups:
        for miss in calls:
            total.add(miss, len(calls) ** (_ALIKE - 1))
    return total
