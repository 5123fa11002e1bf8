"""Response bodies of provider APIs with fees and passes, and what their calls cost."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from logs.reading import from_text
from profiles.test_profile import total_of
from profiling import profile_of
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CREATED = 1_790_000_000  # 21 September 2026


def lines(*rows: Any) -> list[Call]:
    return from_text("".join(json.dumps(row) + "\n" for row in rows))[0]


def cost_of(table: PriceTable, calls: list[Call]) -> Decimal | None:
    total = total_of(profile_of(calls, Pricer(table, NOW)))
    return None if total.unpriced_calls else total.cost


def response(model: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """Return an answer of the Responses API: 1,000 tokens in, 100 out."""
    return {
        "id": f"resp_{number:048d}",
        "object": "response",
        "created_at": CREATED + number,
        "status": "completed",
        "model": model,
        "output": [],
        "usage": {
            "input_tokens": 1000,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 100,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 1100,
        },
        **more,
    }


def chat(model: str, usage: dict[str, Any], created: int = CREATED, **more: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100, **usage}
    return {
        "id": "chatcmpl-" + "0" * 28,
        "object": "chat.completion",
        "created": created,
        "model": model,
        "usage": usage,
        "choices": [{"index": 0, "message": {"content": "x"}, "finish_reason": "stop"}],
        **more,
    }


def gemini(model: str, metadata: Any, **more: Any) -> dict[str, Any]:
    return {
        "candidates": [
            {
                "content": {"parts": [{"text": "x"}], "role": "model"},
                "finishReason": "STOP",
                "groundingMetadata": metadata,
            }
        ],
        "modelVersion": model,
        "responseId": "abcDEFghiJKLmnoPQRstuv",
        "usageMetadata": {
            "promptTokenCount": 1000,
            "candidatesTokenCount": 100,
            "totalTokenCount": 1100,
        },
        "createTime": "2026-10-01T00:00:00Z",
        **more,
    }


def message(usage: dict[str, Any], model: str = "claude-opus-4-8", **more: Any) -> dict[str, Any]:
    return {
        "id": "msg_01" + "0" * 22,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": "end_turn",
        "usage": {"cache_read_input_tokens": 0, "cache_creation_input_tokens": 0, **usage},
        **more,
    }


def a_pass(kind: str, prompt: int, output: int, model: str | None = None) -> dict[str, Any]:
    named = {"model": model} if model else {}
    return {"type": kind, "input_tokens": prompt, "output_tokens": output, **named}
