"""Cohere: chat, embed, rerank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.meters.base import inner
from tokencost_profiles.meters.cohere import METER
from tokencost_profiles.responses.base import Shape, call_of


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
