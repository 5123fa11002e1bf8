"""A tool as nested tags, as the templates of Qwen 3 Coder and its kin write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Tool
from tokencost_profiles.tokens.markup.chat_template import dumps

_NAMED: Final = ("name", "type", "description")


_TYPED: Final = frozenset(("type", "description", "properties", "required", "items"))


def markup(tool: Tool, *, typed: bool = False) -> str:
    """Return a tool as nested tags, a new line first.

    `typed`: by a host that reads schemas into types of its own, which hold the usual keys alone.
    """
    if typed and tool.parameters is not None:
        tool = tool._replace(parameters=_usual_keys(tool.parameters))
    return "".join(_lines(tool))


def _usual_keys(schema: Mapping[str, Any]) -> dict[str, Any]:
    usual = {name: value for name, value in schema.items() if name in _TYPED}
    properties = usual.get("properties")
    if isinstance(properties, Mapping):
        usual["properties"] = {
            name: _usual_keys(spec) if isinstance(spec, Mapping) else spec
            for name, spec in properties.items()
        }
    return usual


def _lines(tool: Tool) -> Iterator[str]:
    yield f"\n<function>\n<name>{tool.name}</name>"
    if tool.description:
        yield f"\n<description>{tool.description.strip()}</description>"
    yield "\n<parameters>"
    schema = tool.parameters if tool.parameters is not None else {}
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        for name, spec in properties.items():
            yield from _parameter(str(name), spec)
    yield from _rest(schema, ("properties",))
    yield "\n</parameters>\n</function>"


def _parameter(name: str, spec: Any) -> Iterator[str]:
    yield f"\n<parameter>\n<name>{name}</name>"
    if isinstance(spec, Mapping):
        if "type" in spec:
            yield f"\n<type>{spec['type']}</type>"
        if "description" in spec:
            yield f"\n<description>{str(spec['description']).strip()}</description>"
        yield from _rest(spec, _NAMED)
    yield "\n</parameter>"


def _rest(spec: Mapping[str, Any], label: tuple[str, ...]) -> Iterator[str]:
    for name, value in spec.items():
        if name not in label:
            nested = isinstance(value, (Mapping, list))
            yield f"\n<{name}>{dumps(value) if nested else value}</{name}>"
