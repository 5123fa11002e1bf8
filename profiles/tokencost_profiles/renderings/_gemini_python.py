"""Function declarations as Gemini 2.5 reads them: Python signatures, a dataclass for an object.

    def lookup(
        city: str,
    ) -> dict:
      \"\"\"Look up a city.

      Args:
        city: The name of the city
      \"\"\"

Calls are sent back as Python too, results as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from tokencost_profiles.requests._blocks import listed, mapping, string
from tokencost_profiles.requests.base import ToolCall, ToolResult

_TYPES: Final = {
    "string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None",
    "object": "dict", "array": "list",
}  # fmt: skip
_DEEPEST: Final = 24
_MOST_CLASSES: Final = 400  # a schema that refers to itself is written out again and again
_WORD: Final = re.compile(r"[^0-9A-Za-z]+")
_INDENT: Final = "  "


@lru_cache(maxsize=1024)
def declaration(name: str, description: str, schema: bytes) -> str:
    """Return a function as Gemini 2.5 reads it. `schema` is JSON."""
    parameters = mapping(msgspec.json.decode(schema))
    writer = _Writer(mapping(parameters.get("$defs", parameters.get("definitions"))))
    fields = list(writer.fields(parameters, _camel(name), 0))
    given = "".join(f"    {field}: {kind},\n" for field, kind, _ in fields)
    said = "".join(f"    {field}: {text}\n" for field, _, text in fields)
    return (
        f"{''.join(writer.classes)}def {name}(\n{given}) -> dict:\n"
        f'  """{description}\n\n  Args:\n{said}  """\n'
    )


class _Writer:
    """Writes the types of fields, and the dataclasses that they need."""

    def __init__(self, defined: Mapping[str, Any]) -> None:
        self.classes: list[str] = []
        self._defined = defined

    def fields(self, node: Mapping[str, Any], owner: str, depth: int) -> Iterator[tuple[str, ...]]:
        """Yield (name, type, description) of the properties of an object."""
        required = listed(node.get("required"))
        for field, value in mapping(node.get("properties")).items():
            inner = self._resolved(mapping(value))
            kind = self._type(inner, owner + _camel(field), depth + 1)
            if field not in required:
                kind += " | None = None"
            yield field, kind, string(mapping(value).get("description")) or string(
                inner.get("description")
            )

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        name = string(node.get("$ref", node.get("ref"))).rpartition("/")[2]
        return mapping(self._defined.get(name)) if name else node

    def _type(self, node: Mapping[str, Any], name: str, depth: int) -> str:
        kind = node.get("type")
        word = _TYPES.get(kind.casefold(), "Any") if isinstance(kind, str) else "Any"
        choices = listed(node.get("enum"))
        if choices:
            return f"Literal[{', '.join(map(repr, choices))}]"
        if depth > _DEEPEST:
            return word
        options = listed(node.get("anyOf", node.get("any_of")))
        if options:
            found = [self._type(self._resolved(mapping(one)), name, depth + 1) for one in options]
            return " | ".join(found)
        if word == "list":
            inner = self._resolved(mapping(node.get("items")))
            return f"list[{self._type(inner, name, depth + 1)}]" if inner else word
        if word == "dict" and mapping(node.get("properties")):
            return self._dataclass(node, name, depth)
        return word

    def _dataclass(self, node: Mapping[str, Any], name: str, depth: int) -> str:
        if len(self.classes) >= _MOST_CLASSES:
            return "dict"
        fields = list(self.fields(node, name, depth))
        said = "".join(f"    {field}: {text}\n" for field, _, text in fields)
        given = "".join(f"  {field}: {kind}\n" for field, kind, _ in fields)
        self.classes.append(
            f"@dataclasses.dataclass(kw_only=True)\nclass {name}:\n"
            f'  """{string(node.get("description"))}\n\n  Attributes:\n{said}  """\n{given}'
        )
        return name


def _camel(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in _WORD.split(name))


def call(piece: ToolCall) -> str:
    """Return a call that is sent back."""
    given = piece.arguments
    if isinstance(given, str):
        try:
            given = msgspec.json.decode(given)
        except msgspec.DecodeError:
            return f"print(default_api.{piece.name}({given}))"
    pairs = mapping(given).items()
    inside = ", ".join(f"{name} = {loose_json(value)}" for name, value in pairs)
    return f"print(default_api.{piece.name}({inside}))"


def result(piece: ToolResult, value: Any) -> str:
    """Return what a tool gave back."""
    return loose_json({f"{piece.name or ''}_response": value})


def loose_json(value: Any) -> str:
    """Write a value as JSON with a space behind each colon."""
    return "".join(_json(value, 0))


def _json(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST or not isinstance(value, (Mapping, list)):
        yield msgspec.json.encode(value).decode()
    elif isinstance(value, Mapping):
        comma = "{"
        for name, inner in value.items():
            yield f"{comma}{msgspec.json.encode(str(name)).decode()}: "
            yield from _json(inner, depth + 1)
            comma = ","
        yield "}" if value else "{}"
    else:
        comma = "["
        for inner in value:
            yield comma
            yield from _json(inner, depth + 1)
            comma = ","
        yield "]" if value else "[]"
