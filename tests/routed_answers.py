"""Answers, recordings, spans and rows of calls that a router or a gateway passed on."""

from __future__ import annotations

import json
from typing import Any

MODEL = "openai/gpt-oss-120b"
AT = 1793000000  # 2026-10-26
STAMP = "2026-10-26T07:33:20Z"
CHAT = {"prompt_tokens": 1_000_000, "completion_tokens": 100_000, "total_tokens": 1_100_000}
OTHER = {"input_tokens": 1_000_000, "output_tokens": 100_000, "total_tokens": 1_100_000}
PAID = {"cost": 0.1875, "cost_details": {"upstream_inference_cost": 0.1875}}
ROUTED = {
    "requested": MODEL,
    "strategy": "direct",
    "endpoints": {
        "total": 2,
        "available": [
            {"provider": "Groq", "model": MODEL, "selected": False},
            {"provider": "Cerebras", "model": MODEL, "selected": True},
        ],
    },
}
GATEWAY = {
    "gateway": {
        "routing": {"resolvedProvider": "groq", "finalProvider": "cerebras", "attempts": []},
        "cost": "0.25",
    }
}


def chat(model: str = MODEL, **more: Any) -> dict[str, Any]:
    """Return a chat answer."""
    return {
        "id": "gen-1793000000-a1",
        "object": "chat.completion",
        "created": AT,
        "model": model,
        "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "7"}}
        ],
        "usage": CHAT,
        **more,
    }


def response(**more: Any) -> dict[str, Any]:
    """Return an answer of the Responses API."""
    return {
        "id": "gen-1793000000-r1",
        "object": "response",
        "created_at": AT,
        "model": MODEL,
        "status": "completed",
        "output": [],
        "usage": {**OTHER, **PAID},
        **more,
    }


def message(**more: Any) -> dict[str, Any]:
    """Return an answer in the format of Anthropic's messages."""
    return {
        "id": "gen-1793000000-m1",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "stop_reason": "end_turn",
        "content": [{"type": "text", "text": "7"}],
        "usage": {"input_tokens": 1_000_000, "output_tokens": 100_000, **PAID},
        **more,
    }


def events(*values: Any) -> str:
    """Return a stream of server-sent events."""
    return "".join(f"data: {json.dumps(value)}\n\n" for value in values) + "data: [DONE]\n\n"


def recording(
    url: str,
    answer: dict[str, Any],
    headers: dict[str, str] | None = None,
    *,
    asked: str = MODEL,
    sent_headers: dict[str, str] | None = None,
) -> str:
    """Return a recording of one request, as HAR-like JSON of VCR tools."""
    body = {"model": asked, "messages": [{"role": "user", "content": "count the sheep"}]}
    request = {
        "method": "POST",
        "uri": url,
        "headers": {key: [value] for key, value in (sent_headers or {}).items()},
        "body": {"string": json.dumps(body)},
    }
    reply = {
        "status": {"code": 200},
        "headers": {key: [value] for key, value in (headers or {}).items()},
        "body": {"string": json.dumps(answer)},
    }
    return json.dumps({"interactions": [{"request": request, "response": reply}]})


def span(**attributes: Any) -> str:
    """Return a trace of one span of OpenTelemetry."""
    start = AT * 10**9
    values = [
        {"key": key, "value": {"intValue": str(value)}}
        if isinstance(value, int)
        else {"key": key, "value": {"stringValue": value}}
        for key, value in attributes.items()
    ]
    one = {
        "traceId": "0" * 31 + "1",
        "spanId": "0" * 15 + "1",
        "name": "chat",
        "startTimeUnixNano": str(start),
        "endTimeUnixNano": str(start + 10**9),
        "attributes": values,
    }
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"scope": {}, "spans": [one]}]}]})


def gen_ai(**attributes: Any) -> str:
    """Return the span of a call with its counts."""
    names = {key.replace("__", "."): value for key, value in attributes.items()}
    return span(
        **{
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": MODEL,
            "gen_ai.usage.input_tokens": 1_000_000,
            "gen_ai.usage.output_tokens": 100_000,
            **names,
        }
    )


def spend(provider: str, model: str = MODEL, **more: Any) -> str:
    """Return a row of LiteLLM's spend logs."""
    return json.dumps(
        {
            "request_id": "chatcmpl-litellm-0001",
            "call_type": "acompletion",
            "spend": 0.5,
            "startTime": STAMP,
            "endTime": STAMP,
            "model": model,
            "custom_llm_provider": provider,
            "metadata": {"usage_object": CHAT},
            **more,
        }
    )
