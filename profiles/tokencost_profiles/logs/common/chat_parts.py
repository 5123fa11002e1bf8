"""Chat messages, as agents and evaluations store them, as text parts with roles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Part

ROLES: Final = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "model": "assistant",
    "agent": "assistant",
    "tool": "tool_result",
    "function": "tool_result",
}


def parts_of(messages: Any, place: str = "messages") -> tuple[Part, ...]:
    """Return the text of a list of messages."""
    parts: list[Part] = []
    for at, message in enumerate(messages if isinstance(messages, list) else ()):
        if isinstance(message, Mapping):
            parts += message_parts(message, f"{place}[{at}]")
    return tuple(parts)


def message_parts(message: Mapping[str, Any], place: str = "") -> list[Part]:
    """Return the parts of one message: its content, reasoning and tool calls."""
    role = ROLES.get(str(message.get("role", "user")).lower(), "user")
    parts = _content(message.get("content"), role, place)
    for key in ("reasoning_content", "reasoning"):
        thought = message.get(key)
        if isinstance(thought, str) and thought:
            parts.append(Part("reasoning", thought, place))
            break
    calls = message.get("tool_calls")
    parts += _calls(calls if isinstance(calls, list) else (), place)
    return parts


def _content(content: Any, role: str, place: str) -> list[Part]:
    if isinstance(content, str):
        return [Part(role, content, place)] if content else []
    parts: list[Part] = []
    for block in content if isinstance(content, list) else ():
        if isinstance(block, str):
            parts += _content(block, role, place)
        elif isinstance(block, Mapping):
            parts += _block(block, role, place)
    return parts


def _block(block: Mapping[str, Any], role: str, place: str) -> list[Part]:
    kind = block.get("type")
    if kind in ("thinking", "reasoning"):
        thought = block.get("thinking") or block.get("reasoning") or block.get("text")
        return _content(thought, "reasoning", place)
    if kind == "tool_use":
        return [
            Part("tool_call", f"{block.get('name', '')}{tool_arguments(block.get('input'))}", place)
        ]
    if kind == "tool_result":
        return _content(block.get("content"), "tool_result", place)
    text = block.get("text")
    return [Part(role, text, place)] if isinstance(text, str) and text else []


def _calls(calls: Iterable[Any], place: str) -> list[Part]:
    parts = []
    for call in calls:
        if not isinstance(call, Mapping):
            continue
        function = call.get("function")
        if isinstance(function, Mapping):
            name, arguments = function.get("name"), function.get("arguments")
        else:
            name = function or call.get("function_name") or call.get("name")
            arguments = call.get("arguments")
        parts.append(Part("tool_call", f"{name or ''}{tool_arguments(arguments)}", place))
    return parts


def tool_arguments(value: Any) -> str:
    """Return arguments of a tool as the text they were sent as."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
