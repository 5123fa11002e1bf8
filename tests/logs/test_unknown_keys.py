"""Counts that nobody reads are named: what may be billed is never silent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from logs.reading import calls_of, from_text
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.providers.usage import read_usage

# A usage object, its provider, and what of it is not understood.
CASES: list[tuple[dict[str, Any], str | None, dict[str, int]]] = [
    (
        {
            "input_tokens": 5,
            "output_tokens": 2,
            "cache_creation_input_tokens": 0,
            "cache_creation": {"ephemeral_24h_input_tokens": 40},
        },
        "anthropic",
        {"cache_creation.ephemeral_24h_input_tokens": 40},
    ),
    (
        {"input_tokens": 5, "output_tokens": 2, "server_tool_use": {"map_requests": 3}},
        "anthropic",
        {"server_tool_use.map_requests": 3},
    ),
    (
        {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10, "video_out_tokens": 7},
        None,
        {"video_out_tokens": 7},
    ),
    (
        {
            "input_tokens": 9,
            "output_tokens": 1,
            "total_tokens": 10,
            "input_tokens_details": {"cached_tokens": 1, "smell_tokens": 2},
        },
        "openai",
        {"input_tokens_details.smell_tokens": 2},
    ),
    (
        {
            "promptTokenCount": 9,
            "candidatesTokenCount": 1,
            "totalTokenCount": 10,
            "promptTokensDetails": [
                {"modality": "TEXT", "tokenCount": 4},
                {"modality": "SMELL", "tokenCount": 5},
            ],
        },
        "google",
        {"promptTokensDetails.SMELL": 5},
    ),
    (
        {"promptTokenCount": 9, "totalTokenCount": 9, "codeTokenCount": "12"},
        "google",
        {"codeTokenCount": 12},
    ),
    (
        {"inputTokens": 9, "outputTokens": 1, "imageInputTokens": 3},
        "bedrock",
        {"imageInputTokens": 3},
    ),
    (
        {"billed_units": {"input_tokens": 4, "audio_hours": 2}},
        "cohere",
        {"billed_units.audio_hours": 2},
    ),
    # Not counted, or nothing that is billed apart.
    ({"prompt_tokens": 9, "completion_tokens": 1, "new_tokens": 0}, None, {}),
    (
        {"prompt_tokens": 9, "completion_tokens": 1, "max_tokens": 900, "tokens_per_second": 40},
        None,
        {},
    ),
    (
        {
            "prompt_tokens": 9,
            "completion_tokens": 6,
            "total_tokens": 15,
            "queue_time": 3,
            "completion_tokens_details": {
                "accepted_prediction_tokens": 2,
                "reasoning_tokens": 1,
                "rejected_prediction_tokens": 1,
            },
        },
        "openai",
        {},
    ),
]


@pytest.mark.parametrize(("usage", "provider", "unknown"), CASES)
def test_a_count_that_nobody_reads_is_named(
    usage: dict[str, Any], provider: str | None, unknown: dict[str, int]
) -> None:
    reading = read_usage(usage, provider)
    assert reading is not None
    assert (reading.unknown_keys or {}) == unknown


@pytest.mark.parametrize(
    ("split", "unknown"),
    [
        ({"ephemeral_24h_input_tokens": 40}, {"cache_creation.ephemeral_24h_input_tokens": 40}),
        ({"ephemeral_5m_input_tokens": 40, "ephemeral_1h_input_tokens": 0}, {}),
    ],
)
def test_a_lifetime_of_another_length_is_named(
    split: dict[str, int], unknown: dict[str, int]
) -> None:
    """The rows of Claude Code are told apart without their digits."""
    usual = {"ephemeral_5m_input_tokens": 3, "ephemeral_1h_input_tokens": 4}
    lines = [
        json.dumps(
            {
                "type": "assistant",
                "sessionId": "s",
                "uuid": name,
                "parentUuid": None,
                "message": {
                    "id": f"msg_0123456789abcdef{name}",
                    "model": "claude-sonnet-4-6",
                    "content": [],
                    "stop_reason": "end_turn",
                    "usage": {
                        "input_tokens": 1,
                        "output_tokens": 2,
                        "cache_creation_input_tokens": 0,
                        "cache_creation": kept,
                    },
                },
            }
        )
        for name, kept in (("01", usual), ("02", split))
    ]
    _, audit = from_text("\n".join(lines))
    assert audit.readers == {"claude-code": 1}
    assert audit.unknown_keys == unknown


def test_it_is_counted_once_a_response(tmp_path: Path) -> None:
    usage = {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10, "odd_tokens": 7}
    answer = {
        "id": "chatcmpl-0123456789abcdef01",
        "object": "chat.completion",
        "model": "gpt-5",
        "choices": [],
        "usage": usage,
    }
    paths = [tmp_path / name for name in ("a.json", "b.json")]
    for path in paths:
        path.write_text(json.dumps(answer), "utf-8")
    calls, audit = calls_of(*paths)
    assert len(calls) == 1
    assert audit.unknown_keys == {"odd_tokens": 7}
    assert (audit + Audit()).document()["unknown_usage_keys"] == [{"key": "odd_tokens", "count": 7}]


def span(**attributes: Any) -> dict[str, Any]:
    listed = [
        {"key": key.replace("__", "."), "value": {"intValue": str(value)}}
        for key, value in attributes.items()
    ]
    listed.append({"key": "gen_ai.response.model", "value": {"stringValue": "gpt-5"}})
    listed.append({"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}})
    spans = [{"traceId": "t", "spanId": "s", "name": "chat gpt-5", "attributes": listed}]
    return {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}


CLAUDE = {"input_tokens": 5, "output_tokens": 2, "odd_tokens": 7}
PI = {"type": "session", "id": "s1", "cwd": "/p"}
CODEX = {"input_tokens": 50, "output_tokens": 2, "odd_tokens": 7}
# A log in each format, and the key in it that nobody reads, always with a count of 7.
LOGS: dict[str, tuple[list[Any], str]] = {
    "pi": (
        [
            PI,
            {
                "type": "message",
                "message": {
                    "role": "assistant",
                    "model": "gpt-5",
                    "usage": {"input": 5, "output": 2, "cacheRead": 0, "cacheWrite": 0, "odd": 7},
                },
            },
        ],
        "usage.odd",
    ),
    "codex": (
        [
            {"type": "session_meta", "payload": {"id": "s"}},
            {
                "type": "event_msg",
                "payload": {
                    "type": "token_count",
                    "info": {"total_token_usage": CODEX, "last_token_usage": CODEX},
                },
            },
        ],
        "usage.odd_tokens",
    ),
    "codex-records": (
        [
            {"type": "session_meta", "payload": {"id": "s"}},
            {"type": "token_usage_record", "payload": {"response_id": "r1", "usage": CODEX}},
        ],
        "usage.odd_tokens",
    ),
    "opencode": (
        [
            {
                "id": "m1",
                "role": "assistant",
                "sessionID": "s",
                "modelID": "gpt-5",
                "providerID": "openai",
                "cost": 0,
                "tokens": {
                    "input": 5,
                    "output": 2,
                    "reasoning": 0,
                    "odd": 7,
                    "cache": {"read": 0, "write": 0},
                },
            }
        ],
        "tokens.odd",
    ),
    "cline": (
        [
            [
                {
                    "ts": 1777629600000,
                    "type": "say",
                    "say": "api_req_started",
                    "text": json.dumps({"tokensIn": 5, "tokensOut": 2, "oddTokens": 7}),
                }
            ]
        ],
        "oddTokens",
    ),
    "cline-cli": (
        [
            {
                "sessionId": "s",
                "messages": [
                    {
                        "role": "assistant",
                        "content": [],
                        "modelInfo": {"id": "gpt-5"},
                        "metrics": {"inputTokens": 5, "outputTokens": 2, "oddTokens": 7},
                    }
                ],
            }
        ],
        "metrics.oddTokens",
    ),
    "gemini-cli": (
        [
            {
                "sessionId": "s",
                "projectHash": "p",
                "messages": [
                    {
                        "id": "1",
                        "type": "gemini",
                        "model": "gemini-2.5-pro",
                        "content": "",
                        "tokens": {"input": 5, "output": 2, "odd": 7, "total": 14},
                    }
                ],
            }
        ],
        "tokens.odd",
    ),
    "braintrust": (
        [
            {
                "span_id": "a",
                "root_span_id": "a",
                "span_attributes": {"type": "llm"},
                "metrics": {"prompt_tokens": 5, "completion_tokens": 2, "prompt_odd_tokens": 7},
            }
        ],
        "prompt_odd_tokens",
    ),
    "helicone": (
        [
            {
                "request_id": "r",
                "request_created_at": "2026-05-01",
                "prompt_tokens": 5,
                "completion_tokens": 2,
                "prompt_image_tokens": 7,
            }
        ],
        "prompt_image_tokens",
    ),
    "langfuse": (
        [
            {
                "id": "o",
                "traceId": "t",
                "type": "GENERATION",
                "model": "gpt-5",
                "usageDetails": {"input": 5, "output": 2, "odd": 7},
            }
        ],
        "usage.odd",
    ),
    "openrouter-activity": (
        [
            {
                "generation_id": "gen-1",
                "created_at": "2026-05-01",
                "model_permaslug": "openai/gpt-5",
                "tokens_prompt": 5,
                "tokens_completion": 2,
                "num_search_results": 7,
            }
        ],
        "num_search_results",
    ),
    "otlp": (
        [
            span(
                gen_ai__usage__input_tokens=5,
                gen_ai__usage__output_tokens=2,
                gen_ai__usage__smell__input_tokens=7,
            )
        ],
        "gen_ai.usage.smell.input_tokens",
    ),
    "openinference": (
        [
            span(
                llm__token_count__prompt=5,
                llm__token_count__completion=2,
                llm__token_count__prompt_details__smell=7,
            )
        ],
        "llm.token_count.prompt_details.smell",
    ),
    "atif": (
        [
            {
                "schema_version": "ATIF-v1.4",
                "session_id": "s",
                "agent": {"name": "a"},
                "steps": [
                    {
                        "step_id": 1,
                        "source": "agent",
                        "model_name": "gpt-5",
                        "message": "x",
                        "metrics": {
                            "prompt_tokens": 5,
                            "completion_tokens": 2,
                            "extra": {"odd_tokens": 7},
                        },
                    }
                ],
            }
        ],
        "odd_tokens",
    ),
    "weave": (
        [
            {
                "id": "c",
                "op_name": "op",
                "trace_id": "w",
                "started_at": "2026-05-01",
                "summary": {
                    "usage": {
                        "gpt-5": {"prompt_tokens": 5, "completion_tokens": 2, "odd_tokens": 7}
                    }
                },
            }
        ],
        "odd_tokens",
    ),
    "qwen-code": (
        [
            {
                "uuid": "u",
                "parentUuid": None,
                "sessionId": "s",
                "type": "assistant",
                "model": "q",
                "message": {"role": "model", "parts": [{"text": "x"}]},
                "usageMetadata": {
                    "promptTokenCount": 5,
                    "candidatesTokenCount": 2,
                    "oddTokenCount": 7,
                },
            }
        ],
        "oddTokenCount",
    ),
    "claude-code": (
        [
            {
                "type": "assistant",
                "sessionId": "s",
                "uuid": str(at),
                "parentUuid": None,
                "requestId": "req_1",
                "timestamp": "2026-05-01T00:00:00Z",
                "message": {
                    "id": "msg_0123456789abcdef01",
                    "role": "assistant",
                    "content": [],
                    "model": "claude-sonnet-4-6",
                    "stop_reason": "end_turn",
                    "usage": {**CLAUDE, "odd_tokens": count},
                },
            }
            for at, count in enumerate((0, 7, 7))
        ],
        "odd_tokens",
    ),
    "agent-sdk": (
        [
            {"type": "system", "subtype": "init", "session_id": "s", "model": "claude-sonnet-4-6"},
            {
                "type": "assistant",
                "session_id": "s",
                "parent_tool_use_id": None,
                "message": {
                    "id": "msg_0123456789abcdef01",
                    "role": "assistant",
                    "content": [],
                    "model": "claude-sonnet-4-6",
                    "usage": CLAUDE,
                },
            },
        ],
        "odd_tokens",
    ),
    "bedrock-invocation": (
        [
            {
                "schemaType": "ModelInvocationLog",
                "modelId": "x",
                "requestId": "r",
                "input": {"inputTokenCount": 5, "oddTokenCount": 7},
                "output": {"outputTokenCount": 2},
            }
        ],
        "oddTokenCount",
    ),
    "llm-logs": (
        [
            [
                {
                    "id": "r",
                    "model": "gpt-5",
                    "conversation_id": "c",
                    "datetime_utc": "2026-05-01",
                    "prompt": "",
                    "response": "",
                    "duration_ms": 5,
                    "input_tokens": 5,
                    "output_tokens": 2,
                    "token_details": json.dumps({"odd_tokens": 7}),
                }
            ]
        ],
        "odd_tokens",
    ),
    "copilot-cli": (
        [
            {"type": "session.start", "data": {"sessionId": "s", "copilotVersion": "1"}},
            {
                "type": "session.shutdown",
                "data": {
                    "modelMetrics": {
                        "gpt-5": {"usage": {"inputTokens": 5, "outputTokens": 2, "oddTokens": 3}}
                    }
                },
            },
            {
                "type": "session.shutdown",
                "data": {
                    "modelMetrics": {
                        "gpt-5": {"usage": {"inputTokens": 9, "outputTokens": 4, "oddTokens": 7}}
                    }
                },
            },
        ],
        "oddTokens",
    ),
    "aider-analytics": (
        [
            {
                "event": "message_send",
                "user_id": "u",
                "time": 1777629600,
                "properties": {
                    "main_model": "gpt-5",
                    "prompt_tokens": 5,
                    "completion_tokens": 2,
                    "odd_tokens": 7,
                },
            }
        ],
        "odd_tokens",
    ),
    "litellm": (
        [
            {
                "request_id": "chatcmpl-1",
                "call_type": "acompletion",
                "spend": 0.1,
                "startTime": "2026-06-10T10:00:00Z",
                "model": "gpt-5",
                "prompt_tokens": 5,
                "completion_tokens": 2,
                "total_tokens": 7,
                "metadata": {
                    "usage_object": {
                        "prompt_tokens": 5,
                        "completion_tokens": 2,
                        "total_tokens": 7,
                        "odd_tokens": 7,
                    }
                },
            }
        ],
        "odd_tokens",
    ),
    "langchain": (
        [
            {
                "type": "ai",
                "content": "",
                "response_metadata": {"model_name": "gpt-5"},
                "usage_metadata": {
                    "input_tokens": 5,
                    "output_tokens": 2,
                    "total_tokens": 7,
                    "input_token_details": {"odd": 7},
                },
            }
        ],
        "input_token_details.odd",
    ),
    "walker": (
        [{"model": "gpt-5", "spent": {"tokens_in": 5, "tokens_out": 2, "tokens_odd": 7}}],
        "tokens_odd",
    ),
}


@pytest.mark.parametrize("name", LOGS)
def test_every_reader_names_what_it_does_not_read(name: str) -> None:
    rows, key = LOGS[name]
    calls, audit = from_text("".join(json.dumps(row) + "\n" for row in rows))
    assert calls
    assert audit.unknown_keys == {key: 7}, (audit.readers, calls)
