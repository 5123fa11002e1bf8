"""Prompt templates: files with placeholders, one module a kind of file, each with a `FORMAT`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tokencost_profiles import discovery
from tokencost_profiles.tokens.template_engines.template import (
    File,
    Template,
    TemplateError,
    TemplateFormat,
)

__all__ = [
    "File",
    "Template",
    "TemplateError",
    "TemplateFormat",
    "document_format",
    "format_of",
    "formats",
]


@lru_cache
def formats() -> tuple[TemplateFormat, ...]:
    """Return every kind of template file."""
    return tuple(discovery.all_plugins(__name__, "FORMAT"))


def document_format(data: Any) -> TemplateFormat | None:
    """Return the kind of template that decoded JSON or YAML is, or None."""
    if not isinstance(data, Mapping):
        return None
    return next((one for one in formats() if one.recognises and one.recognises(data)), None)


def format_of(name: str) -> TemplateFormat | None:
    """Return the kind of template of a file by its name, or None."""
    folded = name.casefold()
    _, dot, ending = folded.rpartition(".")
    possible = _formats_of_ending(f'.{ending}"') if dot else formats()
    return next((one for one in possible if one.read and folded.endswith(one.endings)), None)


@lru_cache
def _formats_of_ending(quoted: str) -> tuple[TemplateFormat, ...]:
    """Return the kinds whose modules have an ending in a text: a plain text imports none."""
    return tuple(discovery.plugins_with_text(__name__, "FORMAT", quoted))
