"""Tools as the `openai-harmony` library writes them, which Groq and Cerebras do for gpt-oss.

It differs from the chat template in objects within objects, in unions, and in tools with no
properties.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Tool

_DEEPEST: Final = 12
_STEP: Final = "    "
_PLAIN: Final = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean"}


def namespace(tools: Iterable[Tool]) -> str:
    """Return the namespace that declares functions."""
    functions = "".join(map(_function, tools))
    return f"## functions\n\nnamespace functions {{\n\n{functions}}} // namespace functions"


def _function(tool: Tool) -> str:
    head = "".join(f"// {line}\n" for line in tool.description.split("\n"))
    head = head if tool.description else ""
    if not isinstance(tool.parameters, Mapping):
        return f"{head}type {tool.name} = () => any;\n\n"
    return f"{head}type {tool.name} = (_: {_type(tool.parameters, '', 0)}) => any;\n\n"


def _text(schema: Mapping[str, Any], name: str) -> str:
    value = schema.get(name)
    return value if isinstance(value, str) else ""


def _type(schema: Any, indent: str, depth: int) -> str:
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return "any"
    text = _bare_type(schema, indent, depth)
    nullable = schema.get("nullable") is True and not isinstance(schema.get("type"), list)
    return f"{text} | null" if nullable else text


def _bare_type(schema: Mapping[str, Any], indent: str, depth: int) -> str:
    if isinstance(schema.get("oneOf"), list):
        return "".join(f"\n{indent} | {_variant(one, indent, depth)}" for one in schema["oneOf"])
    kind = schema.get("type")
    if isinstance(kind, list):
        names = ("number" if name == "integer" else str(name) for name in kind)
        return " | ".join(names) or "any"
    if kind == "object":
        return _object(schema, indent, depth)
    if kind == "array":
        items = schema.get("items")
        if not isinstance(items, Mapping) or depth > _DEEPEST:
            return "any[]" if items is not None else "Array<any>"
        return f"{_bare_type(items, indent, depth + 1)}[]"
    values = schema.get("enum")
    if kind == "string" and isinstance(values, list) and values:
        return " | ".join(f'"{value}"' for value in values if isinstance(value, str))
    return _PLAIN.get(kind, "any") if isinstance(kind, str) else "any"


def _object(schema: Mapping[str, Any], indent: str, depth: int) -> str:
    description = _text(schema, "description")
    head = f"{indent}// {description}\n" if description else ""
    properties, names = schema.get("properties"), schema.get("required")
    required = names if isinstance(names, list) else []
    lines: list[str] = []
    if isinstance(properties, Mapping):
        for name, spec in properties.items():
            mark = "" if name in required else "?"
            spec = spec if isinstance(spec, Mapping) else {}
            lines += _property(f"{indent}{name}{mark}:", spec, indent, depth)
    return f"{head}{{\n{''.join(lines)}{indent}}}"


def _property(start: str, schema: Mapping[str, Any], indent: str, depth: int) -> Iterator[str]:
    if title := _text(schema, "title"):
        yield f"{indent}// {title}\n{indent}//\n"
    if description := _text(schema, "description"):
        yield f"{indent}// {description}\n"
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        yield f"{indent}// Examples:\n"
        yield from (f'{indent}// - "{one}"\n' for one in examples if isinstance(one, str))
    if isinstance(schema.get("oneOf"), list):
        if "default" in schema:
            yield f"{indent}// default: {_default(schema)}\n"
        yield f"{start}\n"
        for one in schema["oneOf"]:
            yield f"{indent} | {_variant(one, indent, depth)}\n"
        yield f"{indent},\n"
        return
    after = f" // default: {_default(schema)}" if "default" in schema else ""
    yield f"{start} {_type(schema, indent + _STEP, depth + 1)},{after}\n"


def _variant(schema: Any, indent: str, depth: int) -> str:
    text = _type(schema, f"{indent}   ", depth + 1)
    if not isinstance(schema, Mapping):
        return text
    notes = [_text(schema, "description")] if _text(schema, "description") else []
    if "default" in schema:
        notes.append(f"default: {_default(schema)}")
    return f"{text} // {' '.join(notes)}" if notes else text


def _default(schema: Mapping[str, Any]) -> str:
    value = schema["default"]
    if isinstance(value, str):
        return value if "enum" in schema else f'"{value}"'
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
