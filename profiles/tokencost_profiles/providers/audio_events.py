"""Events that close an answer about audio: streamed speech, and transcriptions of both kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

_HEARD: Final = "conversation.item.input_audio_transcription.completed"
_CLOSING: Final = frozenset({"speech.audio.done", "transcript.text.done", _HEARD})


def is_audio_event(value: Mapping[str, Any]) -> bool:
    """Whether an event closes an answer about audio."""
    return str(value.get("type")) in _CLOSING


def audio_answer(event: Mapping[str, Any], heard_by: str | None) -> dict[str, Any] | None:
    """Return the answer that an event closes, or None where it has no counts.

    `heard_by`: the model that a realtime session transcribes with.
    """
    if not first_mapping(event, "usage"):
        return None
    if event["type"] != _HEARD:
        return dict(event)
    return {
        "text": text(event.get("transcript")) or "",
        "usage": event["usage"],
        "model": heard_by,
    }


def heard_by(session: Mapping[str, Any]) -> str | None:
    """Return the model that a realtime session transcribes with, where its settings name one."""
    sound = first_mapping(first_mapping(session, "audio"), "input")
    settings = first_mapping(sound, "transcription") or first_mapping(
        session, "input_audio_transcription"
    )
    return text(settings.get("model"))
