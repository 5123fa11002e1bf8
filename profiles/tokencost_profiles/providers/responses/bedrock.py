"""Bedrock Converse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.providers.answers.response_format import Shape, call_of, part
from tokencost_profiles.providers.usage.bedrock import METER
from tokencost_profiles.providers.usage_fields.usage_format import (
    inner,
    number,
    objects,
    service_tier,
    text,
)


def _recognises(value: Mapping[str, Any]) -> bool:
    return METER.recognises(inner(value, "usage")) and (
        "stopReason" in value or "output" in value or "metrics" in value
    )


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    message = inner(inner(value, "output"), "message")
    blocks = objects(message.get("content"))
    latency = number(inner(value, "metrics").get("latencyMs"))
    names = [str(inner(b, "toolUse").get("name") or "") for b in blocks]
    answer: tuple[Part, ...] = ()
    for block in blocks if want_text else ():
        answer += part("assistant", block.get("text"))
    return [
        call_of(
            METER.read(inner(value, "usage"), "bedrock"),
            api="converse",
            provider="bedrock",
            model=value.get("modelId", value.get("model")),
            latency=latency / 1000 if latency is not None else None,
            service_tier=service_tier(value),
            speed=_speed(value),
            tools=tuple(dict.fromkeys(name for name in names if name)),
            answer=answer if want_text else None,
        )
    ]


def _speed(value: Mapping[str, Any]) -> str | None:
    """Return how fast an answer was served, where that is not the usual way."""
    latency = text(inner(value, "performanceConfig").get("latency"))
    return None if latency == "standard" else latency


SHAPE: Final = Shape("bedrock-converse", _recognises, _read, order=25)
