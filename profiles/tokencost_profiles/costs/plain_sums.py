"""Plain calls to cells: summed by sample, time and length of prompt, and priced a group at a time.

Calls of one sample differ only in moment and counts. Where no price changes between the first and
the last moment of a group, and none depends on the counts of a single call, its sums enter the cell
that each of its calls would have entered. Other calls are taken one by one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, Final, NamedTuple

import msgspec

from tokencost_pricing.units import PROMPT_UNITS
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.plain_calls import DROPPED, PlainCalls
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.cell import Cell
from tokencost_profiles.costs.dimensions import QUARTER
from tokencost_profiles.costs.rate_cards import priced_units

_PROMPT: Final = frozenset(PROMPT_UNITS)
_COLUMNS: Final = 6  # of counts, at most
# A group is named by its sample in 16 bits, its quarter of an hour in 32, and its prompt length.
_SAMPLE: Final = 16
_QUARTER: Final = 32


class _Group(NamedTuple):
    """Calls of one sample, perhaps of one quarter of an hour, and of one range of lengths."""

    call: Call  # the first of them, with a prompt of the least length that any has
    longest: int  # prompt tokens of its calls at most
    last: float | None
    cell: Cell


class PlainSums:
    """Makes groups of plain calls: `calls` holds the first of each, `cells` the sums by its id.

    Calls that no group can hold stand among `calls` themselves. `pricer`: one of its own, because
    it is asked in no order; `name` names the model of a call; `is_timely` decides about a moment,
    where not all count; `has_times`: whether calls of other times may have other keys.
    """

    def __init__(
        self,
        pricer: Pricer,
        name: Callable[[Call], None],
        is_timely: Callable[[float | None], bool] | None,
        *,
        has_times: bool,
    ) -> None:
        self.calls: list[Call] = []
        self.cells: dict[int, Cell] = {}
        self._pricer = pricer
        self._name = name
        self._is_timely = is_timely
        self._has_times = has_times
        self._bands = pricer.table.prompt_lengths()

    def take(self, part: PlainCalls) -> None:
        """Add the calls of a part."""
        rows = _Rows(part, self._bands)
        for sample in rows.samples:
            self._name(sample)
        if self._is_timely is None:
            self._take(rows)
            return
        for numbers in rows.divided(self._is_timely):
            rows.numbers = numbers
            self._take(rows)

    def _take(self, rows: _Rows) -> None:
        if not self._has_times:
            rows.leave(self._take_samples(rows))
        self._take_quarters(rows)

    def _take_samples(self, rows: _Rows) -> set[int]:
        """Add the calls of samples whose rates never change; return the numbers of the others."""
        groups = list(rows.groups(rows.sample_keys()))
        left = {key & DROPPED for key, group in groups if not self._is_steady(group)}
        for key, group in groups:
            if key & DROPPED not in left:
                self._add(group)
        return left

    def _take_quarters(self, rows: _Rows) -> None:
        unsteady = set()
        for key, group in rows.groups(rows.quarter_keys()):
            if self._is_steady(group):
                self._add(group)
            else:
                unsteady.add(key)
        if unsteady:
            for row, key in enumerate(rows.quarter_keys()):
                if key in unsteady:
                    self.calls.append(rows.call(row))

    def _add(self, group: _Group) -> None:
        self.calls.append(group.call)
        self.cells[id(group.call)] = group.cell

    def _is_steady(self, group: _Group) -> bool:
        """Whether each call of a group pays the rates of its first, whatever its counts are."""
        call = group.call
        card = self._pricer.rate(call).card
        if card.per_call or not self._pricer.is_steady(call, group.last, group.longest):
            return False
        return card.unpriced is not None or (call.usage or {}).keys() <= priced_units(card)


class _Rows:
    """The rows of a part that have not been added."""

    def __init__(self, part: PlainCalls, bands: Sequence[int]) -> None:
        self.samples = [msgspec.structs.replace(sample) for sample in part.samples]
        self.numbers = part.column("sample")
        self.times = part.times()
        self._part = part
        self._columns = part.count_columns()
        self._bands = bands
        prompt = [
            column
            for unit, column in zip(part.units, self._columns, strict=True)
            if unit in _PROMPT
        ]
        self._longest = sum(max(column, default=0) for column in prompt)
        self._lengths: array[int] | None = None  # by row, where prices may depend on them
        if bisect_right(bands, self._longest) > 1:
            self._lengths = array("B", _ranges(prompt, bands))

    def divided(self, is_timely: Callable[[float | None], bool]) -> tuple[array[int], array[int]]:
        """Return the samples of the rows whose time counts, and of the others."""
        timely = [is_timely(at or None) for at in self.times]
        pairs = list(zip(self.numbers, timely, strict=True))
        return (
            array("H", [number if counts else DROPPED for number, counts in pairs]),
            array("H", [DROPPED if counts else number for number, counts in pairs]),
        )

    def leave(self, samples: set[int]) -> None:
        """Drop the rows of all other samples."""
        if samples:
            numbers = [number if number in samples else DROPPED for number in self.numbers]
            self.numbers = array("H", numbers)
        else:
            self.numbers = array("H")

    def call(self, row: int) -> Call:
        """Return a row as a call, with its model named."""
        sample = self.samples[self.numbers[row]]
        call = self._part.call(row)
        return msgspec.structs.replace(
            sample, key=call.key, at=call.at, line=call.line, usage=call.usage
        )

    def sample_keys(self) -> Iterable[int]:
        """Return the groups of the rows by sample, and whether their time is known."""
        if min(self.times, default=1) > 0:
            return self._with_lengths(self.numbers)
        known = ((at > 0) << _SAMPLE for at in self.times)
        return self._with_lengths(map(int.__or__, self.numbers, known))

    def quarter_keys(self) -> Iterable[int]:
        """Return the groups of the rows by sample and quarter of an hour."""
        rows = zip(self.numbers, self.times, strict=False)
        return self._with_lengths(int(at // QUARTER) << _SAMPLE | number for number, at in rows)

    def _with_lengths(self, keys: Iterable[int]) -> Iterable[int]:
        if self._lengths is None:
            return keys
        shift = _SAMPLE + _QUARTER
        return (key | band << shift for key, band in zip(keys, self._lengths, strict=False))

    def groups(self, keys: Iterable[int]) -> Iterator[tuple[int, _Group]]:
        """Yield groups of rows by their keys."""
        lines = self._part.column("line")
        sums = _sums(keys, self.times, lines, self._columns)
        for key, (calls, first, last, line, *counts) in sums.items():
            if key & DROPPED == DROPPED:
                continue
            sample = self.samples[key & DROPPED]
            usage = dict(zip(self._part.units, counts, strict=False))
            units = sample.usage or {}
            cell = Cell(calls, {unit: usage[unit] for unit in units})
            first, last = (float(first), float(last)) if first else (None, None)
            cell.span(first, last)
            band = key >> _SAMPLE + _QUARTER
            longest = self._longest
            if band + 1 < len(self._bands):
                longest = min(longest, self._bands[band + 1] - 1)
            least = {**units, next(unit for unit in units if unit in _PROMPT): self._bands[band]}
            one = msgspec.structs.replace(sample, at=first, line=line, usage=least)
            yield key, _Group(one, longest, last, cell)


def _ranges(prompt: Sequence[array[int]], bands: Sequence[int]) -> Iterator[int]:
    """Yield for each row between which two lengths its prompt is."""
    shortest = bands[1]
    for counts in zip(*prompt, strict=True):
        length = sum(counts)
        yield 0 if length < shortest else bisect_right(bands, length) - 1


def _sums(
    keys: Iterable[int],
    times: Iterable[float],
    lines: Iterable[int],
    columns: Sequence[Iterable[int]],
) -> dict[int, list[Any]]:
    """Return of the rows of each key: their number, first and last time, line, sums of counts.

    The line is that of the first row of the first time.
    """
    groups: dict[int, list[Any]] = {}
    get = groups.get
    filled = [*columns, *[repeat(0)] * (_COLUMNS - len(columns))]
    for key, at, line, a, b, c, d, e, f in zip(keys, times, lines, *filled, strict=False):
        group = get(key)
        if group is None:
            groups[key] = [1, at, at, line, a, b, c, d, e, f]
            continue
        group[0] += 1
        if at < group[1]:
            group[1], group[3] = at, line
        elif at > group[2]:
            group[2] = at
        group[4] += a
        group[5] += b
        group[6] += c
        group[7] += d
        group[8] += e
        group[9] += f
    return groups
