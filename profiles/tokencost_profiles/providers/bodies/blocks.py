"""Helpers for reading bodies: nothing that a body may hold makes them fail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Block, Schema, Text, Thinking, Tool

# A sealed block that a recording describes in place of its characters.
_DESCRIBED: Final = re.compile(r"<opaque chars=(\d{1,9})\b")


def as_mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping, an empty one where there is none."""
    return value if isinstance(value, (dict, Mapping)) else {}  # the first is asked faster


def as_list(value: Any) -> list[Any]:
    """Return a list, an empty one where there is none."""
    return value if isinstance(value, list) else []


def numbered_mappings(value: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (place, item) of the mappings in a list."""
    for at, item in enumerate(as_list(value)):
        if isinstance(item, (dict, Mapping)):
            yield f"{place}[{at}]", item


def content_blocks(content: Any, place: str, read: Callable[[Any, str], Block]) -> Iterator[Block]:
    """Read the content of a message: a text, or a list of blocks."""
    if isinstance(content, str):
        yield Text(content, place)
        return
    for at, block in enumerate(as_list(content)):
        yield read(block, f"{place}[{at}]")


def string(value: Any) -> str:
    """Return a text, an empty one where there is none."""
    return value if isinstance(value, str) else ""


def seal_length(seal: str) -> int:
    """Return the characters of a sealed block, as it was sent where a recording says so."""
    described = _DESCRIBED.match(seal)
    return int(described.group(1)) if described else len(seal)


def flag(value: Any) -> bool | None:
    """Return true or false, or None where it is neither."""
    return value if isinstance(value, bool) else None


def function_tool(entry: Mapping[str, Any], raw: Mapping[str, Any], place: str) -> Tool:
    """Return a function tool as OpenAI (and most others) describe it."""
    parameters = entry.get("parameters", entry.get("input_schema"))
    return Tool(
        string(entry.get("name")),
        string(entry.get("description")),
        parameters if isinstance(parameters, Mapping) else None,
        flag(entry.get("strict")),
        None,
        raw,
        place,
    )


def builtin_tool(entry: Mapping[str, Any], kind: str, place: str) -> Tool:
    """Return a tool that the provider runs or defines."""
    return Tool(string(entry.get("name")) or kind, builtin=kind, raw=entry, place=place)


def answer_schema(form: Any) -> Schema | None:
    """Read `response_format` (chat) or `text.format` (responses)."""
    entry = as_mapping(form)
    kind = entry.get("type")
    if kind == "json_object":
        return Schema(None)
    if kind != "json_schema":
        return None
    inner = as_mapping(entry.get("json_schema")) or entry
    schema = inner.get("schema")
    return Schema(
        schema if isinstance(schema, Mapping) else {},
        string(inner.get("name")) or None,
        string(inner.get("description")) or None,
        flag(inner.get("strict")),
    )


def choice(value: Any) -> str | None:
    """Read `tool_choice`: auto, none, required, or the name of a tool."""
    if isinstance(value, str):
        return "required" if value == "any" else value
    entry = as_mapping(value)
    name = entry.get("name") or as_mapping(entry.get("function")).get("name")
    if isinstance(name, str):
        return name
    kind = string(entry.get("type"))
    return {"any": "required", "": None}.get(kind, kind)


def effort(value: Any) -> Thinking | None:
    """Read `reasoning: {effort, max_tokens, enabled}` or `reasoning_effort`."""
    if isinstance(value, str):
        return Thinking(value != "none", None, value)
    entry = as_mapping(value)
    if not entry:
        return None
    named = string(entry.get("effort")) or None
    budget = entry.get("max_tokens")
    on = entry.get("enabled") is not False and named != "none"
    return Thinking(on, budget if type(budget) is int else None, named)


def rest(body: Mapping[str, Any], *known: str) -> dict[str, Any]:
    """Return what of a body is none of the known fields."""
    return {name: value for name, value in body.items() if name not in known}
