"""Prompts, traces and logs: how many tokens, where they go, what they cost. The middle layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The room of this name is callable, see `whatif/__init__.py`.
    from tokencost_profiles.whatif.compare import whatif

__all__ = ["whatif"]
