"""The labels of a saved profile: sets of them, each once, as columns of numbers of values.

A cell names its set by its row. Columns that are not known are passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import ABSURD_COUNT
from tokencost_profiles.costs.cell_table import Coded, Ordered
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.costs.saved_columns import Column, clean, integers

MOST_CELLS: Final = (
    10_000_000  # cells or sets of labels; each takes a kilobyte of memory, once it is read
)

# Columns of labels, each with the field of a key that it holds.
_TEXTS: Final = {
    "provider": "provider",
    "model": "model",
    "logged_model": "name",
    "rates": "rates",
    "tier": "tier",
    "api": "api",
    "session": "session",
    "project": "project",
    "user": "user",
    "team": "team",
    "environment": "environment",
    "branch": "branch",
    "agent": "agent",
    "format": "reader",
    "file": "file",
    "scope": "scope",
    "status": "status",
    "source": "source",
    "reason": "reason",
    "root": "root",
    "thread": "thread",
}
_LISTS: Final = ("tools", "notes")
_PAIRS: Final = ("tags",)
_INTEGERS: Final = ("band",)
_BLANK: Final = Key()
_NO_LABELS: Final = Coded([], [])
_NEVER_NONE: Final = ("rates", "reader", "file", "scope", "status", "source")


class TextColumn(msgspec.Struct, array_like=True):
    """Texts: those that occur, and the number of each row's from 0 on."""

    values: list[str | None]
    numbers: Column


class ListColumn(msgspec.Struct, array_like=True):
    """Lists of texts, coded alike."""

    values: list[list[str]]
    numbers: Column


class PairsColumn(msgspec.Struct, array_like=True):
    """Lists of pairs (a key and its value), coded alike."""

    values: list[list[tuple[str, str]]]
    numbers: Column


class IntegerColumn(msgspec.Struct, array_like=True):
    """Integers, coded alike."""

    values: list[Annotated[int, msgspec.Meta(ge=0, lt=ABSURD_COUNT)]]
    numbers: Column


class SavedLabels(msgspec.Struct):
    """Sets of labels, a row each. A label that has no column is as usual everywhere."""

    count: int
    texts: dict[str, TextColumn]
    lists: dict[str, ListColumn]
    pairs: dict[str, PairsColumn]
    integers: dict[str, IntegerColumn]


def labels_of(ordered: Ordered) -> SavedLabels:
    """Return sets of labels as columns."""
    saved = SavedLabels(ordered.sets, {}, {}, {}, {})
    for column, field in _TEXTS.items():
        coded = ordered.labels.get(field, _NO_LABELS)
        if coded.values != [getattr(_BLANK, field)]:
            texts = [None if value is None else clean(value) for value in coded.values]
            saved.texts[column] = TextColumn(texts, integers(coded.numbers))
    for field in _LISTS:
        coded = ordered.labels.get(field, _NO_LABELS)
        if coded.values != [()]:
            lists = [list(map(clean, value)) for value in coded.values]
            saved.lists[field] = ListColumn(lists, integers(coded.numbers))
    for field in _PAIRS:
        coded = ordered.labels.get(field, _NO_LABELS)
        if coded.values != [()]:
            pairs = [[(clean(name), clean(text)) for name, text in tags] for tags in coded.values]
            saved.pairs[field] = PairsColumn(pairs, integers(coded.numbers))
    for field in _INTEGERS:
        coded = ordered.labels.get(field, _NO_LABELS)
        saved.integers[field] = IntegerColumn(coded.values, integers(coded.numbers))
    return saved


def keys_of(saved: SavedLabels) -> list[Key]:
    """Return sets of labels as keys. Columns that are not known are passed over."""
    count = saved.count
    if not 0 <= count <= MOST_CELLS:
        raise InputError(f"labels: {count:,} sets")
    fields: dict[str, Sequence[Any]] = {}
    for column, field in _TEXTS.items():
        if column in saved.texts:
            texts = saved.texts[column]
            fields[field] = _decoded(texts.values, texts.numbers, count, column)
    for field in _LISTS:
        if field in saved.lists:
            lists = saved.lists[field]
            fields[field] = _decoded(list(map(tuple, lists.values)), lists.numbers, count, field)
    for field in _PAIRS:
        if field in saved.pairs:
            pairs = saved.pairs[field]
            tags = [tuple(sorted(value)) for value in pairs.values]
            fields[field] = _decoded(tags, pairs.numbers, count, field)
    for field in _INTEGERS:
        if field in saved.integers:
            numbers = saved.integers[field]
            fields[field] = _decoded(numbers.values, numbers.numbers, count, field)
    for field in _NEVER_NONE:
        if None in fields.get(field, ()):
            raise InputError(f"labels.{field}: a set has none")
    columns = [fields.get(field) or [getattr(_BLANK, field)] * count for field in Key._fields]
    return [Key._make(values) for values in zip(*columns, strict=True)]


def _decoded(values: Sequence[Any], numbers: Column, count: int, place: str) -> list[Any]:
    places = numbers.integers(count, f"labels.{place}", len(values))
    return [values[number] for number in places]
