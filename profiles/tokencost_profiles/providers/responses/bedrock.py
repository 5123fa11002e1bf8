"""Bedrock Converse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, Part
from tokencost_profiles.calls.message_parts import block_parts
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.requests.bedrock_converse import content_blocks
from tokencost_profiles.providers.usage.bedrock import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import (
    first_mapping,
    number,
    objects,
    service_tier,
    text,
)


def _recognises(value: Mapping[str, Any]) -> bool:
    return USAGE_FORMAT.recognises(first_mapping(value, "usage")) and (
        "stopReason" in value or "output" in value or "metrics" in value
    )


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    message = first_mapping(first_mapping(value, "output"), "message")
    blocks = objects(message.get("content"))
    latency = number(first_mapping(value, "metrics").get("latencyMs"))
    names = [str(first_mapping(b, "toolUse").get("name") or "") for b in blocks]
    answer: tuple[Part, ...] = ()
    if want_text:
        answer = tuple(block_parts(content_blocks(blocks, "content"), ASSISTANT))
    return [
        call_of(
            USAGE_FORMAT.read(first_mapping(value, "usage"), "bedrock"),
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
    latency = text(first_mapping(value, "performanceConfig").get("latency"))
    return None if latency == "standard" else latency


RESPONSE_FORMAT: Final = ResponseFormat("bedrock-converse", _recognises, _read, order=25)
