"""`CellTable`: calls with all their labels, as columns, so that adding one is cheap.

Most labels of neighbouring calls are the same. A set of labels has a number; what a call adds is a
row: this number with its quarter of an hour, its time and its usage. Sums that few calls have
(latency, reported cost) stand beside in a `Cell`. Rows become cells when the table is put in order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, Final, NamedTuple

from tokencost_pricing.rate_card import Card
from tokencost_profiles.calls.call import OWNER_LABELS, Call
from tokencost_profiles.costs.cell import PLAIN, Cell, rare_of
from tokencost_profiles.costs.cell_key import Rates, key_of
from tokencost_profiles.costs.dimensions import QUARTER, Key

# Quarters of an hour since 1970 have 24 bits until the year 2448; 0 is: no time is known.
_SHIFT: Final = 24
_MASK: Final = (1 << _SHIFT) - 1
# Turn, step and substep stand below them, 0 where they are not known.
_PLACE: Final = 32
_PLACE_MASK: Final = (1 << _PLACE) - 1
_PLACES: Final = 3 * _PLACE
_LABELS: Final = _SHIFT + _PLACES
_BELOW: Final = (1 << _LABELS) - 1
# Everything of a call that its labels come from.
_labels_of: Final = attrgetter(
    "model",
    "service_tier",
    "batch",
    "speed",
    "api",
    "session",
    *OWNER_LABELS,
    "tools",
    "tags",
    "reader",
    "file",
    "scope",
    "status",
    "usage_source",
    "warnings",
    "root",
    "thread",
)


class Coded(NamedTuple):
    """A column of labels: the values that occur, in order, and the number of each row's."""

    values: list[Any]
    numbers: list[int]


class Ordered(NamedTuple):
    """Cells in the order of their labels and times, whatever the order of adding was."""

    sets: int  # how many sets of labels there are
    labels: dict[str, Coded]  # by field of a key, a row a set
    places: list[int]  # of each cell: the row of its set
    quarters: list[int]  # of each cell: its quarter of an hour plus 1; 0: no time is known
    turns: list[int]  # 0: not known
    steps: list[int]
    substeps: list[int]
    calls: list[int]
    firsts: list[float]  # 0: not known
    lasts: list[float]
    usage: dict[str, list[int]]  # by unit, of each cell: its count plus 1; 0: it has none
    sums: dict[int, Cell]  # by row, of cells that have more than usage and times

    def add(self, row: int, at: float, usage: Mapping[str, int], cell: Cell | None) -> None:
        """Add a call to a cell; `cell`: what it has beside, or the sums of many calls."""
        last = at
        if cell is None:
            self.calls[row] += 1
        else:
            self.calls[row] += cell.calls
            last = cell.last or 0.0
            self.add_sums(row, cell)
        for unit, count in usage.items():
            column = self.usage.get(unit)
            if column is None:
                column = self.usage[unit] = [0] * len(self.calls)
            column[row] = (column[row] or 1) + count
        if at:
            self.firsts[row] = min(self.firsts[row] or at, at)
            self.lasts[row] = max(self.lasts[row], last)

    def add_sums(self, row: int, cell: Cell) -> None:
        """Add what a cell has beside calls, usage and times."""
        if cell.has_rare_sums:
            self.sums.setdefault(row, Cell()).add(cell)


