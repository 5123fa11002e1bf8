"""What a request refers to that the provider stores: it is billed, and is not in the body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tokencost_profiles.calls.content import Request

_NAMES: Final = (
    "previous_response_id",
    "conversation",
    "previous_interaction_id",
    "cachedContent",
    "cached_content",
    "thread_id",
    "conversation_id",
)


def references(request: Request) -> tuple[str, ...]:
    """Return the names of the fields by which a request refers to text that is not in it."""
    names = [name for name in _NAMES if request.options.get(name)]
    stored = request.options.get("prompt")  # a prompt stored at the provider
    if isinstance(stored, Mapping) and stored.get("id"):
        names.append("prompt.id")
    return tuple(names)
