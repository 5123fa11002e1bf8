"""Answers of the Responses API that are plain."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from tokencost_profiles.providers.plain_shapes.shape import (
    BATCHES,
    MESSAGE_ID,
    OPENAI_UNITS,
    OTHERS,
    ROUTED,
    Count,
    Id,
    InputDetails,
    Moment,
    Never,
    OutputDetails,
    PlainAnswer,
    Shape,
    struct_of,
)


class _Item(Struct, gc=False):
    type: Literal["message", "reasoning", "function_call", "custom_tool_call"]
    name: str | None = None


class _Tool(Struct, gc=False):
    search_context_size: str | None = None


class _ResponseUsage(Struct, gc=False, forbid_unknown_fields=True):
    input_tokens: Count
    output_tokens: Count
    total_tokens: Count
    input_tokens_details: InputDetails | None = None
    output_tokens_details: OutputDetails | None = None


class _Response(Struct, gc=False, kw_only=True):
    id: Id
    object: Literal["response"]
    model: str | None = None
    usage: _ResponseUsage
    created_at: Moment | None = None
    status: str | None = None
    output: list[_Item] | None = None
    tools: list[_Tool] | None = None
    service_tier: str | None = None
    completed_at: Never | None = None
    tool_usage: Never | None = None


_CALLS: Final = ("function_call", "custom_tool_call")


def _response(answer: Any) -> PlainAnswer | None:
    usage = answer.usage
    prompt, output = usage.input_tokens, usage.output_tokens
    details = usage.input_tokens_details
    cached = 0 if details is None else details.cached_tokens or 0
    details = usage.output_tokens_details
    reasoning = 0 if details is None else details.reasoning_tokens or 0
    if prompt + output != usage.total_tokens or cached > prompt or reasoning > output:
        return None
    response_id = answer.id
    if response_id.startswith(MESSAGE_ID):
        return None
    tools = tuple(one.name or one.type for one in answer.output or () if one.type in _CALLS)
    sizes = tuple(one.search_context_size for one in answer.tools or ())
    return (
        (
            answer.model,
            answer.status,
            answer.service_tier,
            tools,
            sizes,
            cached > 0,
            reasoning > 0,
        ),
        answer.created_at or 0,
        response_id,
        (prompt - cached, cached, output - reasoning, reasoning),
    )


SHAPE: Final = Shape(
    "response",
    struct_of(
        "Response", _Response, (*ROUTED, *OTHERS, *BATCHES, "content_filters", "type", "choices")
    ),
    OPENAI_UNITS,
    _response,
)
