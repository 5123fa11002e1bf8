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

_DEEPEST: Final = 32
_TEXTS: Final = ("description", "title", "format", "pattern")
_LISTS: Final = ("required", "enum", "property_ordering", "propertyOrdering")
_OPTIONS: Final = ("anyOf", "any_of")


def declaration(tool: Tool, keys: bool = False) -> Iterator[str]:
    """Yield the texts of a function. A schema that is sent as JSON Schema is not counted.

    `keys`: the words of the schema itself count as well.
    """
    yield tool.name
    yield tool.description
    raw = tool.raw or {}
    if "parametersJsonSchema" not in raw and "parameters_json_schema" not in raw:
        parameters = tool.parameters or {}
        filled = {name: value for name, value in parameters.items() if value not in ([], {}, None)}
        yield from leaves(filled) if keys else schema(parameters)


def schema(node: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Yield the texts of a schema."""
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
    if node.get("default") is not None:
        yield from leaves(node["default"])
    for name, value in as_mapping(node.get("properties")).items():
        yield str(name)
        yield from schema(as_mapping(value), depth + 1)
    yield from schema(as_mapping(node.get("items")), depth + 1)
    for key in _OPTIONS:
        for one in as_list(node.get(key)):
            yield from schema(as_mapping(one), depth + 1)


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
