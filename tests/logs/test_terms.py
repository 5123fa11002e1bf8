"""On what terms a call was served (tier, speed, host, place), wherever its log writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from logs.reading import from_text, totals
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.merging import settle
from tokencost_profiles.files.paths import from_bytes
from tokencost_profiles.logs.read import ReadOptions, read
from tokencost_profiles.providers.usage import read_usage

COUNTS = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
CHAT = {
    "id": "chatcmpl-termsOfService000000000001",
    "object": "chat.completion",
    "model": "gpt-4.1",
    "created": 1790000000,
    "choices": [],
    "usage": COUNTS,
    "service_tier": "priority",
}
MESSAGE = {
    "id": "msg_bdrk_0123456789abcdefghijklm",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-6",
    "content": [],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 1000, "output_tokens": 100},
}


def calls_in(row: Mapping[str, Any]) -> list[Call]:
    calls, _ = from_text(json.dumps(row) + "\n")
    return calls


def converse(**more: Any) -> dict[str, Any]:
    usage = {"inputTokens": 1000, "outputTokens": 100, "totalTokens": 1100}
    return {"output": {}, "stopReason": "end_turn", "usage": usage, "metrics": {}, **more}


LANGCHAIN = {
    "type": "ai",
    "usage_metadata": {"input_tokens": 1000, "output_tokens": 100},
    "response_metadata": {
        "model_name": "gpt-4.1",
        "service_tier": "priority",
        "token_usage": COUNTS,
    },
}
LANGFUSE = {
    "id": "o1",
    "traceId": "t1",
    "type": "GENERATION",
    "model": "gpt-4.1",
    "usageDetails": {"input": 1000, "output": 100, "total": 1100},
}
BRAINTRUST = {
    "id": "e1",
    "span_id": "s1",
    "root_span_id": "s1",
    "span_attributes": {"type": "llm"},
    "metadata": {"model": "gpt-4.1", "service_tier": "priority"},
    "metrics": {"prompt_tokens": 1000, "completion_tokens": 100, "tokens": 1100},
}
HELICONE = {
    "request_id": "q1",
    "request_created_at": "2026-10-01T00:00:00Z",
    "response_status": 200,
    "request_model": "gpt-4.1",
    "provider": "OPENAI",
    "prompt_tokens": 1000,
    "completion_tokens": 100,
    "response_body": CHAT,
}
MLFLOW = {
    "info": {"trace_id": "tr-1"},
    "data": {
        "spans": [
            {
                "name": "Completions",
                "span_id": "a",
                "trace_id": "t",
                "parent_span_id": None,
                "attributes": {
                    "mlflow.spanType": '"CHAT_MODEL"',
                    "mlflow.spanOutputs": json.dumps(CHAT),
                },
            }
        ]
    },
}


@pytest.mark.parametrize(
    ("row", "tier"),
    [
        ({"model": "gpt-4.1", "service_tier": "flex", "usage": COUNTS}, "flex"),
        (
            {
                "model": "gpt-4.1",
                "usage": COUNTS,
                "response": {"service_tier": "default"},
                "request": {"service_tier": "priority"},
            },
            "default",
        ),
        (LANGCHAIN, "priority"),
        ({**LANGFUSE, "modelParameters": {"service_tier": "priority"}}, "priority"),
        ({**LANGFUSE, "metadata": json.dumps({"service_tier": "flex"})}, "flex"),
        (BRAINTRUST, "priority"),
        (HELICONE, "priority"),
        (MLFLOW, "priority"),
        (converse(serviceTier={"type": "flex"}), "flex"),
    ],
    ids=[
        "beside",
        "response-first",
        "langchain",
        "langfuse",
        "langfuse-metadata",
        "braintrust",
        "helicone",
        "mlflow",
        "converse",
    ],
)
def test_the_service_tier_is_read_where_it_stands(row: dict[str, Any], tier: str) -> None:
    calls = calls_in(row)
    assert [call.service_tier for call in calls] == [tier]
    assert totals(calls) == {"input": 1000, "output": 100}


def test_traffic_of_vertex_is_a_tier_where_it_is_not_the_usual_one() -> None:
    def tier(traffic: str) -> str | None:
        reading = read_usage({"promptTokenCount": 10, "trafficType": traffic})
        assert reading is not None
        return reading.service_tier

    assert tier("ON_DEMAND") is None
    assert tier("ON_DEMAND_FLEX") == "ON_DEMAND_FLEX"
    assert tier("ON_DEMAND_PRIORITY") == "ON_DEMAND_PRIORITY"
    assert tier("PROVISIONED_THROUGHPUT") == "provisioned"


def test_a_latency_that_is_optimised_is_a_speed() -> None:
    for latency, speed in (("optimized", "optimized"), ("standard", None)):
        calls = calls_in(converse(performanceConfig={"latency": latency}))
        assert [call.speed for call in calls] == [speed]


@pytest.mark.parametrize(
    ("asked", "model"),
    [
        ("us.anthropic.claude-sonnet-4-6", "us.anthropic.claude-sonnet-4-6"),
        ("arn:aws:bedrock:us-east-1:1:application-inference-profile/x", "claude-sonnet-4-6"),
    ],
)
def test_bedrock_is_priced_by_the_profile_that_was_asked_for(asked: str, model: str) -> None:
    calls = calls_in({"request": {"modelId": asked, "body": {}}, "response": MESSAGE})
    assert [(call.provider, call.model) for call in calls] == [("bedrock", model)]
    span = {
        "name": "chat",
        "context": {"trace_id": "0x1", "span_id": "0x2"},
        "parent_id": None,
        "start_time": "2026-10-01T00:00:00Z",
        "end_time": "2026-10-01T00:00:01Z",
        "attributes": {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "aws.bedrock",
            "gen_ai.request.model": asked,
            "gen_ai.response.model": "claude-sonnet-4-6",
            "gen_ai.usage.input_tokens": 1000,
            "gen_ai.usage.output_tokens": 100,
        },
    }
    assert [call.model for call in calls_in(span)] == [model]


SESSION = {
    "sessionId": "11111111-1111-4111-8111-111111111111",
    "uuid": "u1",
    "parentUuid": None,
    "type": "assistant",
    "timestamp": "2026-10-01T10:00:00Z",
    "requestId": "req_1",
}
REFUSED = {**MESSAGE, "stop_reason": "refusal", "usage": {"input_tokens": 1000, "output_tokens": 0}}


@pytest.mark.parametrize(
    ("row", "reader"),
    [({**SESSION, "message": REFUSED}, "claude-code"), (REFUSED, "provider-objects")],
    ids=["session", "answer"],
)
def test_a_log_of_nothing_but_refusals_is_read(row: dict[str, Any], reader: str) -> None:
    calls, audit = settle(read([from_bytes(json.dumps(row).encode(), "log.jsonl")], ReadOptions()))
    assert totals(calls) == {}
    assert audit.readers == {reader: 1}


V6 = {
    "inputTokens": {"total": 12000, "noCache": 1000, "cacheRead": 1000, "cacheWrite": 10000},
    "outputTokens": {"total": 100, "text": 60, "reasoning": 40},
}
RAW = {
    "input_tokens": 1000,
    "cache_read_input_tokens": 1000,
    "output_tokens": 100,
    "cache_creation_input_tokens": 10000,
    "cache_creation": {"ephemeral_1h_input_tokens": 10000, "ephemeral_5m_input_tokens": 0},
}


def test_the_usage_that_a_provider_of_the_ai_sdk_gives() -> None:
    reading = read_usage(V6)
    assert reading is not None
    assert reading.unknown_keys is None
    assert reading.usage == {
        "input": 1000,
        "cache_read": 1000,
        "cache_write_other": 10000,
        "output": 60,
        "reasoning": 40,
    }


def test_the_usage_object_of_the_provider_goes_before() -> None:
    answer = {"modelId": "claude-sonnet-4-6", "timestamp": "2026-10-01T00:00:00Z"}
    calls = calls_in({"response": answer, "usage": {**V6, "raw": RAW}})
    assert [(call.model, call.at is None) for call in calls] == [("claude-sonnet-4-6", False)]
    assert totals(calls) == {
        "input": 1000,
        "cache_read": 1000,
        "cache_write_1h": 10000,
        "output": 100,
    }


def test_every_pass_of_an_answer_beside_a_row_is_a_call() -> None:
    passes = [
        {"type": "compaction", "input_tokens": 5000, "output_tokens": 50},
        {"type": "message", "input_tokens": 1000, "output_tokens": 100},
    ]
    answer = {
        **MESSAGE,
        "usage": {"input_tokens": 1000, "output_tokens": 100, "iterations": passes},
    }
    portkey = {"id": "p1", "req_units": 1000, "res_units": 100, "response": answer}
    for row in ({**HELICONE, "provider": "ANTHROPIC", "response_body": answer}, portkey):
        calls = calls_in(row)
        assert sorted((call.usage or {})["input"] for call in calls) == [1000, 5000]
        assert {call.agent for call in calls} == {None, "compaction"}
