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

from tokencost_profiles.calls.content import ToolCall
from tokencost_profiles.providers.bodies.blocks import as_list, as_mapping, string

_TYPES: Final = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "object": "dict",
    "array": "list",
}
_NULL: Final = ("null", "NULL")
_DEEPEST: Final = 24
_MOST_CLASSES: Final = 400
_MOST_NODES: Final = 5000
_REPEATS: Final = 5  # a schema that refers to itself is written out so many times
_WORD: Final = re.compile(r"[^0-9A-Za-z]+")


@lru_cache(maxsize=1024)
def declaration(name: str, description: str, schema: bytes, response: bytes = b"{}") -> str:
    """Return a function as Gemini 2.5 reads it. `schema` is JSON, as is that of its answer."""
    root = as_mapping(msgspec.json.decode(schema))
    writer = _Writer(as_mapping(root.get("$defs", root.get("definitions"))))
    fields = list(writer.fields(root, _camel(name), 0))
    parameters = "".join(f"    {field}: {kind},\n" for field, kind, _ in fields)
    documented = "".join(f"    {field}: {text}\n" for field, _, text in fields)
    answer = writer.answer(as_mapping(msgspec.json.decode(response)), _camel(name))
    return (
        f"{''.join(writer.classes)}def {name}(\n{parameters}) -> {answer}:\n"
        f'  """{description}\n\n  Args:\n{documented}  """\n'
    )


class _Writer:
    """Writes the types of fields, and the dataclasses that they need."""

    def __init__(self, defined: Mapping[str, Any]) -> None:
        self.classes: list[str] = []
        self._defined = defined
        self._open: dict[str, int] = {}  # references that are being written out
        self._left = _MOST_NODES

    def fields(self, node: Mapping[str, Any], owner: str, depth: int) -> Iterator[tuple[str, ...]]:
        """Yield (name, type, description) of the properties of an object."""
        required = as_list(node.get("required"))
        for field, value in as_mapping(node.get("properties")).items():
            entry = as_mapping(value)
            kind = self._type(entry, owner + _camel(field), depth + 1)
            if field not in required:
                kind += f" | None = {_literal(entry.get('default'))}"
            text = string(entry.get("description")) or string(self._target(entry, "description"))
            yield field, kind, text

    def answer(self, node: Mapping[str, Any], owner: str) -> str:
        """Return the type of what a function gives back."""
        return self._type(node, f"{owner}Response", 1) if node else _TYPES["object"]

    def _target(self, node: Mapping[str, Any], key: str) -> Any:
        return as_mapping(self._defined.get(_reference(node))).get(key)

    def _type(self, node: Mapping[str, Any], name: str, depth: int) -> str:
        reference = _reference(node)
        if reference:
            return self._reference_type(reference, name, depth)
        choices = as_list(node.get("enum"))
        if choices:
            return f"Literal[{', '.join(map(_literal, choices))}]"
        kind = _not_null(node.get("type"))
        word = _TYPES.get(kind.casefold(), "Any") if isinstance(kind, str) else "Any"
        if depth > _DEEPEST:
            return word
        options = [as_mapping(one) for one in as_list(node.get("anyOf", node.get("any_of")))]
        # What may be null is nullable, which is not written.
        options = [one for one in options if one.get("type") not in _NULL] or options[:1]
        if options:
            return " | ".join(self._type(one, name, depth + 1) for one in options)
        items, values = as_mapping(node.get("items")), as_mapping(node.get("additionalProperties"))
        if word == "list" and items:
            return f"list[{self._type(items, name, depth + 1)}]"
        if word == "dict" and as_mapping(node.get("properties")):
            return self._dataclass(node, name, depth)
        if word == "dict" and values:
            return f"dict[str, {self._type(values, name, depth + 1)}]"
        return word

    def _reference_type(self, reference: str, name: str, depth: int) -> str:
        opened = self._open.get(reference, 0)
        self._left -= 1
        if opened >= _REPEATS or depth > _DEEPEST or self._left < 0:
            return name
        self._open[reference] = opened + 1
        kind = self._type(as_mapping(self._defined.get(reference)), name, depth)
        self._open[reference] = opened
        return kind

    def _dataclass(self, node: Mapping[str, Any], name: str, depth: int) -> str:
        if len(self.classes) >= _MOST_CLASSES:
            return name
        fields = list(self.fields(node, name, depth))
        documented = "".join(f"    {field}: {text}\n" for field, _, text in fields)
        attributes = "".join(f"  {field}: {kind}\n" for field, kind, _ in fields)
        self.classes.append(
            f"@dataclasses.dataclass(kw_only=True)\nclass {name}:\n"
            f'  """{string(node.get("description"))}\n\n'
            f'  Attributes:\n{documented}  """\n{attributes}'
        )
        return name


def _not_null(kind: Any) -> Any:
    """Return the type of a node, the first of several that is not null."""
    if not isinstance(kind, list):
        return kind
    return next((one for one in kind if one not in _NULL), "null")


def _reference(node: Mapping[str, Any]) -> str:
    return string(node.get("$ref", node.get("ref"))).rpartition("/")[2]


def _literal(value: Any) -> str:
    return repr(value) if isinstance(value, (str, int, float)) else "None"


def _camel(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in _WORD.split(name))


def call(block: ToolCall) -> str:
    """Return a call that is sent back."""
    arguments = block.arguments
    if isinstance(arguments, str):
        try:
            arguments = msgspec.json.decode(arguments)
        except (msgspec.DecodeError, RecursionError):
            return f"print(default_api.{block.name}({arguments}))"
    pairs = as_mapping(arguments).items()
    inside = ", ".join(f"{name} = {''.join(_argument(value, 0))}" for name, value in pairs)
    return f"print(default_api.{block.name}({inside}))"


def _argument(value: Any, depth: int) -> Iterator[str]:
    """Yield an argument as Python writes it, with texts in double quotes."""
    if depth > _DEEPEST or not isinstance(value, (Mapping, list)):
        constant = {True: "True", False: "False"}.get(value) if isinstance(value, bool) else None
        plain = "None" if value is None else msgspec.json.encode(value).decode()
        yield constant or plain
        return
    is_list = isinstance(value, list)
    yield "[" if is_list else "{"
    for at, one in enumerate(value):
        yield ", " if at else ""
        if not is_list:
            yield f"{msgspec.json.encode(str(one)).decode()}: "
        yield from _argument(one if is_list else value[one], depth + 1)
    yield "]" if is_list else "}"


def result(name: str, value: Any) -> str:
    """Return what a tool gave back."""
    return loose_json({f"{name}_response": value})


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
