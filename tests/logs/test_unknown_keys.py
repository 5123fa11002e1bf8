"""Counts that nobody reads are named: what may be billed is never silent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from logs.reading import calls_of, from_text
from logs.unread_key_logs import LOGS
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
    """Usage objects of Claude Code that differ only in digits are one form."""
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
                        "cache_creation": usage_object,
                    },
                },
            }
        )
        for name, usage_object in (("01", usual), ("02", split))
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
    assert (audit + Audit()).unknown_keys == {"odd_tokens": 7}


@pytest.mark.parametrize("name", LOGS)
def test_every_reader_names_what_it_does_not_read(name: str) -> None:
    rows, key = LOGS[name]
    calls, audit = from_text("".join(json.dumps(row) + "\n" for row in rows))
    assert calls
    assert audit.unknown_keys == {key: 7}, (audit.readers, calls)