class CellTable:
    """Rows of calls by their labels and their quarter of an hour."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], int] = {}  # numbers of sets, by what calls have
        self._sets: list[Key] = []  # by number, with no quarter; one may stand there twice
        # Of each call: number of labels and quarter, time (0: not known), usage.
        self._rows: list[tuple[int, float, Mapping[str, int]]] = []
        self._cells: dict[int, Cell] = {}  # by row: of a call that has more, or of many calls

    def number(self, call: Call, rates: Rates) -> int:
        """Return the number of the labels of a call. `rates`: one object for equal ones."""
        alike = (_labels_of(call), id(rates))
        number = self._known.get(alike)
        if number is None:
            number = self._known[alike] = len(self._sets)
            self._sets.append(_labels(key_of(call, rates, None)))
        return number

    def take(self, call: Call, number: int, card: Card, *, priced: bool, reported: bool) -> None:
        """Add a call by the number of its labels. `priced`, `reported`: see `Cell.take`."""
        at, usage = call.at, call.usage
        if usage is None or card.per_call or rare_of(call) != PLAIN:
            cell = self._cells[len(self._rows)] = Cell()
            cell.take(call, card, priced=priced, reported=reported)
            usage = cell.usage
        row = number << _SHIFT if at is None else (number << _SHIFT) + int(at) // QUARTER + 1
        place = _place(call.turn_number, call.step, call.substep)
        self._rows.append((row << _PLACES | place, at or 0.0, usage))

    def absorb(self, cells: Mapping[Key, Cell]) -> None:
        """Add the cells of a profile."""
        numbers: dict[Key, int] = {}
        for key, cell in cells.items():
            labels = _labels(key)
            number = numbers.get(labels)
            if number is None:
                number = numbers[labels] = len(self._sets)
                self._sets.append(labels)
            quarter = 0 if key.quarter is None else key.quarter + 1
            self._cells[len(self._rows)] = cell
            row = (number << _SHIFT | quarter) << _PLACES
            row |= _place(key.turn_number, key.step, key.substep)
            self._rows.append((row, cell.first or 0.0, cell.usage))

    @property
    def in_order(self) -> Ordered:
        """The cells in order. The same calls, added in any order, give the same."""
        labels, places = _labels_in_order(self._sets)
        numbers, times, usages = zip(*self._rows, strict=True) if self._rows else ((), (), ())
        rows = [places[row >> _LABELS] << _LABELS | row & _BELOW for row in numbers]
        order = sorted(range(len(rows)), key=rows.__getitem__)
        rows = [rows[at] for at in order]
        # A cell is a run of equal rows; few have more than one.
        pairs = list(zip(rows, chain((-1,), rows), strict=False))
        begins = [at for at, (row, before) in enumerate(pairs) if row != before]
        others = [at for at, (row, before) in enumerate(pairs) if row == before]
        firsts = [order[at] for at in begins]
        first_times = [times[at] for at in firsts]
        ordered = Ordered(
            len(labels["rates"].numbers) if labels else 0,
            labels,
            [rows[at] >> _LABELS for at in begins],
            [rows[at] >> _PLACES & _MASK for at in begins],
            *_columns_of_places([rows[at] for at in begins]),
            [1] * len(begins),
            first_times,
            list(first_times),
            _usage_columns([usages[at] for at in firsts]),
            {},
        )
        if self._cells:
            for place, at in enumerate(firsts):
                if (cell := self._cells.get(at)) is not None:
                    ordered.calls[place] = cell.calls
                    ordered.lasts[place] = cell.last or 0.0
                    ordered.add_sums(place, cell)
        for number, at in enumerate(others):
            row = order[at]
            ordered.add(at - number - 1, times[row], usages[row], self._cells.get(row))
        return ordered


def _labels(key: Key) -> Key:
    """Return a key with no time and no place in its session."""
    return key._replace(quarter=None, turn_number=None, step=None, substep=None)


def _place(turn: int | None, step: int | None, substep: int | None) -> int:
    return ((turn or 0) << _PLACE | (step or 0)) << _PLACE | (substep or 0)


def _columns_of_places(rows: Sequence[int]) -> tuple[list[int], list[int], list[int]]:
    return (
        [row >> 2 * _PLACE & _PLACE_MASK for row in rows],
        [row >> _PLACE & _PLACE_MASK for row in rows],
        [row & _PLACE_MASK for row in rows],
    )


def _usage_columns(usages: Sequence[Mapping[str, int]]) -> dict[str, list[int]]:
    """Return counts by unit, plus 1; 0 where there is none. Each usage is looked at once."""
    groups: dict[tuple[str, ...], tuple[list[int], list[int]]] = {}
    for place, usage in enumerate(usages):
        units = tuple(usage)
        group = groups.get(units)
        if group is None:
            group = groups[units] = ([], [])
        group[0].append(place)
        group[1].extend(usage.values())
    columns: dict[str, list[int]] = {}
    for units, (places, counts) in groups.items():
        for offset, unit in enumerate(units):
            column = columns.get(unit)
            if column is None:
                column = columns[unit] = [0] * len(usages)
            for place, count in zip(places, counts[offset :: len(units)], strict=True):
                column[place] = count + 1
    return columns


def _labels_in_order(sets: Sequence[Key]) -> tuple[dict[str, Coded], list[int]]:
    """Return the columns of sets of labels, each set once, and the row of each in them."""
    columns: dict[str, Coded] = {}
    for field, column in zip(Key._fields, zip(*sets, strict=True), strict=bool(sets)):
        values = sorted(set(column), key=_rank)
        if len(values) == 1:
            columns[field] = Coded(values, [0] * len(column))
        else:
            ranks = {value: rank for rank, value in enumerate(values)}
            columns[field] = Coded(values, [ranks[value] for value in column])
    varied = [column.numbers for column in columns.values() if len(column.values) > 1]
    ranks_of = list(zip(*varied, strict=True)) if varied else [()] * len(sets)
    order = sorted(range(len(sets)), key=ranks_of.__getitem__)
    places = [0] * len(sets)
    firsts: list[int] = []  # of each row: the first set of labels that it holds
    for at in order:
        if not firsts or ranks_of[at] != ranks_of[firsts[-1]]:
            firsts.append(at)
        places[at] = len(firsts) - 1
    return {
        field: Coded(
            values, [numbers[at] for at in firsts] if len(values) > 1 else [0] * len(firsts)
        )
        for field, (values, numbers) in columns.items()
    }, places


def _rank(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)
