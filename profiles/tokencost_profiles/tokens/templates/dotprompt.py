"""Dotprompt and other Handlebars files: a YAML head, messages after `{{role "user"}}`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Request
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.template_engines import front_matter, handlebars
from tokencost_profiles.tokens.template_engines.images import image_url
from tokencost_profiles.tokens.template_engines.settings import (
    apply_head,
    head_notes,
    mapping,
    name_of,
    render_both,
    request_of,
    template_of,
)
from tokencost_profiles.tokens.template_engines.template import MARK, File, Template, TemplateFormat

_MARKED: Final = re.compile(f"{MARK}([^{MARK}]*){MARK}")
_ROLES: Final = {"model": "assistant", "system": "system", "tool": "tool", "assistant": "assistant"}


def read(text: str, values: Mapping[str, Any], file: File) -> Template:
    """Read a Handlebars file. Raise `TemplateError` where it is none."""
    head = front_matter.split(text)
    if head.data:
        head = head._replace(body=head.body.strip(), lines=head.lines + _leading_lines(head.body))
    defaults = mapping(mapping(head.data.get("input")).get("default"))
    longest, shortest = render_both(handlebars.ENGINE, head, {**defaults, **values})
    model, config = name_of(head.data.get("model")), mapping(head.data.get("config"))
    notes = head_notes(head)
    uncounted = [
        what
        for key, what in (("tools", "tools"), ("output", "the form of the answer"))
        if head.data.get(key) or key in head.malformed
    ]
    if uncounted:
        notes.append(f"named in its head, and not counted: {' and '.join(uncounted)}")
    both = [_request(one.text, file, model, config) for one in (longest, shortest)]
    return template_of(both, (longest, shortest), notes, partial=bool(uncounted))


def _leading_lines(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n")


def _request(text: str, file: File, model: str | None, config: Mapping[str, Any]) -> Request:
    if MARK not in text:
        return apply_head(requests.text_request(text), model, config)
    limits = {name: config[name] for name in config if name != "apiKey"}
    return request_of(list(_messages(text, file)), limits, model)


def _messages(text: str, file: File) -> Iterator[dict[str, Any]]:
    role = "user"
    content: list[dict[str, Any]] = []
    for at, block in enumerate(_MARKED.split(text)):
        kind, _, rest = block.partition(" ") if at % 2 else ("text", "", block)
        if kind == "role":
            if content:
                yield {"role": role, "content": content}
            role, content = _ROLES.get(rest.strip(), "user"), []
        elif kind == "media":
            url = rest.partition(" ")[2]
            content.append({"type": "image_url", "image_url": {"url": image_url(url, file)}})
        elif block.strip():
            content.append({"type": "text", "text": block})
    if content:
        yield {"role": role, "content": content}


FORMAT: Final = TemplateFormat("dotprompt", (".prompt", ".hbs", ".handlebars"), read)
