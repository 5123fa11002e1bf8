"""Tools as the published chat template of gpt-oss writes them: a namespace in TypeScript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Tool
from tokencost_profiles.tokens.markup.chat_template import dumps

_DEEPEST: Final = 12
_LONG: Final = 50  # an item of an array whose type is longer is written as `any`
_PLAIN: Final = {"number": "number", "integer": "number", "boolean": "boolean"}


def namespace(tools: Iterable[Tool]) -> str:
    """Return the namespace that declares functions."""
    return "".join(_namespace(tools))


def _namespace(tools: Iterable[Tool]) -> Iterator[str]:
    yield "## functions\n\nnamespace functions {\n\n"
    for tool in tools:
        yield type_declaration(tool)
    yield "} // namespace functions"


def type_declaration(tool: Tool) -> str:
    """Return the declaration of one function."""
    schema = tool.parameters if isinstance(tool.parameters, Mapping) else {}
    properties = schema.get("properties")
    head = f"// {tool.description}\ntype {tool.name} = "
    if not isinstance(properties, Mapping) or not properties:
        return f"{head}() => any;\n\n"
    required = _names(schema)
    inner = "".join(_parameter(name, spec, required) for name, spec in properties.items())
    return f"{head}(_: {{\n{inner}}}) => any;\n\n"


def _parameter(name: str, spec: Any, required: frozenset[str]) -> str:
    spec = spec if isinstance(spec, Mapping) else {}
    description = spec.get("description")
    before = f"// {description}\n" if isinstance(description, str) and description else ""
    mark = "" if name in required else "?"
    after = ""
    if "default" in spec:
        value = spec["default"]
        plain = isinstance(value, str) and "enum" in spec
        after = f" // default: {value if plain else dumps(value)}"
    return f"{before}{name}{mark}: {type_of(spec)},{after}\n"


def type_of(spec: Any, depth: int = 0) -> str:
    """Return a JSON schema as a type of TypeScript."""
    if not isinstance(spec, Mapping) or depth > _DEEPEST:
        return "any"
    kind = spec.get("type")
    nullable = " | null" if spec.get("nullable") is True else ""
    if isinstance(kind, list):
        return " | ".join(str(one) for one in kind)
    if kind == "array":
        return _array(spec, depth) + nullable
    for name in ("oneOf", "anyOf"):
        if isinstance(spec.get(name), list):
            return " | ".join(type_of(one, depth + 1) for one in spec[name])
    if kind == "string":
        values = spec.get("enum")
        if isinstance(values, list) and values:
            return " | ".join(f'"{value}"' for value in values)
        return "string" + nullable
    if isinstance(kind, str) and kind in _PLAIN:
        return _PLAIN[kind]
    return _object(spec, depth) if kind == "object" else "any"


def _array(spec: Mapping[str, Any], depth: int) -> str:
    items = spec.get("items")
    if not isinstance(items, Mapping):
        return "any[]"
    inner = type_of(items, depth + 1)
    return "any[]" if len(inner) > _LONG else f"{inner}[]"


def _object(spec: Mapping[str, Any], depth: int) -> str:
    properties = spec.get("properties")
    if not isinstance(properties, Mapping) or not properties:
        return "object"
    required = _names(spec)
    inner = [
        f"{name}{'' if name in required else '?'}: {type_of(one, depth + 1)}"
        for name, one in properties.items()
    ]
    return "{\n" + ", ".join(inner) + "}"


def _names(spec: Mapping[str, Any]) -> frozenset[str]:
    names = spec.get("required")
    return (
        frozenset(one for one in names if isinstance(one, str))
        if isinstance(names, list)
        else frozenset()
    )
