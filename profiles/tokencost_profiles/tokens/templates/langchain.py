"""Prompts that LangChain saves as JSON or YAML: one text, or one a message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.template_engines import handlebars, jinja, plain
from tokencost_profiles.tokens.template_engines.settings import mapping, request_of, template_of
from tokencost_profiles.tokens.template_engines.template import (
    Engine,
    File,
    Rendered,
    Template,
    TemplateFormat,
)

_ROLES: Final = {"System": "system", "Human": "user", "AI": "assistant", "Chat": "user"}
_ENGINES: Final = {"jinja2": jinja.ENGINE, "mustache": handlebars.ENGINE}
_MESSAGE: Final = "MessagePromptTemplate"


def _recognises(data: Mapping[str, Any]) -> bool:
    if data.get("_type") == "prompt":
        return isinstance(data.get("template"), str)
    return "lc" in data and any(True for _ in _templates(data))


def _read(data: Mapping[str, Any], values: Mapping[str, Any], _: File) -> Template:
    if data.get("_type") == "prompt":
        pairs = _render(data, values)
        filled = [requests.text_request(one.text) for one in pairs]
        return template_of(filled, pairs)
    messages: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    everything: list[Rendered] = []
    for role, inner in _templates(data):
        pairs = _render(inner, values)
        everything += pairs
        for one, into in zip(pairs, messages, strict=True):
            into.append({"role": role, "content": one.text})
    return template_of([request_of(chosen, {}, None) for chosen in messages], everything)


def _render(data: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[Rendered, Rendered]:
    engine: Engine = _ENGINES.get(str(data.get("template_format")), plain.ENGINE)
    text = str(data["template"])
    values = {**mapping(data.get("partial_variables")), **values}
    return engine.render(text, values, True), engine.render(text, values, False)


def _templates(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (role, prompt) of the messages of a chat prompt as it is serialised."""
    name = str((data.get("id") or [""])[-1]) if isinstance(data.get("id"), list) else ""
    inside = mapping(data.get("kwargs"))
    if name.endswith(_MESSAGE):
        prompt = mapping(mapping(inside.get("prompt")).get("kwargs"))
        if isinstance(prompt.get("template"), str):
            yield _ROLES.get(name.removesuffix(_MESSAGE), "user"), prompt
    elif name == "PromptTemplate" and isinstance(inside.get("template"), str):
        yield "user", inside
    else:
        messages = inside.get("messages")
        for message in messages if isinstance(messages, list) else ():
            if isinstance(message, Mapping):
                yield from _templates(message)


FORMAT: Final = TemplateFormat("langchain", recognises=_recognises, read_data=_read)
