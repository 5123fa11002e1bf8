"""`Span`: one span or event, in one form, and helpers for the values in its attributes."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from tokencost_profiles.logs.spans.names import Names
from tokencost_profiles.providers.usage_fields.usage_format import first_count, text

_DEEPEST: Final = 6
_DIGITS: Final = frozenset("0123456789abcdef")
_ID_BYTES: Final = (8, 16)


class Span(NamedTuple):
    """A span, or the event of a call. Attributes are flat; ids are lower-case hex."""

    name: str
    trace: str | None
    span: str | None
    parent: str | None
    start: float | None  # UTC seconds
    end: float | None
    attributes: Mapping[str, Any]
    resource: Mapping[str, Any]
    events: tuple[tuple[str, float | None, Mapping[str, Any]], ...] = ()
    scope: str = ""  # name of the instrumentation
    failed: bool = False
    is_event: bool = False  # a log record: it has no place in a tree


def parse_json(value: Any) -> Any:
    """Return the value of a JSON text; anything else as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "[", '"'):
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return value
    return value


def json_mapping(value: Any) -> Mapping[str, Any]:
    """Return an object, also one that is written as JSON text; an empty one for anything else."""
    parsed = parse_json(value)
    return parsed if isinstance(parsed, Mapping) else {}


def flatten_attributes(attributes: Any) -> dict[str, Any]:
    """Return attributes with dotted names, whether they were nested or dotted already.

    A nested object also remains under its name.
    """
    if not isinstance(attributes, dict):
        return {}
    if not any(type(value) is dict for value in attributes.values()):
        return attributes
    flattened: dict[str, Any] = {}
    _flatten(attributes, "", flattened, 0)
    return flattened


def _flatten(value: Mapping[str, Any], above: str, flattened: dict[str, Any], depth: int) -> None:
    for key, inside in value.items():
        name = f"{above}{key}"
        flattened[name] = inside
        if isinstance(inside, Mapping) and depth < _DEEPEST:
            _flatten(inside, f"{name}.", flattened, depth + 1)


def id_of(value: Any) -> str | None:
    """Return an id in one form: hex, as exporters that write bytes as base64 mean it, too."""
    written = text(value) or (str(value) if type(value) is int and value > 0 else None)
    if written is None:
        return None
    written = written.strip()
    digits = written.lower().removeprefix("0x")
    if digits and set(digits) <= _DIGITS:
        return digits if digits.strip("0") else None
    if written.endswith("="):
        try:
            decoded = base64.b64decode(written, validate=True)
        except (binascii.Error, ValueError):
            return written
        if len(decoded) in _ID_BYTES:
            return decoded.hex() if any(decoded) else None
    return written or None


def any_text(source: Mapping[str, Any], *keys: str) -> str | None:
    """Return the first text (or integer, as text) under any of the keys."""
    for key in keys:
        value = source.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if type(value) is int:
            return str(value)
    return None


def text_in(source: Mapping[str, Any], names: Names) -> str | None:
    """Return the first text (or integer, as text) under any of the names."""
    return None if source.keys().isdisjoint(names.known) else any_text(source, *names)


def number_in(source: Mapping[str, Any], names: Names) -> int | None:
    """Return the first count under any of the names."""
    return None if source.keys().isdisjoint(names.known) else first_count(source, *names)


def seconds(value: Any) -> float | None:
    """Return a duration that is a number, or text of one, if it is one and not negative."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value) if isinstance(value, (int, float, str)) else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and 0 <= number < 1e9 else None
