"""Speech: the answer is audio, so the request stands for the call, by the characters it speaks.

Where the answer was streamed, its last event has the tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.answers.response_format import SPEECH, ResponseFormat, call_of
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping

_DONE: Final = "speech.audio.done"


def _recognises(value: Mapping[str, Any]) -> bool:
    if value.get("type") == _DONE:
        return bool(first_mapping(value, "usage"))
    return (
        isinstance(value.get("input"), str)
        and isinstance(value.get("model"), str)
        and isinstance(value.get("voice"), (str, Mapping))
        and "usage" not in value
    )


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    if value.get("type") == _DONE:
        call = call_of(
            read_usage(dict(first_mapping(value, "usage"))),
            api=SPEECH,
            provider=None,
            model=value.get("model"),
        )
        usage = call.usage or {}
        call.usage = {"input": usage.get("input", 0), "output_audio": usage.get("output", 0)}
        return [call]
    call = call_of(None, api=SPEECH, provider=None, model=value["model"])
    call.usage = {"input_characters": len(value["input"])}
    return [call]


RESPONSE_FORMAT: Final = ResponseFormat("speech", _recognises, _read, order=90)
