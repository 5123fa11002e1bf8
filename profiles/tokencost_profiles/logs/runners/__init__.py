"""Runners: one module or folder each, with a `RUNNER`."""

from __future__ import annotations

from tokencost_pricing.errors import UsageError, did_you_mean
from tokencost_profiles import discovery
from tokencost_profiles.logs.work import Runner

__all__ = ["Runner", "names", "runner"]


def names() -> list[str]:
    """Return the names of all runners."""
    return [name.rstrip("_") for name in discovery.names(__name__)]


def runner(name: str) -> Runner:
    """Return a runner by name. Raise `UsageError` for an unknown name."""
    for module in (name, f"{name}_"):
        chosen: Runner | None = discovery.find_plugin(__name__, module, "RUNNER")
        if chosen is not None:
            return chosen
    raise UsageError(
        f"no runner '{name}'{did_you_mean(name, names())}", hint=f"one of: {', '.join(names())}"
    )
