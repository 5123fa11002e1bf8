"""Functions written as TypeScript, as OpenAI's models read them.

// Get the weather
type get_weather = (_: {
// City and country
place: string,
unit?: "celsius" | "fahrenheit", // default: "celsius"
}) => any;
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

_DEEPEST: Final = 24
_LARGEST: Final = 10_000  # schemas that one function may hold, references followed
_PLAIN: Final = {
    "string": "string",
    "number": "number",
    "integer": "number",
    "boolean": "boolean",
    "null": "null",
}


class Style(NamedTuple):
    """What models of different years read differently."""

    # The least and the greatest number that a property takes stand behind it, or above it.
    limits_above: bool = False
    titles: bool = True  # of schemas are written
    lines: bool = False  # each property on a line, moved in inside another, described or not


_TODAY: Final = Style()


class Writer:
    """Writes the schemas of one function. `root` is what its references point into.

    `style` says how; see `Style`.
    """

    def __init__(self, root: Mapping[str, Any], style: Style) -> None:
        self._root = root
        self._style = style
        self._left = _LARGEST
        self._open: list[str] = []  # references that are being written

    def type_of(self, schema: Any, depth: int = 0) -> str:
        """Return the type that a schema describes; `any` where that is not clear."""
        self._left -= 1
        if not isinstance(schema, Mapping) or depth > _DEEPEST or self._left < 0:
            return "any"
        target = schema.get("$ref")
        if not isinstance(target, str):
            return self._type_text(schema, depth)
        if target in self._open:
            return "any"
        self._open.append(target)
        written = self._type_text(self._resolve(schema), depth)
        self._open.pop()
        return written

    def _type_text(self, schema: Mapping[str, Any], depth: int) -> str:
        for name in ("anyOf", "oneOf"):
            choices = schema.get(name)
            if isinstance(choices, list) and choices:
                return " | ".join(self.type_of(one, depth + 1) for one in choices)
        values = schema.get("enum")
        if isinstance(values, list) and values:
            return " | ".join(literal(one) for one in values)
        if "const" in schema:
            return literal(schema["const"])
        kind = schema.get("type")
        if isinstance(kind, list):
            return " | ".join(self._basic_type(one, schema, depth) for one in kind)
        if kind is None and isinstance(schema.get("properties"), Mapping):
            kind = "object"
        return self._basic_type(kind, schema, depth)

    def _basic_type(self, kind: Any, schema: Mapping[str, Any], depth: int) -> str:
        if kind == "array":
            inner = self.type_of(schema.get("items"), depth + 1)
            is_choice = " | " in inner and not inner.startswith("{")
            return f"({inner})[]" if is_choice and "\n" not in inner else f"{inner}[]"
        if kind == "object":
            return self.object_of(schema, depth)
        return _PLAIN.get(kind, "any") if isinstance(kind, str) else "any"

    def object_of(self, schema: Mapping[str, Any], depth: int = 0) -> str:
        """Return an object type: on one line where no property has a description."""
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or not properties:
            return "object"
        needed = schema.get("required")
        required = set(filter(_is_name, needed)) if isinstance(needed, list) else set()
        fields = [
            (
                f"{name}{'' if name in required else '?'}",
                self.type_of(inner, depth + 1),
                self._resolve(inner) if isinstance(inner, Mapping) else {},
            )
            for name, inner in properties.items()
        ]
        comments = [(self._lines_above(inner), self._comment_behind(inner)) for *_, inner in fields]
        if not self._style.lines and not any(above or behind for above, behind in comments):
            return "{ " + ", ".join(f"{name}: {kind}" for name, kind, _ in fields) + " }"
        lines = [
            line
            for (name, kind, _), (above, behind) in zip(fields, comments, strict=True)
            for line in (*above, f"{name}: {kind},{behind}")
        ]
        indent = "  " if self._style.lines and depth else ""
        return "{\n" + "".join(f"{indent}{line}\n" for line in lines) + "}"

    def _lines_above(self, schema: Mapping[str, Any]) -> list[str]:
        limits = list(_limits(schema, as_float=True)) if self._style.limits_above else []
        return [*self.heading(schema), *([f"// {', '.join(limits)}"] if limits else [])]

    def heading(self, schema: Mapping[str, Any]) -> list[str]:
        """Return what a schema says of itself, as lines of a comment."""
        titles = comment(schema.get("title")) if self._style.titles else []
        return [*titles, *comment(schema.get("description"))]

    def _comment_behind(self, schema: Mapping[str, Any]) -> str:
        """Return what stands behind a property: its default, and its limits."""
        notes = [f"default: {literal(schema['default'])}"] if "default" in schema else []
        if not self._style.limits_above:
            notes += _limits(schema)
        return " // " + ", ".join(notes) if notes else ""

    def _resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a schema with its reference resolved; what stands beside it counts more."""
        for _ in range(_DEEPEST):
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                break
            target: Any = self._root
            for name in reference.split("/")[1:]:
                target = target.get(name) if isinstance(target, Mapping) else None
            beside = {name: value for name, value in schema.items() if name != "$ref"}
            schema = {**target, **beside} if isinstance(target, Mapping) else beside
        return schema


def function_text(
    name: str,
    description: str,
    parameters: Mapping[str, Any] | None,
    style: Style = _TODAY,
) -> str:
    """Return the declaration of one function, with the empty line after it."""
    described = "".join(f"{line}\n" for line in comment(description))
    schema = parameters or {}
    if not isinstance(schema.get("properties"), Mapping) or not schema["properties"]:
        return f"{described}type {name} = () => any;\n\n"
    writer = Writer(schema, style)
    inside = "".join(f"{line}\n" for line in writer.heading(schema))
    return f"{described}type {name} = (_: {inside}{writer.object_of(schema)}) => any;\n\n"


def namespace_text(tools: Any, style: Style) -> str:
    """Return functions that are declared in the course of a conversation: each in a namespace."""
    return "\n\n".join(
        f"namespace {name} {{\n\n{declared}}} // namespace {name}"
        for tool in (tools if isinstance(tools, list) else [])
        if isinstance(tool, Mapping)
        for name in (str(tool.get("name")),)
        for declared in (_declared(name, tool, style),)
    )


def _declared(name: str, tool: Mapping[str, Any], style: Style) -> str:
    parameters = tool.get("parameters")
    schema = parameters if isinstance(parameters, Mapping) else None
    return function_text(name, str(tool.get("description") or ""), schema, style)


def comment(text: Any) -> list[str]:
    """Return a description as a comment, line by line; empty lines are left out."""
    if not isinstance(text, str):
        return []
    return [f"// {line.strip()}" for line in text.split("\n") if line.strip()]


def literal(value: Any) -> str:
    """Return a value as it stands in code."""
    return json.dumps(value, ensure_ascii=False)


def _is_name(value: Any) -> bool:
    return isinstance(value, str)


def _limits(schema: Mapping[str, Any], *, as_float: bool = False) -> Iterator[str]:
    for name in ("minimum", "maximum"):
        if name in schema:
            value = schema[name]
            is_integer = isinstance(value, int) and not isinstance(value, bool)
            yield f"{name}: {literal(value)}{'.0' if as_float and is_integer else ''}"
