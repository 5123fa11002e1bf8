"""Chat completions that are plain."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

from tokencost_profiles.providers.plain_shapes.shape import (
    BATCHES,
    BETWEEN,
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


class _Function(Struct, gc=False):
    name: str | None = None


class _ToolCall(Struct, gc=False):
    function: _Function | None = None
    name: str | None = None


class _Message(Struct, gc=False, rename={"camel_metadata": "providerMetadata"}):
    tool_calls: list[_ToolCall] | None = None
    executed_tools: Never | None = None
    provider_metadata: Never | None = None
    camel_metadata: Never | None = None


class _Choice(Struct, gc=False):
    message: _Message
    finish_reason: str | None = None
    delta: Never | None = None


class _ChatUsage(Struct, gc=False, forbid_unknown_fields=True):
    prompt_tokens: Count
    completion_tokens: Count
    total_tokens: Count
    prompt_tokens_details: InputDetails | None = None
    completion_tokens_details: OutputDetails | None = None


class _Chat(Struct, gc=False, kw_only=True):
    id: Id
    object: Literal["chat.completion", "text_completion"]
    created: Moment | None = None
    model: str | None = None
    choices: list[_Choice] | None = None
    usage: _ChatUsage
    service_tier: str | None = None


_KIMI_SEARCH: Final = "$web_search"


def _chat(answer: Any) -> PlainAnswer | None:
    usage = answer.usage
    prompt, output = usage.prompt_tokens, usage.completion_tokens
    details = usage.prompt_tokens_details
    cached = 0 if details is None else details.cached_tokens or 0
    details = usage.completion_tokens_details
    reasoning = 0 if details is None else details.reasoning_tokens or 0
    if prompt + output != usage.total_tokens or cached > prompt or reasoning > output:
        return None
    tools: tuple[str, ...] = ()
    for choice in answer.choices or ():
        if choice.message.tool_calls:
            tools += _names(choice.message.tool_calls)
    response_id = answer.id
    if response_id.startswith(_OTHER_IDS) or _KIMI_SEARCH in tools:
        return None
    return (
        (answer.model, answer.object, answer.service_tier, tools, cached > 0, reasoning > 0),
        answer.created or 0,
        response_id,
        (prompt - cached, cached, output - reasoning, reasoning),
    )


_OTHER_IDS: Final = (MESSAGE_ID, "resp_")  # how ids begin by which other formats recognise


def _names(calls: list[_ToolCall]) -> tuple[str, ...]:
    names = ((one.function and one.function.name) or one.name or "" for one in calls)
    return tuple(name for name in names if name)


SHAPE: Final = Shape(
    "chat",
    struct_of(
        "Chat",
        _Chat,
        (
            *ROUTED,
            *OTHERS,
            *BETWEEN,
            *BATCHES,
            "type",
            "role",
            "stop_reason",
            "x_groq",
            "time_info",
            "prompt_filter_results",
            "error",
        ),
    ),
    OPENAI_UNITS,
    _chat,
)
