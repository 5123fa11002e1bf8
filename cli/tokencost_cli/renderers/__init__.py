"""Renderers: one file a format, each with a `RENDERER`."""

from __future__ import annotations

from tokencost_cli.renderers.base import Renderer, Style
from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_profiles import discovery

__all__ = ["Renderer", "Style", "names", "renderer"]


def names() -> list[str]:
    """Return the names of all formats."""
    return [name.rstrip("_") for name in discovery.names(__name__)]


def renderer(name: str) -> Renderer:
    """Return a renderer by name. Raise `UsageError` for a name that none has."""
    found: Renderer | None = discovery.one(__name__, name, "RENDERER")
    if found is None:
        found = discovery.one(__name__, f"{name}_", "RENDERER")
    if found is None:
        raise UsageError(
            f"no format '{name}'{did_you_mean(name, names())}",
            hint=f"formats: {', '.join(names())}",
        )
    return found
