"""Schemas of tools, as requests, spans and exports list them: a part a tool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.content import TOOLS, Part
from tokencost_profiles.calls.json_texts import value_text
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects, text

_DECLARED: Final = ("functionDeclarations", "function_declarations")
# Objects that only wrap a schema: OpenInference's.
_WRAPPED: Final = ("tool", "json_schema")
_NAMED: Final = ("function", "toolSpec", "json_schema")


def schema_parts(tools: Any, place: str = "tools") -> tuple[Part, ...]:
    """Return the part of each schema in a list, which may be JSON text, as each of them may."""
    listed = _parsed(tools)
    entries = [listed] if isinstance(listed, Mapping) else listed
    return tuple(
        part
        for at, entry in enumerate(entries if isinstance(entries, list) else ())
        for part in _parts(_parsed(entry), f"{place}[{at}]")
    )


def _parts(entry: Any, place: str) -> Iterator[Part]:
    if not isinstance(entry, Mapping):
        return
    declared = [one for key in _DECLARED for one in objects(entry.get(key))]
    for tool in declared or [entry]:
        schema: Any = tool
        for key in _WRAPPED:
            if key in schema and "name" not in schema:
                schema = _parsed(schema[key])
                schema = schema if isinstance(schema, Mapping) else {}
        if schema:
            inner = first_mapping(schema, *_NAMED)
            name = text(schema.get("name")) or text(inner.get("name")) or text(schema.get("type"))
            yield Part(TOOLS, value_text(schema), place, name or str(next(iter(schema))))


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            return None
    return value
