"""Prompty files: a YAML head, and messages under lines such as `system:`, as Jinja2 or Mustache."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.tokens.template_engines import front_matter, handlebars, jinja
from tokencost_profiles.tokens.template_engines.images import image_url
from tokencost_profiles.tokens.template_engines.settings import (
    head_notes,
    mapping,
    name_of,
    render_both,
    request_of,
    template_of,
)
from tokencost_profiles.tokens.template_engines.template import (
    Engine,
    File,
    Template,
    TemplateFormat,
)

_ROLE: Final = re.compile(
    r"[ \t]*#?[ \t]*(?P<role>system|user|assistant|developer|function|tools?)[ \t]*"
    r"(?:\[[^\]\n]*\])?[ \t]*:[ \t]*\Z",
    re.IGNORECASE,
)
_IMAGE: Final = re.compile(r"!\[[^\]\n]*\]\(\s*(?P<url>[^)\s\"]+)[^)\n]*\)")
_THREAD: Final = "![thread]"
# Settings that are passed on to the API as they stand; the rest bears names of Prompty's.
_SETTINGS: Final = {"maxOutputTokens": "max_tokens", "topP": "top_p"}


def read(text: str, values: Mapping[str, Any], file: File) -> Template:
    """Read a Prompty file. Raise `TemplateError` where it is none."""
    head = front_matter.split(text)
    model = mapping(head.data.get("model"))
    settings = {
        _SETTINGS.get(str(name), str(name)): value
        for part in ("parameters", "options")
        for name, value in mapping(model.get(part)).items()
    }
    notes = head_notes(head)
    tools = settings.get("tools") or head.data.get("tools")
    settings["tools"] = _functions(tools)
    outputs = head.data.get("outputs") or head.data.get("outputSchema")
    uncounted = [
        what
        for what, there in (
            ("tools", bool(tools) and not settings["tools"]),
            ("the schema of the answer", bool(outputs)),
        )
        if there
    ]
    if uncounted:
        notes.append(f"named in its head, and not counted: {' and '.join(uncounted)}")
    engine = _engine(head.data.get("template"))
    longest, shortest = render_both(engine, head, {**_defaults(head.data), **values})
    both = [
        request_of(list(_messages(one.text, file)), settings, _model(head.data.get("model")))
        for one in (longest, shortest)
    ]
    open_thread = _THREAD in longest.text
    if open_thread:
        longest = longest._replace(open=(*longest.open, "thread"))
    return template_of(both, (longest, shortest), notes, partial=bool(uncounted))


def _model(value: Any) -> str | None:
    """Return the model that a head names, with who serves it."""
    if isinstance(value, str):
        return name_of(value)
    model = mapping(value)
    setup = mapping(model.get("configuration")) or mapping(model.get("connection"))
    name = name_of(model.get("id")) or next(
        (
            candidate
            for key in ("azure_deployment", "model", "name", "deployment")
            if (candidate := name_of(setup.get(key)))
        ),
        None,
    )
    host = str(model.get("provider") or setup.get("type") or "")
    if name and "/" not in name and host.startswith("azure"):
        return f"azure/{name}"
    return name


def _engine(template: Any) -> Engine:
    kind = mapping(template).get("format", mapping(template).get("type", template))
    name = str(mapping(kind).get("kind", kind)).casefold()
    return handlebars.ENGINE if name in ("mustache", "handlebars") else jinja.ENGINE


def _defaults(head: Mapping[str, Any]) -> dict[str, Any]:
    """Return what fills a placeholder where the caller gives nothing. Samples are none."""
    inputs = head.get("inputs") or mapping(head.get("inputSchema")).get("properties")
    if isinstance(inputs, list):
        inputs = {mapping(item).get("name"): item for item in inputs}
    defaults: dict[str, Any] = {}
    for name, entry in mapping(inputs).items():
        if not isinstance(entry, Mapping):
            defaults[str(name)] = entry
        elif "default" in entry:
            defaults[str(name)] = entry["default"]
    return {name: value for name, value in defaults.items() if value is not None}


def _functions(tools: Any) -> list[Any]:
    """Return the tools that are written as the API takes them."""
    listed = tools if isinstance(tools, list) else []
    return [tool for tool in listed if isinstance(mapping(tool).get("function"), Mapping)]


def _messages(text: str, file: File) -> Iterator[dict[str, Any]]:
    role, lines = "system", list[str]()
    for line in [*text.splitlines(), None]:
        match = _ROLE.match(line) if line is not None else None
        if line is not None and match is None:
            if line.strip() != _THREAD:
                lines.append(line)
            continue
        content = "\n".join(lines).strip("\n")
        if content.strip() and not role.startswith("tools"):
            yield {"role": role, "content": _content(content, file)}
        if match:
            role, lines = match["role"].lower(), []


def _content(text: str, file: File) -> str | list[dict[str, Any]]:
    """Return a text, or its blocks where images stand in it."""
    blocks: list[dict[str, Any]] = []
    at = 0
    for match in _IMAGE.finditer(text):
        blocks += _text(text[at : match.start()])
        blocks.append({"type": "image_url", "image_url": {"url": image_url(match["url"], file)}})
        at = match.end()
    return [*blocks, *_text(text[at:])] if blocks else text


def _text(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text.strip()}] if text.strip() else []


FORMAT: Final = TemplateFormat("prompty", (".prompty",), read)
