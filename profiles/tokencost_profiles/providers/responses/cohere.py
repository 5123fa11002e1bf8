"""Cohere: chat, embed, rerank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.usage.cohere import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping


def _recognises(value: Mapping[str, Any]) -> bool:
    return any(
        name in value and USAGE_FORMAT.recognises(first_mapping(value, name))
        for name in ("usage", "meta")
    )


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = first_mapping(value, "usage")
    reading = USAGE_FORMAT.read(
        usage if USAGE_FORMAT.recognises(usage) else first_mapping(value, "meta"), "cohere"
    )
    return [
        call_of(
            reading,
            api=_api(value),
            provider="cohere",
            model=value.get("model"),
            response_id=value.get("id"),
        )
    ]


def _api(value: Mapping[str, Any]) -> str:
    if "message" in value:
        return "chat"
    return "rerank" if "results" in value else "embeddings"


RESPONSE_FORMAT: Final = ResponseFormat("cohere", _recognises, _read, order=5)
