"""Calibrations fitted to recorded calls: corrections by least absolute deviations, with errors.

A correction is used where it is better on groups of calls that it was not fitted to, and a stated
error is measured on such groups too: both have to hold for calls to come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from tokencost_pricing.errors import InputError
from tokencost_profiles.accuracy.deviations import least_absolute_deviations
from tokencost_profiles.tokens.calibration import TEXT, Calibration, CalibrationKey, Entry

FEWEST_CALLS: Final = 30  # in all, below which nothing is learned
_FEWEST: Final = 12  # calls of a place, for an entry
_FEWEST_FITTED: Final = 40  # calls of a place, for a correction
_FEWEST_GROUPS: Final = 3
_FOLDS: Final = 8
_HELD: Final = 0.95  # share of calls that an error is fitted to; the docs state nine of ten
_HELD_OF_TEXT: Final = 0.92  # whose rules are few and plain
_BETTER: Final = 0.9  # of the mean error, for a correction to be used
_EXACT_ENOUGH: Final = 0.5  # share of exact calls from which on nothing is corrected
# Rules for tools, schemas and media were derived from such calls: calls to come differ a little
# more from them than those that were held out.
_DOUBT: Final = 0.005
_FEWEST_SURE: Final = 4  # groups of calls that agree, for text to be called exact
_SLACKS: Final = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
# Kinds of tokens that share a factor; every other kind has factor 1.
_FACTORS: Final = (("text", "thinking"), ("tools", "schema"), ("calls",), ("images", "media"))


class CountedCall(NamedTuple):
    """A call: its tokens counted by kind, and the tokens billed."""

    place: CalibrationKey
    kinds: Mapping[str, float]
    billed: int
    group: str

    @property
    def counted(self) -> float:
        """The tokens that were counted, uncorrected."""
        return sum(self.kinds.values())


class _Estimate(NamedTuple):
    """A call with a count corrected by factors of other groups."""

    known: CountedCall
    tokens: float


def calibrate(calls: Sequence[CountedCall]) -> list[Entry]:
    """Return an entry for every place that has enough calls. Raise `InputError` on too few."""
    if len(calls) < FEWEST_CALLS:
        raise InputError(
            f"too little to learn from: {len(calls)} calls with text and reported usage",
            hint=f"at least {FEWEST_CALLS} are needed",
        )
    places: dict[CalibrationKey, list[CountedCall]] = {}
    for call in calls:
        for place in dict.fromkeys(call.place.wider()):
            places.setdefault(place, []).append(call)
    return [
        _fit_entry(place, place_calls)
        for place, place_calls in sorted(places.items(), key=lambda item: _sort_key(item[0]))
        if len(place_calls) >= _FEWEST
    ]


def held_out_entries(calls: Sequence[CountedCall]) -> list[Entry | None]:
    """Return, for every call, the entry that calls of other groups lead to."""
    entries: dict[int, Entry | None] = {}
    for fold in _folds(calls):
        calibration = Calibration(calibrate([call for call in calls if call.group not in fold]))
        for at, call in enumerate(calls):
            if call.group in fold:
                entries[at] = calibration.find(call.place)
    return [entries[at] for at in range(len(calls))]


def _sort_key(place: CalibrationKey) -> tuple[str, ...]:
    return tuple(value or "" for value in place)


def _fit_entry(place: CalibrationKey, calls: Sequence[CountedCall]) -> Entry:
    groups = {call.group for call in calls}
    plain = [_Estimate(call, call.counted) for call in calls]
    entry = Entry(place, len(calls), len(groups), 0, 0)
    if _is_worth_fitting(calls, groups):
        crossed = _cross_validated(calls)
        if _mean_error(crossed) < _BETTER * _mean_error(plain):
            add, scale = _fit_factors(calls)
            plain, entry = crossed, entry._replace(add=add, scale=scale)
    slack, share = _stated_error(plain, _HELD_OF_TEXT if place.kind == TEXT else _HELD)
    if place.kind != TEXT or len(groups) < _FEWEST_SURE:
        share = max(share, _DOUBT)
    return entry._replace(slack=slack, share=share)


def _is_worth_fitting(calls: Sequence[CountedCall], groups: set[str]) -> bool:
    exact = sum(round(call.counted) == call.billed for call in calls)
    enough = len(calls) >= _FEWEST_FITTED and len(groups) >= _FEWEST_GROUPS
    return enough and exact < _EXACT_ENOUGH * len(calls)


def _cross_validated(calls: Sequence[CountedCall]) -> list[_Estimate]:
    """Count every call with the factors that calls of other groups give."""
    estimates = []
    for fold in _folds(calls):
        add, scale = _fit_factors([call for call in calls if call.group not in fold])
        estimates += [
            _Estimate(call, add + sum(scale.get(kind, 1) * n for kind, n in call.kinds.items()))
            for call in calls
            if call.group in fold
        ]
    return estimates


def _folds(calls: Sequence[CountedCall]) -> list[set[str]]:
    """Cut the groups into folds of like size, the same way every time."""
    sizes: dict[str, int] = {}
    for call in calls:
        sizes[call.group] = sizes.get(call.group, 0) + 1
    folds: list[tuple[int, set[str]]] = [(0, set()) for _ in range(min(_FOLDS, len(sizes)))]
    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        at = min(range(len(folds)), key=lambda one: folds[one][0])
        folds[at] = (folds[at][0] + sizes[group], folds[at][1] | {group})
    return [names for _, names in folds]


def _mean_error(calls: Sequence[_Estimate]) -> float:
    return sum(min(1.0, _relative_error(call)) for call in calls) / len(calls)


def _relative_error(call: _Estimate) -> float:
    return abs(call.tokens - call.known.billed) / call.known.billed


def _fit_factors(calls: Sequence[CountedCall]) -> tuple[float, dict[str, float]]:
    """Return tokens to add to each call, and a factor for each frequent kind of tokens."""
    used = [
        kinds for kinds in _FACTORS if sum(_tokens_of(call, kinds) > 0 for call in calls) >= _FEWEST
    ]
    rows = [[1.0, *(_tokens_of(call, kinds) for kinds in used)] for call in calls]
    # What is billed, less what is counted by no factor.
    wanted = [
        call.billed - call.counted + sum(row[1:]) for call, row in zip(calls, rows, strict=True)
    ]
    factors = least_absolute_deviations(rows, wanted, [1 / call.billed for call in calls])
    if factors is None:
        return 0.0, {}
    scale = {kind: one for kinds, one in zip(used, factors[1:], strict=True) for kind in kinds}
    return factors[0], scale


def _tokens_of(call: CountedCall, kinds: Iterable[str]) -> float:
    return sum(call.kinds.get(kind, 0.0) for kind in kinds)


def _stated_error(calls: Sequence[_Estimate], held: float) -> tuple[float, float]:
    """Return (slack, share): of the pairs that hold for enough calls, the narrowest.

    Calls of a large group weigh less, each by the root of its group's size: calls to come are of
    other groups.
    """
    sizes: dict[str, int] = {}
    for call in calls:
        sizes[call.known.group] = sizes.get(call.known.group, 0) + 1
    weights = [sizes[call.known.group] ** -0.5 for call in calls]
    best: tuple[float, float, float] | None = None
    for slack in _SLACKS:
        excesses = [
            max(0.0, abs(call.tokens - call.known.billed) - slack) / max(call.tokens, 1.0)
            for call in calls
        ]
        share = _quantile(excesses, weights, held)
        width = sum(
            w * (slack / max(c.tokens, 1.0) + share) for c, w in zip(calls, weights, strict=True)
        )
        if best is None or width < best[0]:
            best = width, slack, share
    assert best is not None  # there is always a first slack
    return best[1], best[2]


def _quantile(values: Sequence[float], weights: Sequence[float], held: float) -> float:
    """Return the value that a share of the weight stays within, were there one more call."""
    total = sum(weights)
    asked = held * (total + total / len(weights))
    reached = 0.0
    for value, weight in sorted(zip(values, weights, strict=True)):
        reached += weight
        if reached >= asked:
            return value
    return max(values) * 1.5
