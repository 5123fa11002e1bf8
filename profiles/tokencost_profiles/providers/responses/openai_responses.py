"""Responses: `object: response`, with what was searched and run in `output[]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, Part
from tokencost_profiles.calls.message_parts import block_parts
from tokencost_profiles.calls.times import moment
from tokencost_profiles.providers.answers.hosted_tools import add_tools, image_calls
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.requests.openai_responses import item_messages
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import (
    first_mapping,
    objects,
    router_of,
    text,
)


def _recognises(value: Mapping[str, Any]) -> bool:
    return value.get("object") == "response" or (
        isinstance(value.get("output"), list)
        and "usage" in value
        and str(value.get("id") or "").startswith("resp_")
    )


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = first_mapping(value, "usage")
    model = text(value.get("model"))
    provider = "xai" if model and model.startswith("grok") else None
    if "content_filters" in value:
        provider = "azure"
    provider = router_of(usage) or provider
    reading = read_usage(usage, provider) if usage else None
    items = objects(value.get("output"))
    call = call_of(
        reading,
        api="responses",
        provider=provider,
        model=model,
        response_id=value.get("id"),
        at=moment(value.get("completed_at")) or moment(value.get("created_at")),
        service_tier=text(value.get("service_tier")),
        tools=tuple(dict.fromkeys(_tools(items))),
        answer=tuple(_answer(items)) if want_text else None,
    )
    if value.get("status") in ("failed", "cancelled"):
        call.status = "error"
    add_tools(call, value)
    begun, ended = moment(value.get("created_at")), moment(value.get("completed_at"))
    if begun is not None and ended is not None and ended >= begun:
        call.latency = ended - begun
    return [call, *image_calls(call, value)]


def _tools(items: list[Mapping[str, Any]]) -> list[str]:
    names = []
    for item in items:
        kind = str(item.get("type") or "")
        if kind in ("function_call", "custom_tool_call", "mcp_call"):
            names.append(str(item.get("name") or kind))
        elif kind.endswith("_call"):
            names.append(kind.removesuffix("_call"))
    return names


def _answer(items: list[Mapping[str, Any]]) -> Iterator[Part]:
    """Yield the parts of an answer, as they are sent back."""
    for message in item_messages([*items]):
        yield from block_parts(message.blocks, ASSISTANT)


RESPONSE_FORMAT: Final = ResponseFormat("openai-responses", _recognises, _read, order=30)
