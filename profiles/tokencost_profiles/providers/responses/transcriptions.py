"""Transcriptions and translations of speech: by the length of the audio, or by tokens.

OpenAI, Groq, Mistral and who writes alike. The request names the model, but for Mistral.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.answers.media_terms import rounded_seconds
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of, part
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, units

_KINDS: Final = ("tokens", "duration")  # of OpenAI's usage objects
_TASKS: Final = ("transcribe", "translate")
_CHAT: Final = ("choices", "message", "content", "object")


def _recognises(value: Mapping[str, Any]) -> bool:
    if not isinstance(value.get("text"), str) or any(key in value for key in _CHAT):
        return False
    usage = first_mapping(value, "usage")
    if usage.get("type") in _KINDS or "prompt_audio_seconds" in usage:
        return True
    if "x_groq" in value:
        return True
    timed = isinstance(value.get("segments"), list) or isinstance(value.get("words"), list)
    is_heard = timed or value.get("task") in _TASKS
    return is_heard and rounded_seconds(value.get("duration")) is not None


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = first_mapping(value, "usage")
    call = call_of(
        read_usage(dict(usage)) if usage else None,
        api="transcriptions",
        provider="groq" if "x_groq" in value else None,
        model=value.get("model"),
        response_id=first_mapping(value, "x_groq").get("id"),
    )
    seconds = rounded_seconds(value.get("duration"))
    if call.usage is None and seconds is not None:
        call.usage = units(input_audio_seconds=seconds)
    if want_text:
        call.answer = part("assistant", value["text"])
    return [call]


RESPONSE_FORMAT: Final = ResponseFormat("transcriptions", _recognises, _read, order=44)
