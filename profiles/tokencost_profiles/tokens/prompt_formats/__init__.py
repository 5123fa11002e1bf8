"""Prompt formats: what a family of models reads of a request. One file a family."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from tokencost_profiles import discovery
from tokencost_profiles.tokens import prompt_rules
from tokencost_profiles.tokens.markup.prompt_format import PromptFormat, Segment, Subject

__all__ = ["PromptFormat", "Segment", "Subject", "prompt_format_of", "prompt_formats"]


_FORMATS: Final[discovery.OrderedPlugins[PromptFormat]] = discovery.OrderedPlugins(
    __name__, "PROMPT_FORMAT"
)


def prompt_formats() -> tuple[PromptFormat, ...]:
    """Return every prompt format, in the order in which they are asked."""
    return tuple(_FORMATS)


@lru_cache(maxsize=1024)
def prompt_format_of(model: str, provider: str, cache: Path | None = None) -> PromptFormat:
    """Return the prompt format of a model. The last one asked serves every model.

    Which models a format serves stands in its rules. `cache` is the folder of compiled files.
    """
    name, offered = next(
        place for place in _order() if prompt_rules.serves(place[0], model, provider, cache)
    )
    if offered is not None:
        return offered
    served: PromptFormat = discovery.load_plugin(__name__, name, "PROMPT_FORMAT")
    return served


@lru_cache(maxsize=1)
def _order() -> list[tuple[str, PromptFormat | None]]:
    """Return the names of the formats in order: only the one that serves a model is imported."""
    return discovery.plugin_order(__name__)
