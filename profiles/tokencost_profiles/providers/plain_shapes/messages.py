"""Messages of Anthropic that are plain."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from tokencost_profiles.providers.plain_shapes.shape import (
    BATCHES,
    OTHERS,
    ROUTED,
    Count,
    Id,
    Never,
    PlainAnswer,
    Shape,
    Zero,
    struct_of,
)


class _Block(Struct, gc=False):
    type: Literal["text", "thinking", "redacted_thinking", "tool_use"]
    name: str | None = None


class _Lifetimes(Struct, gc=False, forbid_unknown_fields=True):
    ephemeral_5m_input_tokens: Count = 0
    ephemeral_1h_input_tokens: Count = 0


class _ServerTools(Struct, gc=False, forbid_unknown_fields=True):
    web_search_requests: Zero | None = None
    web_fetch_requests: Count | None = None


class _MessageUsage(Struct, gc=False, forbid_unknown_fields=True):
    input_tokens: Count
    output_tokens: Count
    cache_creation_input_tokens: Count | None = 0
    cache_read_input_tokens: Count | None = 0
    cache_creation: _Lifetimes | None = None
    server_tool_use: _ServerTools | None = None
    service_tier: str | None = None
    inference_geo: str | None = None
    speed: str | None = None


class _AnthropicMessage(Struct, gc=False, kw_only=True):
    id: Id
    type: Literal["message"]
    role: Literal["assistant"]
    model: str | None = None
    usage: _MessageUsage
    stop_reason: str
    content: list[_Block] | None = None
    container: Never | None = None


_CLOUDS: Final = frozenset({"msg_bdrk_", "msg_vrtx_"})
_REFUSAL: Final = "refusal"


def _message(answer: Any) -> PlainAnswer | None:
    if answer.stop_reason == _REFUSAL:
        return None
    usage = answer.usage
    read = usage.cache_read_input_tokens or 0
    written, short, long = usage.cache_creation_input_tokens or 0, 0, 0
    if usage.cache_creation is not None:
        short = usage.cache_creation.ephemeral_5m_input_tokens
        long = usage.cache_creation.ephemeral_1h_input_tokens
        if written != short + long:
            return None
        written = 0
    tools: tuple[str | None, ...] = ()
    if answer.content:
        tools = tuple(one.name for one in answer.content if one.type == "tool_use")
    cloud = answer.id[:9]
    return (
        (
            answer.model,
            usage.service_tier,
            usage.inference_geo,
            usage.speed,
            tools,
            cloud if cloud in _CLOUDS else None,
            read > 0,
            short > 0,
            long > 0,
            written > 0,
        ),
        0,
        answer.id,
        (usage.input_tokens, read, short, long, written, usage.output_tokens),
    )


SHAPE: Final = Shape(
    "message",
    struct_of("Message", _AnthropicMessage, (*ROUTED, *OTHERS, *BATCHES, "choices", "object")),
    ("input", "cache_read", "cache_write_5m", "cache_write_1h", "cache_write_other", "output"),
    _message,
)
