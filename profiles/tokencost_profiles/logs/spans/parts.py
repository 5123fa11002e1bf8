"""Messages of any API, as text parts with a role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.content import Part
from tokencost_profiles.logs.common.chat_parts import ROLES
from tokencost_profiles.logs.spans.span import parse_json

_DEEPEST: Final = 8
_TYPES: Final = {
    "tool_call": "tool_call",
    "tool-call": "tool_call",
    "tool_use": "tool_call",
    "function_call": "tool_call",
    "tool_call_response": "tool_result",
    "tool-result": "tool_result",
    "tool_result": "tool_result",
    "function_call_output": "tool_result",
    "reasoning": "reasoning",
    "thinking": "reasoning",
    "image": "attachment",
    "image_url": "attachment",
    "blob": "attachment",
    "file": "attachment",
    "audio": "attachment",
    "uri": "attachment",
    "media": "attachment",
}
_TEXTS: Final = ("text", "content", "thinking", "parts", "message", "contents")
_RESULTS: Final = ("response", "result", "output", "content", "text")


def parts_of(value: Any, role: str, place: str) -> list[Part]:
    """Return the parts of a message, a list of them, or a plain text."""
    return list(_parts(value, role, place, 0))


def as_text(value: Any) -> str:
    """Return a text as it is, anything else as JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _parts(value: Any, role: str, place: str, depth: int) -> Iterator[Part]:
    if depth > _DEEPEST or value is None:
        return
    if isinstance(value, str):
        if value:
            yield Part(role, value, place)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _parts(item, role, f"{place}[{at}]", depth + 1)
    elif isinstance(value, Mapping):
        yield from _object_parts(value, role, place, depth)


def _object_parts(value: Mapping[str, Any], role: str, place: str, depth: int) -> Iterator[Part]:
    stated = value.get("role")
    if isinstance(stated, str):
        role = ROLES.get(stated.lower(), role)
    kind = _TYPES.get(str(value.get("type")), "")
    if kind == "attachment":
        yield Part("attachment", str(value.get("type")), place)
    elif kind == "tool_call":
        yield Part("tool_call", _call(value), place)
    elif kind == "tool_result":
        for key in _RESULTS:
            if value.get(key) is not None:
                yield Part("tool_result", as_text(value[key]), place)
                return
    else:
        for key in _TEXTS:
            if value.get(key):
                inside = _parse_list(value[key]) if role != "tool_result" else value[key]
                yield from _parts(inside, kind or role, f"{place}.{key}", depth + 1)
                break
        yield from _tool_calls(value, place)


def _tool_calls(value: Mapping[str, Any], place: str) -> Iterator[Part]:
    calls = parse_json(value.get("tool_calls"))
    for at, call in enumerate(calls if isinstance(calls, list) else ()):
        if isinstance(call, Mapping):
            yield Part("tool_call", _call(call), f"{place}.tool_calls[{at}]")


def _call(value: Mapping[str, Any]) -> str:
    """Return the name and the arguments of a tool call."""
    inside = value.get("tool_call") if isinstance(value.get("tool_call"), Mapping) else value
    if isinstance(inside, Mapping) and isinstance(inside.get("function"), Mapping):
        inside = inside["function"]
    if not isinstance(inside, Mapping):
        return as_text(value)
    name = inside.get("name") or inside.get("toolName") or ""
    for key in ("arguments", "args", "input", "parameters"):
        if inside.get(key) is not None:
            return f"{name}{as_text(inside[key])}"
    return str(name)


def _parse_list(value: Any) -> Any:
    """Return a list of parts, also where it is written as JSON text."""
    parts = parse_json(value)
    return parts if isinstance(parts, list) else value
