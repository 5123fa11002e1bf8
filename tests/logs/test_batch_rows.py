"""Outputs of batch APIs are recognised by their rows: a batch costs half."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from logs.reading import from_text
from tokencost_pricing.table import PriceTable
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.percentiles import cost_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def gemini(model: str = "gemini-2.5-flash") -> dict[str, Any]:
    return {
        "candidates": [{"content": {"parts": [{"text": "Bread."}]}, "finishReason": "STOP"}],
        "modelVersion": model,
        "usageMetadata": {"promptTokenCount": 1_000_000, "totalTokenCount": 1_000_000},
    }


def chat(model: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "chatcmpl-0123456789abcdef0123",
        "object": "chat.completion",
        "model": model,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Bread."}}],
        "usage": {"prompt_tokens": 1_000_000, "completion_tokens": 0, "total_tokens": 1_000_000},
        **more,
    }


def claude(response_id: str, model: str) -> dict[str, Any]:
    return {
        "id": response_id,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 1_000_000, "output_tokens": 0},
    }


def answered(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "batch_req_1",
        "custom_id": "a",
        "error": None,
        "response": {"status_code": 200, "request_id": "req_1", "body": body},
    }


NOVA = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Bread."}]}},
    "stopReason": "end_turn",
    "modelId": "amazon.nova-lite-v1:0",
    "usage": {"inputTokens": 1_000_000, "outputTokens": 0, "totalTokens": 1_000_000},
}
LLAMA = {
    "generation": "Bread.",
    "prompt_token_count": 70,
    "generation_token_count": 8,
    "stop_reason": "stop",
    "model": "meta.llama3-70b-instruct-v1:0",
}
TITAN = {"inputTextTokenCount": 8, "results": [{"tokenCount": 3, "outputText": "blue"}]}
ROWS: list[tuple[dict[str, Any], str | None, str | None]] = [
    ({"key": "a", "response": gemini()}, "google", "0.15"),
    ({"response": gemini(), "metadata": {"key": "a"}}, "google", "0.15"),
    ({"inlinedResponses": {"inlinedResponses": [{"response": gemini()}]}}, "google", "0.15"),
    (
        {
            "status": "",
            "processed_time": "2026-10-01T10:00:00Z",
            "request": {"contents": []},
            "response": gemini(),
        },
        "vertex",
        "0.15",
    ),
    (
        {
            "status": "",
            "processed_time": "2026-10-01T10:00:00Z",
            "request": '{"contents": []}',
            "response": json.dumps(gemini()),
        },
        "vertex",
        "0.15",
    ),
    (
        {
            "recordId": "R1",
            "modelInput": {"messages": []},
            "modelOutput": claude("msg_bdrk_0123456789abcdef", "claude-haiku-4-5-20251001"),
        },
        "bedrock",
        None,
    ),
    ({"recordId": "R1", "modelInput": {}, "modelOutput": NOVA}, "bedrock", "0.03"),
    (answered(chat("mistral-large-2512")), "mistral", "0.25"),
    (answered(chat("open-mistral-nemo")), None, None),
    (answered(chat("llama-3.1-8b-instant", x_groq={"id": "req_1"})), "groq", "0.025"),
    (answered(chat("openai/gpt-oss-120b", x_groq={"id": "req_1"})), "groq", "0.075"),
    (
        {
            "custom_id": "a",
            "result": {
                "type": "succeeded",
                "message": claude("msg_0123456789abcdef01", "claude-opus-4-8"),
            },
        },
        "anthropic",
        "2.5",
    ),
]


@pytest.mark.parametrize(("row", "provider", "cost"), ROWS)
def test_a_row_of_a_batch_costs_half(
    row: dict[str, Any], provider: str | None, cost: str | None, table: PriceTable
) -> None:
    for text in (json.dumps(row) + "\n", json.dumps(row) + "\n" + json.dumps(row) + "\n"):
        calls, _ = from_text(text)
        pricer = Pricer(table, NOW)
        for call in calls:
            assert call.batch
            assert call.provider == provider
            price = cost_of(call, pricer)
            assert price is not None
            call.batch, call.service_tier = False, None
            usual = cost_of(call, pricer)
            assert usual is not None
            assert 2 * price == usual
            assert cost is None or price == Decimal(cost)


@pytest.mark.parametrize(
    ("body", "usage"), [(LLAMA, {"input": 70, "output": 8}), (TITAN, {"input": 8, "output": 3})]
)
def test_models_with_a_response_format_of_one_maker(
    body: dict[str, Any], usage: dict[str, int]
) -> None:
    calls, _ = from_text(json.dumps({"recordId": "R1", "modelInput": {}, "modelOutput": body}))
    (call,) = calls
    assert call.usage == usage
    assert call.batch
    assert call.provider == "bedrock"
    assert not call.unknown_keys


def test_a_log_that_keeps_answers_is_no_batch() -> None:
    for row in (
        {"request": {"contents": []}, "response": gemini()},
        {"key": "a", "response": gemini(), "latency_ms": 5, "user": "ann"},
        {"id": "r1", "model": "x", "response": chat("gpt-5")},
    ):
        calls, _ = from_text(json.dumps(row) + "\n")
        assert [call.batch for call in calls] == [False]
