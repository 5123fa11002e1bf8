"""Chat messages, as agents and evaluations keep them, as parts of text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Part

_ROLES: Final = {
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
    found: list[Part] = []
    for at, message in enumerate(messages if isinstance(messages, list) else ()):
        if isinstance(message, Mapping):
            found += message_parts(message, f"{place}[{at}]")
    return tuple(found)


def message_parts(message: Mapping[str, Any], place: str = "") -> list[Part]:
    """Return the text of one message: what it says, thinks, and calls."""
    role = _ROLES.get(str(message.get("role", "user")).lower(), "user")
    found = _content(message.get("content"), role, place)
    for key in ("reasoning_content", "reasoning"):
        thought = message.get(key)
        if isinstance(thought, str) and thought:
            found.append(Part("reasoning", thought, place))
            break
    calls = message.get("tool_calls")
    found += _calls(calls if isinstance(calls, list) else (), place)
    return found


def _content(content: Any, role: str, place: str) -> list[Part]:
    if isinstance(content, str):
        return [Part(role, content, place)] if content else []
    found: list[Part] = []
    for block in content if isinstance(content, list) else ():
        if isinstance(block, str):
            found += _content(block, role, place)
        elif isinstance(block, Mapping):
            found += _block(block, role, place)
    return found


def _block(block: Mapping[str, Any], role: str, place: str) -> list[Part]:
    kind = block.get("type")
    if kind in ("thinking", "reasoning"):
        thought = block.get("thinking") or block.get("reasoning") or block.get("text")
        return _content(thought, "reasoning", place)
    if kind == "tool_use":
        return [Part("tool_call", f"{block.get('name', '')}{written(block.get('input'))}", place)]
    if kind == "tool_result":
        return _content(block.get("content"), "tool_result", place)
    text = block.get("text")
    return [Part(role, text, place)] if isinstance(text, str) and text else []


def _calls(calls: Iterable[Any], place: str) -> list[Part]:
    found = []
    for call in calls:
        if not isinstance(call, Mapping):
            continue
        function = call.get("function")
        if isinstance(function, Mapping):
            name, given = function.get("name"), function.get("arguments")
        else:
            name = function or call.get("function_name") or call.get("name")
            given = call.get("arguments")
        found.append(Part("tool_call", f"{name or ''}{written(given)}", place))
    return found


def written(value: Any) -> str:
    """Return arguments of a tool as the text they were sent as."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
