"""What a head says of the request: the model, its settings, the answer's form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.content import Request
from tokencost_profiles.providers import requests
from tokencost_profiles.providers.bodies.output_limit import output_limit
from tokencost_profiles.tokens.template_engines.front_matter import Head
from tokencost_profiles.tokens.template_engines.template import (
    Engine,
    Rendered,
    Template,
    TemplateError,
)

_VARIABLE: Final = re.compile(r"\$\{(?:env:)?[\w.]+(?::([^}]*))?\}")


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping, an empty one where there is none."""
    return value if isinstance(value, Mapping) else {}


def name_of(value: Any) -> str | None:
    """Return a name; of a variable of the environment its default, None where it has none."""
    if not isinstance(value, str):
        return None
    text = _VARIABLE.sub(lambda match: match[1] or "", value).strip()
    return text if text and not text.startswith("<") and "{{" not in text else None


def render_both(engine: Engine, head: Head, values: Mapping[str, Any]) -> tuple[Rendered, Rendered]:
    """Render the body of a template at its longest and at its shortest.

    Raise `TemplateError` with the line in the file.
    """
    try:
        return engine.render(head.body, values, True), engine.render(head.body, values, False)
    except TemplateError as error:
        line = None if error.line is None else error.line + head.lines
        raise TemplateError(error.reason, line) from None


def request_of(
    messages: list[dict[str, Any]], settings: Mapping[str, Any], model: str | None
) -> Request:
    """Return the request that messages make with the settings of a head."""
    body = {**settings, "messages": messages}
    if model:
        body["model"] = model
    request = requests.read(body)
    if request is None:
        raise TemplateError("makes no request")
    return request


def apply_head(request: Request, model: str | None, settings: Mapping[str, Any]) -> Request:
    """Return a request with the model and the answer's limit of a head."""
    return msgspec.structs.replace(request, model=model, max_output=output_limit(settings))


def template_of(
    pair: Sequence[Request],
    rendered: Iterable[Rendered],
    notes: Iterable[str] = (),
    *,
    partial: bool = False,
) -> Template:
    """Return a template of its longest and its shortest request, with all that is open."""
    names = dict.fromkeys(name for one in rendered for name in one.open)
    longest, shortest = pair
    return Template(longest, shortest, tuple(names), tuple(notes), partial)


def head_notes(head: Head) -> list[str]:
    """Return warnings about the head itself."""
    if not head.malformed:
        return []
    return [f"not YAML in its head, and passed over: {', '.join(head.malformed)}"]
