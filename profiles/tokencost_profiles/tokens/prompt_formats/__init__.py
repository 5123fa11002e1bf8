"""Renderings: what a family of models reads of a request. One file a family."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from tokencost_profiles import discovery
from tokencost_profiles.tokens.markup.prompt_format import Rendering, Segment, Subject

__all__ = ["Rendering", "Segment", "Subject", "rendering_of", "renderings"]


_RENDERINGS: Final[discovery.InOrder[Rendering]] = discovery.InOrder(__name__, "RENDERING")


def renderings() -> tuple[Rendering, ...]:
    """Return every rendering, in the order in which they are asked."""
    return tuple(_RENDERINGS)


@lru_cache(maxsize=1024)
def rendering_of(model: str, provider: str) -> Rendering:
    """Return how a model is sent requests. The last one asked serves every model."""
    return next(one for one in _RENDERINGS if one.serves(model, provider))
