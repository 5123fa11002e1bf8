"""Tools as Kimi K2.5 and later read them: types of TypeScript, what is required first, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Tool
from tokencost_profiles.tokens.markup.chat_template import dumps

_INDENT: Final = "  "
_DEEPEST: Final = 12
_LIMITS: Final = {
    "string": ("maxLength", "minLength", "pattern"),
    "number": ("maximum", "minimum"),
    "integer": ("maximum", "minimum"),
    "array": ("maxItems", "minItems"),
}
_PLAIN: Final = {"integer": "number", "object": "{}", "array": "Array<any>"}


def declarations(tools: Iterable[Tool]) -> str:
    """Return the text that declares functions."""
    functions = "\n".join("\n".join(_function(tool)) for tool in tools)
    return f"# Tools\n\n## functions\nnamespace functions {{\n{functions}\n}}\n"


def _function(tool: Tool) -> Iterator[str]:
    schema = tool.parameters if isinstance(tool.parameters, Mapping) else {}
    definitions = schema.get("$defs")
    if isinstance(definitions, Mapping):
        for name, inner in definitions.items():
            if isinstance(inner, Mapping) and inner.get("description"):
                yield _comment(str(inner["description"]), "")
            yield f"interface {name} {_type(inner, '', 0)}"
    if tool.description:
        yield _comment(tool.description, "")
    yield f"type {tool.name} = (_: {_object(schema, '', 0)}) => any;"


def _comment(text: str, indent: str) -> str:
    return "\n".join(f"{indent}// {line}" if line else "" for line in text.split("\n"))


def _object(schema: Mapping[str, Any], indent: str, depth: int) -> str:
    properties = schema.get("properties")
    required = schema.get("required")
    needed = required if isinstance(required, list) else []
    fields = []
    if isinstance(properties, Mapping):
        order = sorted((name not in needed, str(name)) for name in properties)
        fields = [
            _field(name, properties.get(name), indent + _INDENT, optional, depth)
            for optional, name in order
        ]
    others = schema.get("additionalProperties")
    if others is not None:
        kind = "never" if others is False else _type(others, indent + _INDENT, depth + 1)
        fields.append(f"{indent}{_INDENT}[k: string]: {kind}")
    if not fields:
        return "{}"
    return "{\n" + ",\n".join(fields) + f"\n{indent}}}"


def _field(name: str, schema: Any, indent: str, optional: bool, depth: int) -> str:
    before = _notes(schema, indent)
    default = schema.get("default") if isinstance(schema, Mapping) else None
    if default is not None:
        text = repr(default) if isinstance(default, (int, float)) else dumps(default)
        before += f"{indent}// Default: {text}\n"
    return f"{before}{indent}{name}{'?' if optional else ''}: {_type(schema, indent, depth + 1)}"


def _notes(schema: Any, indent: str) -> str:
    """Return what stands above a type: its description, and its limits."""
    if not isinstance(schema, Mapping):
        return ""
    lines = [_comment(str(schema["description"]), indent)] if schema.get("description") else []
    kind = schema.get("type")
    names = _LIMITS.get(kind, ()) if isinstance(kind, str) and "enum" not in schema else ()
    limits = ", ".join(f"{name}: {schema[name]}" for name in names if name in schema)
    if limits:
        lines.append(f"{indent}// {limits}")
    return "".join(f"{line}\n" for line in lines)


def _type(schema: Any, indent: str, depth: int) -> str:
    if not isinstance(schema, Mapping):
        return "null" if schema is False else "any"
    if depth > _DEEPEST:
        return "any"
    if isinstance(schema.get("$ref"), str):
        return str(schema["$ref"]).rpartition("/")[2]
    if isinstance(schema.get("anyOf"), list):
        return " | ".join(_type(one, indent, depth + 1) for one in schema["anyOf"])
    if isinstance(schema.get("enum"), list):
        return " | ".join(
            f'"{one}"' if isinstance(one, str) else str(one) for one in schema["enum"]
        )
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " | ".join(_PLAIN.get(str(one), str(one)) for one in kind)
    if kind == "object":
        return _object(schema, indent, depth)
    if kind == "array":
        return _array(schema.get("items"), indent, depth)
    return "number" if kind == "integer" else str(kind)


def _array(items: Any, indent: str, depth: int) -> str:
    if not items:
        return "Array<any>"
    inner = indent + _INDENT
    notes = _notes(items, inner)
    if notes:
        return f"Array<\n{notes}{inner}{_type(items, inner, depth + 1)}\n{indent}>"
    return f"Array<{_type(items, indent, depth + 1)}>"
