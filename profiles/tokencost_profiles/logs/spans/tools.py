"""The names of the tool calls in a span's answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.logs.spans.indexed_lists import nested_list
from tokencost_profiles.logs.spans.span import parse_json
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

_LISTS: Final = ("ai.response.toolCalls", "gen_ai.output.messages", "gen_ai.response.tool_calls")
_INDEXED: Final = ("llm.output_messages", "gen_ai.completion")
_CALLS: Final = ("tool_calls", "message", "parts", "tool_call", "content", "function")
_TYPES: Final = ("tool_call", "tool-call", "tool_use", "function_call", "function")
_DEEPEST: Final = 6


def tools_of(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the tools that the answer calls, each once."""
    names: list[str] = []
    for key in _LISTS:
        names += _names(parse_json(attributes.get(key)), key == "ai.response.toolCalls", 0)
    for prefix in _INDEXED:
        if any(key.startswith(prefix) and "tool_call" in key for key in attributes):
            names += _names(nested_list(attributes, prefix), False, 0)
    return tuple(dict.fromkeys(names))


def _names(value: Any, calls: bool, depth: int) -> Iterator[str]:
    """Yield tool names in messages; `calls`: what stands here is a call, whatever its type."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _names(item, calls, depth + 1)
    elif isinstance(value, Mapping):
        name = text(value.get("name")) or text(value.get("toolName"))
        name = name or text(first_mapping(value, "function", "tool_call").get("name"))
        nested_name = text(first_mapping(first_mapping(value, "tool_call"), "function").get("name"))
        if calls or value.get("type") in _TYPES:
            if name or nested_name:
                yield str(name or nested_name)
            return
        for key in _CALLS:
            if isinstance(value.get(key), (list, Mapping)):
                yield from _names(value[key], key in ("tool_calls", "tool_call"), depth + 1)
