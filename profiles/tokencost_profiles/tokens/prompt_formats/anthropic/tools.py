"""What Claude reads of tools: their definitions as JSON, calls and results as XML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.content import Tool, ToolCall
from tokencost_profiles.tokens.markup.prompt_format import TOOLS, Segment

_DEEPEST: Final = 200  # levels of a value that are read
_CALLS: Final = "antml:"
_VERSION: Final = re.compile(r"_[0-9]{8}$")
_UNKNOWN: Final = "a tool that the provider defines: counted as it is written"


def definition(tool: Tool, *, is_open: bool = False) -> str:
    """Return a tool as the model reads it: one line of JSON, keys in order, ASCII alone.

    `is_open`: the host sends closed objects on as open ones, in which nothing is required.
    """
    parameters = tool.parameters or {}
    if is_open and parameters.get("additionalProperties") is False:
        left_out = ("additionalProperties", "required")
        parameters = {name: one for name, one in parameters.items() if name not in left_out}
    schema = sort_keys(parameters)
    return _definition(tool.name, tool.description, json_line(schema))


@lru_cache(maxsize=4096)
def _definition(name: str, description: str, schema: str) -> str:
    described = f'"description": {json.dumps(description)}, ' if description else ""
    return (
        f'<function>{{{described}"name": {json.dumps(name)}, "parameters": {schema}}}</function>\n'
    )


def is_deferred(tool: Tool) -> bool:
    """Whether a tool is deferred until the model searches for it."""
    return tool.raw is not None and tool.raw.get("defer_loading") is True


def provider_tool(tool: Tool, rules: Mapping[str, Any]) -> Segment:
    """Return the segment of a tool that the provider defines, by what its type is called."""
    kind = _VERSION.sub("", tool.builtin or "")
    tokens = rules.get(f"tool_{kind}")
    if tokens is None:
        return Segment(TOOLS, json_line(tool.raw or {}), place=tool.place, warning=_UNKNOWN)
    return Segment(TOOLS, tokens=tokens, place=tool.place)


def json_line(value: Any) -> str:
    """Write a value as Python does: a space after `,` and `:`, nothing but ASCII."""
    try:
        return json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(sort_keys(value), default=str)


def sort_keys(value: Any, depth: int = 0) -> Any:
    """Return a value with the keys of every object in order, and no deeper than anybody nests."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, Mapping):
        named = {str(key): item for key, item in value.items()}
        return {name: sort_keys(named[name], depth + 1) for name in sorted(named)}
    if isinstance(value, list):
        return [sort_keys(item, depth + 1) for item in value]
    return value


def calls_text(calls: Iterable[ToolCall]) -> str:
    """Return the calls of one message as the model wrote them."""
    written = "".join(_call(call) for call in calls)
    return f"<function_calls>\n{written}</function_calls>"


def _call(call: ToolCall) -> str:
    lines = "".join(
        f'<{_CALLS}parameter name="{name}">{_value(value)}</{_CALLS}parameter>\n'
        for name, value in _arguments(call.arguments).items()
    )
    return f'<{_CALLS}invoke name="{call.name}">\n{lines}</{_CALLS}invoke>\n'


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json_line(value)


def _arguments(value: Any) -> Mapping[str, Any]:
    """Return the arguments of a call by name; a text that is no JSON object stands as one."""
    if isinstance(value, Mapping):
        return value
    if value is None or value == "":
        return {}
    if isinstance(value, str):
        try:
            read = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return {"": value}
        return read if isinstance(read, dict) else {"": value}
    return {"": value}
