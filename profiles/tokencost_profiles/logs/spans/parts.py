"""Messages in the attributes of spans, which may be JSON text at any depth, as parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import TOOL, TOOL_RESULT, Part
from tokencost_profiles.logs.common.chat_parts import ROLES, message_parts
from tokencost_profiles.logs.spans.span import parse_json

_DEEPEST: Final = 8
_LISTS: Final = ("content", "parts", "contents", "message")


def parts_of(value: Any, role: str, place: str) -> list[Part]:
    """Return the parts of a message, a list of them, or a plain text."""
    return list(_parts(value, role, place, 0))


def _parts(value: Any, role: str, place: str, depth: int) -> Iterator[Part]:
    if depth > _DEEPEST or value is None:
        return
    if isinstance(value, str):
        if value:
            yield Part(TOOL_RESULT if role == TOOL else role, value, place)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _parts(item, role, f"{place}[{at}]", depth + 1)
    elif isinstance(value, Mapping):
        yield from message_parts(_parsed(value), place, role)


def _parsed(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a message with its blocks and tool calls out of their JSON; results stay text."""
    parsed: dict[str, Any] = {}
    calls = parse_json(message.get("tool_calls"))
    if isinstance(calls, list):
        parsed["tool_calls"] = calls
    if ROLES.get(str(message.get("role")).lower()) != TOOL:
        for key in _LISTS:
            inside = parse_json(message.get(key))
            if isinstance(inside, list):
                parsed[key] = inside
    return {**message, **parsed} if parsed else message
