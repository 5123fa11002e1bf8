"""Renderings: what a family of models reads of a request. One file a family."""

from __future__ import annotations

from functools import lru_cache

from tokencost_profiles import discovery
from tokencost_profiles.renderings.base import Bit, Rendering, Subject

__all__ = ["Bit", "Rendering", "Subject", "rendering_of", "renderings"]


@lru_cache(maxsize=1)
def renderings() -> tuple[Rendering, ...]:
    """Return every rendering, in the order in which they are asked."""
    found: list[Rendering] = list(discovery.every(__name__, "RENDERING"))
    return tuple(sorted(found, key=lambda one: (one.order, one.name)))


@lru_cache(maxsize=1024)
def rendering_of(model: str, provider: str) -> Rendering:
    """Return how a model is sent requests. The last one asked serves every model."""
    return next(one for one in renderings() if one.serves(model, provider))
