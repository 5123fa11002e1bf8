"""The sums of a saved profile's cells, as columns.

Amounts are numbers into a list that stands beside the columns. Cells stand in the order of their
labels and quarters, so that the same cells give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from tokencost_pricing.errors import InputError
from tokencost_pricing.money import is_plausible, plain
from tokencost_pricing.units import UNITS
from tokencost_profiles.calls.call import ABSURD_COUNT
from tokencost_profiles.costs.cell import Cell
from tokencost_profiles.costs.cell_table import Ordered
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.costs.saved_columns import Column, floats, integers
from tokencost_profiles.costs.saved_labels import MOST_CELLS

_PLACES: Final = ("turn", "step", "substep")
_MOST_PLACES: Final = 1 << 32
_LAST: Final = 4_102_444_800  # seconds since 1970: the year 2100
_QUARTERS: Final = 4_600_000  # quarters of an hour: the year 2101

# Sums that most cells have none of: their columns are left out where all values are 0.
_COUNTS: Final = (
    "without_usage",
    "reported_calls",
    "charged_calls",
    "latency_calls",
    "first_token_calls",
)
_DURATIONS: Final = ("latency", "first_token")
_TOKENS: Final = ("latency_output",)
_MONEY: Final = ("reported", "charged")


class SavedCells(msgspec.Struct):
    """The sums of cells.

    `columns`: `labels` (the place of a set), `quarter` (of an hour since 1970, plus 1; 0: no time
    is known), `calls`, `first`, `last` (UTC seconds; 0: not known), `turn`, `step` and `substep`
    (from 1; 0: not known; left out where no cell has any), and the other sums of a cell.
    """

    count: int
    columns: dict[str, Column]
    usage: dict[str, Column]  # by unit: the count plus 1; 0: none is known
    amounts: list[str]  # US dollars; the columns of money hold their numbers from 1 on


def cells_of(ordered: Ordered) -> SavedCells:
    """Return the sums of cells as columns."""
    count, sums = len(ordered.calls), ordered.sums
    columns = {
        "labels": integers(ordered.places),
        "quarter": integers(ordered.quarters),
        "calls": integers(ordered.calls),
        "first": floats(ordered.firsts),
        "last": floats(ordered.lasts),
    }
    in_sessions = (ordered.turns, ordered.steps, ordered.substeps)
    for name, places in zip(_PLACES, in_sessions, strict=True):
        if any(places):
            columns[name] = integers(places)
    for name in (*_COUNTS, *_DURATIONS, *_TOKENS):
        if values := _sparse(count, {row: getattr(cell, name) for row, cell in sums.items()}):
            columns[name] = integers(values)
    if values := _sparse(count, {row: cell.error for row, cell in sums.items()}):
        columns["error"] = floats(values)
    amounts: dict[str, int] = {}
    for name in _MONEY:
        texts = {row: getattr(cell, name) for row, cell in sums.items()}
        numbers = {
            row: amounts.setdefault(plain(value), len(amounts) + 1)
            for row, value in texts.items()
            if value is not None
        }
        if values := _sparse(count, numbers):
            columns[name] = integers(values)
    usage = {unit: integers(ordered.usage[unit]) for unit in UNITS if unit in ordered.usage}
    return SavedCells(count, columns, usage, list(amounts))


def _sparse(count: int, values: Mapping[int, Any]) -> list[Any]:
    """Return a column that is 0 but for few rows; an empty one where it is 0 everywhere."""
    if not any(values.values()):
        return []
    column = [0] * count
    for row, value in values.items():
        column[row] = value
    return column


def read_cells(saved: SavedCells, keys: Sequence[Key]) -> Iterator[tuple[Key, Cell]]:
    """Yield each cell with its key. Raise `InputError` for what no cell can hold."""
    count = saved.count
    if not 0 <= count <= MOST_CELLS:
        raise InputError(f"cells: {count:,} of them")
    for name in ("labels", "quarter", "calls", "first", "last"):
        if name not in saved.columns:
            raise InputError(f"cells: no column of {name}")
    places = saved.columns["labels"].integers(count, "cells.labels", len(keys))
    quarters = saved.columns["quarter"].integers(count, "cells.quarter", _QUARTERS)
    calls = saved.columns["calls"].integers(count, "cells.calls", ABSURD_COUNT)
    fields: dict[str, Sequence[Any]] = {"calls": calls}
    for name in ("first", "last"):
        fields[name] = _times(saved.columns[name].floats(count, f"cells.{name}"), name)
    fields |= _sums(saved, calls)
    fields["usage"] = _usages(saved, calls)
    names = [name for name in Cell.__struct_fields__ if name in fields]
    rows = zip(*(fields[name] for name in names), strict=True)
    in_sessions = _places(saved)
    for place, quarter, (turn, step, substep), row in zip(
        places, quarters, in_sessions, rows, strict=True
    ):
        key = keys[place]
        if quarter or turn or step or substep:
            key = key._replace(
                quarter=quarter - 1 if quarter else None,
                turn_number=turn or None,
                step=step or None,
                substep=substep or None,
            )
        yield key, Cell(**dict(zip(names, row, strict=True)))


def _places(saved: SavedCells) -> Iterator[tuple[int, ...]]:
    """Return turn, step and substep of each cell."""
    columns: list[Sequence[int]] = []
    for name in _PLACES:
        column = saved.columns.get(name)
        if column is None:
            columns.append([0] * saved.count)
        else:
            columns.append(column.integers(saved.count, f"cells.{name}", _MOST_PLACES))
    return zip(*columns, strict=True)


def _times(values: Sequence[float], name: str) -> list[float | None]:
    if not all(0 <= value <= _LAST for value in values):
        raise InputError(f"cells.{name}: no time of a call")
    return [value or None for value in values]


def _sums(saved: SavedCells, calls: Sequence[int]) -> dict[str, Sequence[Any]]:
    """Return the sums that are there, by the name of their field."""
    count = saved.count
    fields: dict[str, Sequence[Any]] = {}
    readers: dict[str, Callable[[Column, str], Sequence[Any]]] = {
        **dict.fromkeys(_COUNTS, lambda column, place: _counts(column, place, calls)),
        **dict.fromkeys(_DURATIONS, lambda column, place: column.signed(count, place)),
        **dict.fromkeys(_TOKENS, lambda column, place: column.integers(count, place)),
        "error": lambda column, place: _errors(column.floats(count, place), place),
    }
    amounts = _amounts(saved.amounts)
    for name in _MONEY:
        readers[name] = lambda column, place: [
            amounts[number] for number in column.integers(count, place, len(amounts))
        ]
    for name, read in readers.items():
        if name in saved.columns:
            fields[name] = read(saved.columns[name], f"cells.{name}")
    return fields


def _counts(column: Column, place: str, calls: Sequence[int]) -> Sequence[int]:
    values = column.integers(len(calls), place)
    if any(value > number for value, number in zip(values, calls, strict=True)):
        raise InputError(f"{place}: more calls of a kind than calls")
    return values


def _errors(values: Sequence[float], place: str) -> Sequence[float]:
    if not all(0 <= value < float("inf") for value in values):
        raise InputError(f"{place}: no relative error")
    return values


def _amounts(texts: Sequence[str]) -> list[Decimal | None]:
    """Return amounts of money by their numbers; number 0 is None."""
    amounts: list[Decimal | None] = [None]
    for text in texts:
        try:
            amount = Decimal(text)
        except InvalidOperation:
            raise InputError(f"cells.amounts: '{text[:40]}' is no amount") from None
        if not is_plausible(amount):
            raise InputError(f"cells.amounts: '{text[:40]}' is no amount")
        amounts.append(amount)
    return amounts


def _usages(saved: SavedCells, calls: Sequence[int]) -> list[dict[str, int]]:
    """Return the usage of each cell. Raise `InputError` for a unit that is not known."""
    usages: list[dict[str, int]] = [{} for _ in calls]
    for unit, column in saved.usage.items():
        if unit not in UNITS:
            raise InputError(f"cells.usage: unknown unit '{unit[:40]}'")
        values = column.integers(saved.count, f"cells.usage.{unit}")
        for usage, value, number in zip(usages, values, calls, strict=True):
            if value:
                if value > number * ABSURD_COUNT + 1:
                    raise InputError(f"cells.usage.{unit}: {value - 1:,} in {number:,} calls")
                usage[unit] = value - 1
    return usages
