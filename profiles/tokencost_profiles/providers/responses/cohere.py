"""Cohere: chat, embed, rerank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.answers.response_format import Shape, call_of
from tokencost_profiles.providers.usage.cohere import METER
from tokencost_profiles.providers.usage_fields.usage_format import inner


def _recognises(value: Mapping[str, Any]) -> bool:
    return METER.recognises(inner(value, "usage")) or METER.recognises(inner(value, "meta"))


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = inner(value, "usage")
    metered = METER.read(usage if METER.recognises(usage) else inner(value, "meta"), "cohere")
    return [
        call_of(
            metered,
            api="chat" if "message" in value else "embeddings",
            provider="cohere",
            model=value.get("model"),
            response_id=value.get("id"),
        )
    ]


SHAPE: Final = Shape("cohere", _recognises, _read, order=5)
