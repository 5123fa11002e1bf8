"""The form that an answer must have, written as OpenAI's models read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Schema, json_text

_DEEPEST: Final = 60
# What is enforced while the answer is written, and not in the prompt.
_UNSEEN: Final = frozenset(
    {
        "$schema",
        "additionalProperties",
        "required",
        "minLength",
        "maxLength",
        "format",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
        "uniqueItems",
        "pattern",
        "propertyNames",
        "strict",
    }
)
_NAMED: Final = ("properties", "$defs", "definitions")  # what they hold is named by the writer


def schema_text(schema: Schema) -> str:
    """Return a form as the model reads it: a heading, what it is for, and short JSON."""
    described = f"// {schema.description}\n" if schema.description else ""
    label = json_text(_visible(schema.schema or {}, 0))
    return f"# Response Formats\n\n## {schema.name or 'response'}\n\n{described}{label}"


def _visible(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [_visible(one, depth + 1) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: _inside(name, inner, depth + 1)
        for name, inner in value.items()
        if name not in _UNSEEN
    }


def _inside(name: str, value: Any, depth: int) -> Any:
    if name in _NAMED and isinstance(value, Mapping):
        return {key: _visible(inner, depth) for key, inner in value.items()}
    if name in ("enum", "const", "default", "examples"):
        return value
    return _visible(value, depth)
