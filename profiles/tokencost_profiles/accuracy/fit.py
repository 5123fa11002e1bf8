"""Calibrations fitted to recorded calls: corrections of counts, and margins that hold.

A correction is used where it is better on groups of calls that it was not fitted to, and a margin
is made from the misses of its place and of the places next to it: both have to hold for calls to
come, of hosts and models that are not among these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tokencost_pricing.errors import InputError
from tokencost_profiles.accuracy.corrections import corrected, is_worth_fitting
from tokencost_profiles.accuracy.first_sight import first_sight
from tokencost_profiles.accuracy.folds import folds
from tokencost_profiles.accuracy.margins import Margins, placed
from tokencost_profiles.accuracy.misses import Miss
from tokencost_profiles.tokens.calibration import GUESS, INPUT, Calibration, CalibrationKey, Entry

FEWEST_CALLS: Final = 30  # in all, below which nothing is learned
_FEWEST: Final = 3  # calls of a place, for an entry
# A bill of so many times what was sent, and so many tokens, is not of what was recorded.
_OTHER_BILL: Final = 500.0
_OTHER_BILL_TOKENS: Final = 5000


class CountedCall(NamedTuple):
    """A call: its tokens counted by kind, and the tokens billed."""

    place: CalibrationKey
    kinds: Mapping[str, float]
    billed: int
    group: str
    below: float = 0.0  # tokens that it may have fewer, since not all that is sent is known
    above: float = 0.0

    @property
    def counted(self) -> float:
        """The tokens that were counted, uncorrected."""
        return sum(self.kinds.values())


def calibrate(calls: Sequence[CountedCall]) -> list[Entry]:
    """Return an entry for every place that has enough calls. Raise `InputError` on too few."""
    if len(calls) < FEWEST_CALLS:
        raise InputError(
            f"too little to learn from: {len(calls)} calls with text and reported usage",
            hint=f"at least {FEWEST_CALLS} are needed",
        )
    calls = [call for call in calls if not _is_other_bill(call)]
    leaves = placed((call.place, call.group, miss_of(call, call.counted)) for call in calls)
    margins = Margins(leaves, first_sight() if calls[0].place.of == INPUT else {})
    places = _by_place(calls)
    entries = {
        place: _entry(place, places[place], margins)
        for place in sorted(places, key=_key)
        if len(places[place]) >= _FEWEST
    }
    _widen_unseen_hosts(entries)
    return list(entries.values())


def _is_other_bill(call: CountedCall) -> bool:
    """Whether a bill can be none of the request beside it: no range is made from it."""
    if call.billed < _OTHER_BILL_TOKENS or call.place.kind == GUESS:
        return False
    return call.billed > _OTHER_BILL * max(1.0, call.counted)


def _widen_unseen_hosts(entries: dict[CalibrationKey, Entry]) -> None:
    """Make what holds for hosts that were not seen hold for those that were."""
    for place, entry in list(entries.items()):
        if place.provider is not None and place.series is None:
            anywhere = place._replace(provider=None, api=None)
            if anywhere in entries:
                entries[anywhere] = entries[anywhere].wider(entry)


def miss_of(call: CountedCall, tokens: float) -> Miss:
    """Return how far a count was off, beside what it leaves open."""
    off = call.billed - max(0, round(tokens))
    return Miss(max(0.0, tokens), max(0.0, off - call.above), max(0.0, -off - call.below))


def held_out_entries(calls: Sequence[CountedCall], names: Sequence[str]) -> list[Entry | None]:
    """Return, for every call, the entry that calls of other names lead to: a name a call."""
    entries: dict[int, Entry | None] = {}
    for fold in folds(names):
        others = [call for call, name in zip(calls, names, strict=True) if name not in fold]
        calibration = Calibration(calibrate(others))
        for at, (call, name) in enumerate(zip(calls, names, strict=True)):
            if name in fold:
                entries[at] = calibration.find(call.place)
    return [entries[at] for at in range(len(calls))]


def _by_place(calls: Sequence[CountedCall]) -> dict[CalibrationKey, list[CountedCall]]:
    """Return the calls of every place, and of those that hold it."""
    places: dict[CalibrationKey, list[CountedCall]] = {}
    for call in calls:
        widening = {call.place: None}
        for place in widening_places(call.place):
            widening[place] = None
        for place in widening:
            places.setdefault(place, []).append(call)
    return places


def widening_places(place: CalibrationKey) -> list[CalibrationKey]:
    """Return all places that hold one, near ones first."""
    every: dict[CalibrationKey, None] = {}
    near = place.wider()
    while near:
        every.update(dict.fromkeys(near))
        near = tuple(dict.fromkeys(wider for one in near for wider in one.wider()))
    return list(every)


def _key(place: CalibrationKey) -> tuple[str, ...]:
    return tuple(value or "" for value in place)


def _entry(place: CalibrationKey, calls: Sequence[CountedCall], margins: Margins) -> Entry:
    groups = {call.group for call in calls}
    entry = Entry(place, len(calls), len(groups))
    mended = None
    if is_worth_fitting(calls, groups):
        fitted = corrected(calls)
        if fitted is not None:
            entry = entry._replace(add=fitted.add, scale=fitted.scale)
            crossed = zip(calls, fitted.crossed, strict=True)
            rows = ((place, call.group, miss_of(call, tokens)) for call, tokens in crossed)
            mended = placed(rows)[place]
    below, above = margins.bounds(place, mended)
    return entry._replace(below=below, above=above)
