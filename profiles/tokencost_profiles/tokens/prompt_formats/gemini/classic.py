"""What Gemini counts of functions up to 2.0, and on Vertex: their names and texts, no punctuation.

Each text of a declaration counts by itself: names, descriptions, titles, types (one token),
required names and choices. So does each text in what is sent to and returned by a function.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.content import Tool, ToolCall
from tokencost_profiles.providers.bodies.blocks import as_list, as_mapping, string
from tokencost_profiles.tokens.prompt_formats.gemini.response_schema import response_schema

_DEEPEST: Final = 32
_TEXTS: Final = ("description", "title", "format", "pattern", "ref", "$ref")
_MAPS: Final = ("properties", "defs", "$defs")
_LISTS: Final = ("required", "enum", "property_ordering", "propertyOrdering")
_OPTIONS: Final = ("anyOf", "any_of")
_VALUES: Final = ("default", "example")
_LIMITS: Final = (
    *("minimum", "maximum"),
    *("minLength", "maxLength", "min_length", "max_length"),
    *("minItems", "maxItems", "min_items", "max_items"),
    *("minProperties", "maxProperties", "min_properties", "max_properties"),
)
_NO_WORDS: Final = frozenset({"additionalProperties", "additional_properties", "$schema"})


def declaration(tool: Tool, keys: bool = False, limits: bool = True) -> Iterator[str]:
    """Yield the texts of a function. A schema that is sent as JSON Schema is not counted.

    `keys`: the words of the schema itself count as well, and those of a JSON Schema. `limits`: the
    numbers of its limits count, too.
    """
    yield tool.name
    yield tool.description
    raw = tool.raw or {}
    if keys:
        yield from leaves(_filled(tool.parameters or {}))
        yield from leaves(_filled(response_schema(raw)))
        return
    if "parametersJsonSchema" not in raw and "parameters_json_schema" not in raw:
        yield from schema(tool.parameters or {}, limits)
    yield from schema(as_mapping(raw.get("response")), limits)


def _filled(node: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema less what is empty and what only JSON Schema has."""
    return {
        name: value
        for name, value in node.items()
        if value not in ([], {}, None) and name not in _NO_WORDS
    }


def schema(node: Mapping[str, Any], limits: bool = True, depth: int = 0) -> Iterator[str]:
    """Yield the texts of a schema. `limits`: the numbers of its limits count as well."""
    if not node or depth > _DEEPEST:
        return
    if node.get("type") is not None:
        yield "STRING"  # every type is one token
    if node.get("nullable") is True:
        yield "true"
    for key in _TEXTS:
        yield string(node.get(key))
    for key in _LISTS:
        yield from map(str, as_list(node.get(key)))
    for key in _VALUES:
        yield from leaves(node.get(key))
    for key in _LIMITS if limits else ():
        yield from leaves(node.get(key))
    for key in _MAPS:
        for name, value in as_mapping(node.get(key)).items():
            yield str(name)
            yield from schema(as_mapping(value), limits, depth + 1)
    yield from schema(as_mapping(node.get("items")), limits, depth + 1)
    for key in _OPTIONS:
        for one in as_list(node.get(key)):
            yield from schema(as_mapping(one), limits, depth + 1)


def arguments(block: ToolCall) -> Iterator[str]:
    """Yield the texts of a call."""
    yield block.name
    values = block.arguments
    if isinstance(values, str):
        with contextlib.suppress(msgspec.DecodeError, RecursionError):
            values = msgspec.json.decode(values)
    yield from leaves(values)


def leaves(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the names and texts of any JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping) and depth < _DEEPEST:
        for name, inner in value.items():
            yield str(name)
            yield from leaves(inner, depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        for inner in value:
            yield from leaves(inner, depth + 1)
    elif value is not None:
        yield msgspec.json.encode(value).decode()
