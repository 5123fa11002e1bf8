"""Prompts, traces and logs: how many tokens, where they go, what they cost. The middle layer.

The functions of the Python API stand here; each is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tokencost_profiles.estimates.prompt_costs import estimate
    from tokencost_profiles.gate.check import check
    from tokencost_profiles.logs.profile_logs import profile, read
    from tokencost_profiles.whatif.compare import whatif

__all__ = ["check", "estimate", "profile", "read", "whatif"]

# `whatif` is a room as well: the package is callable.
_MODULES: Final = {
    "check": "tokencost_profiles.gate.check",
    "estimate": "tokencost_profiles.estimates.prompt_costs",
    "profile": "tokencost_profiles.logs.profile_logs",
    "read": "tokencost_profiles.logs.profile_logs",
}


def __getattr__(name: str) -> Any:
    if name == "whatif":
        return import_module("tokencost_profiles.whatif")
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    function = getattr(import_module(_MODULES[name]), name)
    globals()[name] = function
    return function


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
