"""OpenAI's videos: by their seconds and size. A job is asked for its state again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import ERROR, Call
from tokencost_profiles.calls.times import moment
from tokencost_profiles.providers.answers.media_terms import apply_media_terms, rounded_seconds
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.usage_fields.usage_format import units


def _recognises(value: Mapping[str, Any]) -> bool:
    return value.get("object") == "video" and isinstance(value.get("model"), str)


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    call = call_of(
        None,
        api="videos",
        provider=None,
        model=value["model"],
        response_id=value.get("id"),
        at=moment(value.get("created_at")),
    )
    apply_media_terms(call, value)
    if value.get("status") == "failed":
        call.status, call.usage = ERROR, None
    else:
        call.usage = units(output_video_seconds=rounded_seconds(value.get("seconds")))
    return [call]


RESPONSE_FORMAT: Final = ResponseFormat("videos", _recognises, _read, order=48)
