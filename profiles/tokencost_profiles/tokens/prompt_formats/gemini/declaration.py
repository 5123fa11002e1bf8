"""Functions as Gemini 3 reads them: the declaration format that Google published for FunctionGemma.

    declaration:lookup{description:<escape>Look up a city.<escape>,parameters:{...}}

Keys stand in order of the alphabet, texts between two special tokens, and so does the declaration.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.content import Tool, ToolCall
from tokencost_profiles.providers.bodies.blocks import as_list, as_mapping, string
from tokencost_profiles.tokens.markup.prompt_format import Segment
from tokencost_profiles.tokens.prompt_formats.gemini.response_schema import response_schema

SPECIAL: Final = "\ue000"  # stands for a special token, which is one token wherever it stands
_DEEPEST: Final = 32
_NODES: Final = frozenset({"items", "additionalItems", "not"})
_LISTS: Final = frozenset({"anyOf", "any_of", "oneOf", "allOf", "prefixItems"})
_MAPS: Final = frozenset({"properties", "$defs", "definitions"})
_LEFT_OUT: Final = frozenset(
    {
        "additionalProperties",
        "additional_properties",
        "$schema",
        "propertyOrdering",
        "property_ordering",
    }
)
# What recorded calls hold: how the other keywords are read is not known.
_KNOWN: Final = frozenset({"type", "description", "required", "enum", "title"})
_TOKEN: Final = 3  # characters of a token in a schema, about
_NUMBERED: Final = ("", "STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL")


def declaration(tool: Tool) -> str:
    """Return a function as Gemini 3 reads it."""
    fields: dict[str, Any] = {"description": tool.description} if tool.description else {}
    if tool.parameters is not None:
        # Where a JSON Schema is sent as such, its titles are not read.
        titles = "parameters" in (tool.raw or {})
        fields["parameters"] = _schema(tool.parameters, titles, 0)
    response = response_schema(tool.raw or {})
    if response:
        fields["response"] = _schema(response, True, 0)
    return f"{SPECIAL}declaration:{tool.name}{_value(fields)}{SPECIAL}"


def call(block: ToolCall) -> str:
    """Return a call that is sent back."""
    arguments = block.arguments
    if isinstance(arguments, str):
        try:
            arguments = msgspec.json.decode(arguments)
        except (msgspec.DecodeError, RecursionError):
            arguments = {"": arguments}
    return (
        f"{SPECIAL}call:{block.name}{_value(arguments if arguments is not None else {})}{SPECIAL}"
    )


def result(name: str, value: Any) -> str:
    """Return what a tool gave back."""
    return f"{SPECIAL}response:{name}{_value(value)}{SPECIAL}"


def unsure_tokens(schema: Any, depth: int = 0) -> float:
    """Return about how many tokens of a schema are of keywords that no recorded call holds."""
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return 0
    tokens = 0.0
    for key, value in schema.items():
        if key in _KNOWN or key in _LEFT_OUT:
            continue
        if key == "properties":
            tokens += sum(unsure_tokens(one, depth + 1) for one in as_mapping(value).values())
        elif key == "items":
            tokens += unsure_tokens(value, depth + 1)
        else:
            tokens += (len(key) + len(msgspec.json.encode(value))) / _TOKEN
    return tokens


def segments(kind: str, written: str, place: str) -> Iterator[Segment]:
    """Yield the segments of a text with special tokens: equal parts as one segment."""
    specials, blocks = _split(written)
    yield Segment(kind, tokens=specials, place=place)
    for text, number in blocks:
        yield Segment(kind, text, scale=number, place=place)


@lru_cache(maxsize=1024)
def _split(written: str) -> tuple[int, tuple[tuple[str, int], ...]]:
    blocks = written.split(SPECIAL)
    return len(blocks) - 1, tuple(Counter(filter(None, blocks)).items())


def _schema(node: Mapping[str, Any], titles: bool, depth: int) -> dict[str, Any]:
    """Return a schema as it is read: types in capitals, nothing empty."""
    written: dict[str, Any] = {}
    for key, value in node.items():
        if key in _LEFT_OUT or (key == "title" and not titles) or depth > _DEEPEST:
            continue
        inner: Any
        if key in _MAPS:
            inner = {
                str(name): _node(one, titles, depth) for name, one in as_mapping(value).items()
            }
        elif key in _LISTS:
            inner = [_node(one, titles, depth) for one in as_list(value)]
        elif key in _NODES:
            inner = _node(value, titles, depth)
        else:
            inner = _type(value) if key == "type" else value
        if inner not in ({}, [], None, ""):
            written[str(key)] = inner
    return written


def _node(value: Any, titles: bool, depth: int) -> Any:
    return _schema(value, titles, depth + 1) if isinstance(value, Mapping) else value


def _type(value: Any) -> Any:
    if type(value) is int and 0 < value < len(_NUMBERED):
        return _NUMBERED[value]
    if isinstance(value, list):
        return [_type(one) for one in value]
    return string(value).upper()


def _value(value: Any, depth: int = 0) -> str:
    if isinstance(value, str):
        return f"{SPECIAL}{value}{SPECIAL}"
    if depth > 2 * _DEEPEST:
        return ""
    if isinstance(value, Mapping):
        inside = (f"{name}:{_value(value[name], depth + 1)}" for name in sorted(value, key=str))
        return f"{{{','.join(inside)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(_value(one, depth + 1) for one in value)}]"
    return msgspec.json.encode(value).decode()
