"""`CellTable`: cells with all their labels, in two steps, so that adding a call is cheap.

Most labels of neighbouring calls are the same. A set of labels is kept once and has a number; a
cell is known by this number and its quarter of an hour.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Final

from tokencost_pricing.cost import Card
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.cell import Cell, billed_usage
from tokencost_profiles.costs.cell_key import Rates, key_of
from tokencost_profiles.costs.dimensions import QUARTER, Key

# Quarters of an hour since 1970 have 24 bits until the year 2448; 0 is: no time is known.
_SHIFT: Final = 24
_MASK: Final = (1 << _SHIFT) - 1
# Everything of a call that its labels come from.
_labels_of: Final = attrgetter(
    "model",
    "service_tier",
    "batch",
    "speed",
    "api",
    "session",
    "project",
    "user",
    "team",
    "environment",
    "branch",
    "agent",
    "tools",
    "tags",
    "reader",
    "file",
    "scope",
    "status",
    "usage_source",
    "warnings",
)


class CellTable:
    """Cells by their labels and their quarter of an hour."""

    def __init__(self) -> None:
        self._numbers: dict[Key, int] = {}  # of sets of labels: keys with no quarter
        self._known: dict[tuple[Any, ...], int] = {}  # the same, by what calls have
        self._cells: dict[int, Cell] = {}

    def take(self, call: Call, rates: Rates, card: Card, *, reported: bool) -> None:
        """Add a call. `reported`: the cost that its log states is no part of its session's."""
        alike = (_labels_of(call), rates)
        number = self._known.get(alike)
        if number is None:
            number = self._known[alike] = self._number(key_of(call, rates)._replace(quarter=None))
        at = call.at
        place = number << _SHIFT | (0 if at is None else int(at // QUARTER) + 1)
        priced = rates.reason is None and call.usage is not None
        cell = self._cells.get(place)
        if cell is not None:
            cell.take(call, card, priced=priced, reported=reported)
            return
        usage = billed_usage(call, card)
        if usage is None or call.cost is not None or call.latency is not None:
            cell = self._cells[place] = Cell()
            cell.take(call, card, priced=priced, reported=reported)
            return
        self._cells[place] = Cell(1, dict(usage), first=at, last=at, error=call.error)

    def add(self, key: Key, cell: Cell) -> None:
        """Add a cell of a profile."""
        quarter = 0 if key.quarter is None else key.quarter + 1
        place = self._number(key._replace(quarter=None)) << _SHIFT | quarter
        self._cells.setdefault(place, Cell()).add(cell)

    def _number(self, labels: Key) -> int:
        return self._numbers.setdefault(labels, len(self._numbers))
