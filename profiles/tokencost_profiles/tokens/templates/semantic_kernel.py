"""Prompts that Semantic Kernel keeps as YAML or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.template_engines import handlebars, jinja, plain
from tokencost_profiles.tokens.template_engines.settings import (
    apply_head,
    mapping,
    name_of,
    template_of,
)
from tokencost_profiles.tokens.template_engines.template import (
    Engine,
    File,
    Template,
    TemplateFormat,
)

_ENGINES: Final[dict[str, Engine]] = {
    "handlebars": handlebars.ENGINE,
    "jinja2": jinja.ENGINE,
    "liquid": jinja.ENGINE,
}
_BESIDE: Final = ("template_format", "execution_settings", "input_variables")


def _recognises(data: Mapping[str, Any]) -> bool:
    return isinstance(data.get("template"), str) and any(name in data for name in _BESIDE)


def _read(data: Mapping[str, Any], values: Mapping[str, Any], _: File) -> Template:
    engine = _ENGINES.get(str(data.get("template_format")), plain.ENGINE)
    variables = data.get("input_variables")
    defaults = {
        str(entry["name"]): entry["default"]
        for entry in (variables if isinstance(variables, list) else ())
        if isinstance(entry, Mapping) and "name" in entry and entry.get("default") is not None
    }
    values = {**defaults, **values}
    pairs = (
        engine.render(data["template"], values, True),
        engine.render(data["template"], values, False),
    )
    settings = mapping(data.get("execution_settings"))
    chosen = mapping(settings.get("default", next(iter(settings.values()), None)))
    model = name_of(chosen.get("model_id"))
    filled = [apply_head(requests.text_request(one.text), model, chosen) for one in pairs]
    return template_of(filled, pairs)


FORMAT: Final = TemplateFormat("semantic-kernel", recognises=_recognises, read_data=_read)
