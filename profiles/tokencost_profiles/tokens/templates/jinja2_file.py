"""Jinja2 files: one message, with a YAML head or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.template_engines import front_matter, jinja
from tokencost_profiles.tokens.template_engines.settings import (
    apply_head,
    head_notes,
    mapping,
    name_of,
    render_both,
    template_of,
)
from tokencost_profiles.tokens.template_engines.template import File, Template, TemplateFormat


def read(text: str, values: Mapping[str, Any], file: File) -> Template:
    """Read a Jinja2 file. Raise `TemplateError` where it is none."""
    head = front_matter.split(text)
    longest, shortest = render_both(jinja.ENGINE, head, values)
    settings: dict[str, Any] = {}
    for part in (head.data, *(head.data.get(key) for key in ("config", "parameters", "options"))):
        settings |= mapping(part)
    model = head.data.get("model")
    name = (
        name_of(model) or name_of(mapping(model).get("id")) or name_of(mapping(model).get("name"))
    )
    both = [
        apply_head(requests.text_request(one.text), name, {**mapping(model), **settings})
        for one in (longest, shortest)
    ]
    return template_of(both, (longest, shortest), head_notes(head))


FORMAT: Final = TemplateFormat("jinja2", (".j2", ".jinja", ".jinja2"), read)
