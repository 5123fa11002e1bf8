"""The form that an answer must have, as Claude reads it: a fixed text and the schema, indented."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tokencost_profiles.calls.content import Schema
from tokencost_profiles.tokens.markup.prompt_format import SCHEMA, Segment
from tokencost_profiles.tokens.prompt_formats.anthropic.tools import json_line


def schema(form: Schema | None, rules: Mapping[str, Any]) -> Iterator[Segment]:
    """Yield the segments of the schema of the answer."""
    if form is None or form.schema is None:
        return
    yield Segment(SCHEMA, tokens=rules.get("schema", 0), place="schema")
    yield Segment(SCHEMA, _indent(form.schema), place="schema")


def _indent(value: Any) -> str:
    if isinstance(value, Mapping) and set(value) == {""} and isinstance(value[""], str):
        try:  # the schema was sent as text
            value = json.loads(value[""])
        except (ValueError, RecursionError):
            return str(value[""])
    try:
        return json.dumps(value, indent=2)
    except (TypeError, ValueError, RecursionError):
        return json_line(value)
