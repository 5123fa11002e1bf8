"""A small language for the shape of a YAML document.

One description serves twice: `check` reads a document against it and reports the first mistake with
file, line and "did you mean"; `json_schema` turns it into a JSON Schema for editors. No third-party
validator gives line numbers, and the language needs eight words.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from tokencost_pricing.errors import did_you_mean
from tokencost_pricing.yaml_loader import Document, Place

MONEY_PATTERN: Final = r"(0|[1-9][0-9]{0,5})(\.[0-9]{1,12})?"


class Shape(ABC):
    """What one value may be."""

    @abstractmethod
    def check(self, value: Any, place: Place, document: Document) -> None:
        """Raise `TableError` at `place` unless the value fits."""

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """Return the same rule as JSON Schema (draft 2020-12)."""


class Scalar(Shape):
    """A single value that passes a test; `says` completes "must be ..."."""

    def __init__(self, says: str, test: Callable[[Any], bool], schema: dict[str, Any]) -> None:
        self._says, self._test, self._schema = says, test, schema

    def check(self, value: Any, place: Place, document: Document) -> None:
        if not self._test(value):
            raise document.error(place, f"{value!r} must be {self._says}")

    def json_schema(self) -> dict[str, Any]:
        return dict(self._schema)


class OneOf(Shape):
    """One of a few words."""

    def __init__(self, *words: str) -> None:
        self._words = words

    def check(self, value: Any, place: Place, document: Document) -> None:
        if value not in self._words:
            hint = did_you_mean(str(value), self._words)
            raise document.error(place, f"{value!r} is not one of {', '.join(self._words)}{hint}")

    def json_schema(self) -> dict[str, Any]:
        return {"enum": list(self._words)}


class ListOf(Shape):
    """A list whose every item has one shape."""

    def __init__(self, item: Shape, *, at_least: int = 0) -> None:
        self._item, self._at_least = item, at_least

    def check(self, value: Any, place: Place, document: Document) -> None:
        if not isinstance(value, list):
            raise document.error(place, "must be a list")
        if len(value) < self._at_least:
            raise document.error(place, f"needs at least {self._at_least} entries")
        for position, item in enumerate(value):
            self._item.check(item, (*place, position), document)

    def json_schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "array", "items": self._item.json_schema()}
        return schema | ({"minItems": self._at_least} if self._at_least else {})


class MapOf(Shape):
    """A mapping with free keys, or keys from a closed list, and values of one shape."""

    def __init__(self, value: Shape, *, keys: tuple[str, ...] | None = None) -> None:
        self._value, self._keys = value, keys

    def check(self, value: Any, place: Place, document: Document) -> None:
        if not isinstance(value, dict):
            raise document.error(place, "must be a mapping")
        for key, item in value.items():
            if self._keys is not None and key not in self._keys:
                hint = did_you_mean(key, self._keys)
                raise document.error((*place, key), f"unknown key '{key}'{hint}")
            self._value.check(item, (*place, key), document)

    def json_schema(self) -> dict[str, Any]:
        item = self._value.json_schema()
        if self._keys is None:
            return {"type": "object", "additionalProperties": item}
        return {
            "type": "object",
            "properties": dict.fromkeys(self._keys, item),
            "additionalProperties": False,
        }


class Record(Shape):
    """A mapping with known keys, each with a shape."""

    def __init__(self, fields: Mapping[str, Shape], *, required: tuple[str, ...] = ()) -> None:
        self._fields, self._required = fields, required

    def check(self, value: Any, place: Place, document: Document) -> None:
        if not isinstance(value, dict):
            raise document.error(place, "must be a mapping")
        for key, item in value.items():
            if key not in self._fields:
                hint = did_you_mean(key, self._fields)
                raise document.error((*place, key), f"unknown key '{key}'{hint}")
            self._fields[key].check(item, (*place, key), document)
        for key in self._required:
            if key not in value:
                raise document.error(place, f"the key '{key}' is missing")

    def json_schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {key: shape.json_schema() for key, shape in self._fields.items()},
            "required": list(self._required),
            "additionalProperties": False,
        }


class Either(Shape):
    """One of two shapes, by the type of the value."""

    def __init__(self, kind: type, if_kind: Shape, otherwise: Shape) -> None:
        self._kind, self._first, self._second = kind, if_kind, otherwise

    def check(self, value: Any, place: Place, document: Document) -> None:
        shape = self._first if isinstance(value, self._kind) else self._second
        shape.check(value, place, document)

    def json_schema(self) -> dict[str, Any]:
        return {"anyOf": [self._first.json_schema(), self._second.json_schema()]}


class Named(Shape):
    """A shape used in many places: written once in a JSON Schema, and referred to."""

    def __init__(self, name: str, shape: Shape) -> None:
        self.name, self._shape = name, shape

    def check(self, value: Any, place: Place, document: Document) -> None:
        self._shape.check(value, place, document)

    def json_schema(self) -> dict[str, Any]:
        return {"$ref": f"#/$defs/{self.name}"}

    def definition(self) -> dict[str, Any]:
        """Return the schema that the references point to."""
        return self._shape.json_schema()


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_moment(value: Any) -> bool:
    if _is_day(value):
        return True
    try:
        return (
            isinstance(value, str) and value.endswith("Z") and bool(datetime.fromisoformat(value))
        )
    except ValueError:
        return False


def _is_regex(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(re.compile(value))
    except re.error:
        return False


TEXT: Final = Scalar("text", lambda v: isinstance(v, str) and v != "", {"type": "string"})
FLAG: Final = Scalar("true or false", lambda v: isinstance(v, bool), {"type": "boolean"})
COUNT: Final = Scalar(
    "a whole number, not quoted",
    lambda v: type(v) is int and v >= 0,
    {"type": "integer", "minimum": 0},
)
MONEY: Final = Scalar(
    'a quoted decimal such as "2.5" (no exponent, no sign)',
    _matches(MONEY_PATTERN),
    {"type": "string", "pattern": f"^{MONEY_PATTERN}$"},
)
DAY: Final = Scalar(
    'a quoted day such as "2026-11-22"', _is_day, {"type": "string", "format": "date"}
)
MOMENT: Final = Scalar(
    'a quoted day, or a UTC moment such as "2026-08-16T16:00:00Z"',
    _is_moment,
    {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{8}Z)?$"},
)
REGEX: Final = Scalar("a regular expression", _is_regex, {"type": "string", "format": "regex"})
WINDOW: Final = Scalar(
    'a UTC window such as "16:30-00:30"',
    _matches(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d"),
    {"type": "string"},
)
OFFSET: Final = Scalar(
    'a UTC offset such as "+08:00"', _matches(r"[+-]\d\d:\d\d"), {"type": "string"}
)
