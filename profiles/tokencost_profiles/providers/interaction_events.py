"""Streams of Gemini's Interactions API: from events to the interaction that they spell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects

_PREFIXES: Final = ("interaction.", "step.", "content.")
_CLOSING: Final = ("interaction.completed", "interaction.complete")
_OPENING: Final = ("interaction.created", "interaction.start")
_CALLS: Final = ("google_search_call", "google_maps_call")


def is_interaction_event(event: Mapping[str, Any]) -> bool:
    """Whether an event is one of a streamed interaction."""
    kind = event.get("event_type")
    return isinstance(kind, str) and kind.startswith(_PREFIXES)


class InteractionEvents:
    """Puts interactions together again, each from the events between its start and its end."""

    def __init__(self) -> None:
        self._opened: dict[str, Any] = {}
        self._steps: list[dict[str, Any]] = []

    def take(self, event: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the interaction that an event closes, or None while it runs."""
        kind = event.get("event_type")
        interaction = dict(first_mapping(event, "interaction"))
        if kind in _OPENING:
            self._opened, self._steps = interaction, []
        elif kind in _CLOSING:
            usage = first_mapping(interaction, "usage") or first_mapping(
                first_mapping(event, "metadata"), "total_usage"
            )
            complete = {**self._opened, **interaction, "usage": usage}
            if not objects(interaction.get("steps")):
                complete["steps"] = self._steps
            self._opened, self._steps = {}, []
            return complete
        else:
            step = first_mapping(event, "step", "delta", "content")
            if step.get("type") in _CALLS:
                self._steps.append(dict(step))
        return None
