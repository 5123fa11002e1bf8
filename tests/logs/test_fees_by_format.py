"""The same fees and kinds of tokens through other logs: recordings, gateways, spans, exports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from logs.answers import CREATED, chat, gemini, lines, response
from logs.reading import from_text, totals
from tokencost_profiles.logs.formats.langfuse.usage import usage_of
from tokencost_profiles.providers.usage import read_usage


def recorded(url: str, sent: Any, answer: Any) -> str:
    """Return one recorded exchange."""
    exchange = {
        "request": {"method": "POST", "uri": url, "headers": {}, "body": json.dumps(sent)},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"Date": ["Thu, 01 Oct 2026 10:00:00 GMT"]},
            "body": {"string": json.dumps(answer)},
        },
    }
    return json.dumps({"version": 1, "interactions": [exchange]})


def test_a_recorded_exchange_gives_what_the_answer_leaves_open() -> None:
    asked: dict[str, Any] = {
        "model": "sonar",
        "web_search_options": {"search_context_size": "high"},
    }
    url = "https://api.perplexity.ai/chat/completions"
    calls, _ = from_text(recorded(url, asked, chat("sonar", {})), "c.json")
    assert [c.search_context for c in calls] == ["high"]
    pro = {"model": "sonar-pro", "web_search_options": {"search_type": "pro"}}
    answer = chat("sonar-pro", {"search_context_size": "medium"})
    calls, _ = from_text(recorded(url, pro, answer), "c.json")
    assert [c.search_context for c in calls] == ["pro_medium"]
    asked = {"model": "gpt-4.1", "tools": [{"type": "web_search_preview"}]}
    items = [{"type": "web_search_call", "id": "ws_1", "status": "completed"}]
    answer = response("gpt-4.1", output=items)
    calls, _ = from_text(recorded("https://api.openai.com/v1/responses", asked, answer), "c.json")
    assert totals(calls) == {"input": 1000, "output": 100, "web_search_preview": 1}


def test_a_recorded_image_is_not_of_the_model_that_was_asked() -> None:
    tool_usage = {"image_gen": {"input_tokens": 50, "output_tokens": 4160, "total_tokens": 4210}}
    answer = response("gpt-5.4", tool_usage=tool_usage)
    url = "https://api.openai.com/v1/responses"
    calls, _ = from_text(recorded(url, {"model": "gpt-5.4"}, answer), "c.json")
    assert [c.model for c in calls] == ["gpt-5.4", "image-generation (model not named)"]
    tools = [{"type": "image_generation", "model": "gpt-image-1-mini"}]
    calls, _ = from_text(recorded(url, {"model": "gpt-5.4", "tools": tools}, answer), "c.json")
    assert [c.model for c in calls] == ["gpt-5.4", "gpt-image-1-mini"]


LITELLM = {
    "request_id": "chatcmpl-litellmFees00000001",
    "call_type": "acompletion",
    "spend": 0.05,
    "prompt_tokens": 1000,
    "completion_tokens": 100,
    "total_tokens": 1100,
    "status": "success",
    "startTime": "2026-10-01T10:00:00.000",
    "endTime": "2026-10-01T10:00:04.000",
    "model": "gemini-2.5-flash",
    "custom_llm_provider": "gemini",
}


def test_litellm_rows_hold_what_was_searched_and_made() -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    metadata = {"usage_object": {**usage, "prompt_tokens_details": {"web_search_requests": 3}}}
    counted = {**LITELLM, "metadata": metadata}
    assert totals(lines(counted))["web_search"] == 3
    answer = {"usage": usage, "vertex_ai_grounding_metadata": [{"webSearchQueries": ["a", "b"]}]}
    assert totals(lines({**LITELLM, "response": answer}))["web_search"] == 2
    tool_usage = {"image_gen": {"input_tokens": 50, "output_tokens": 4160, "total_tokens": 4210}}
    tools = [{"type": "image_generation", "model": "gpt-image-1"}, {"type": "web_search_preview"}]
    ran = [
        {"type": "web_search_call", "id": "ws_1"},
        {"type": "code_interpreter_call", "container_id": "cntr_9"},
    ]
    body = response("gpt-4.1", output=ran, tools=tools, tool_usage=tool_usage)
    row = {
        **LITELLM,
        "call_type": "aresponses",
        "model": "gpt-4.1",
        "custom_llm_provider": "openai",
        "response": body,
    }
    calls = lines(row)
    assert [c.model for c in calls] == ["gpt-4.1", "gpt-image-1"]
    assert totals(calls) == {
        "input": 1050,
        "output": 100,
        "output_image": 4160,
        "web_search_preview": 1,
        "code_container": 1,
    }


def span(attributes: dict[str, Any]) -> str:
    """Return a span as the console exporter of OpenTelemetry writes it."""
    return json.dumps(
        [
            {
                "name": "ai.generateText.doGenerate",
                "spanContext": {"traceId": "a1" * 16, "spanId": "0000000000000001"},
                "attributes": attributes,
                "status": {"code": 0},
                "startTime": [CREATED, 0],
                "endTime": [CREATED + 1, 0],
                "events": [],
            }
        ]
    )


@pytest.mark.parametrize("where", ["google", "vertex"])
def test_spans_hold_the_grounding_of_an_answer(where: str) -> None:
    answer = gemini("gemini-3.8-flash", {})
    passed = {
        where: {
            "usageMetadata": answer["usageMetadata"],
            "groundingMetadata": {"webSearchQueries": ["a", "b", "a"]},
        }
    }
    calls, _ = from_text(
        span(
            {
                "ai.operationId": "ai.generateText.doGenerate",
                "ai.response.model": "gemini-3.8-flash",
                "ai.model.provider": f"{where}.generative-ai",
                "ai.usage.promptTokens": 1000,
                "ai.usage.completionTokens": 100,
                "ai.response.providerMetadata": json.dumps(passed),
            }
        ),
        "spans.json",
    )
    assert totals(calls) == {"input": 1000, "output": 100, "web_search": 2}


CHAT_RESPONSE = {
    "input": 0,
    "cache_read": 200,
    "cache_read_audio": 400,
    "input_audio": 400,
    "output": 20,
    "output_audio": 80,
}


def counted(usage: dict[str, int]) -> dict[str, int]:
    return {unit: count for unit, count in usage.items() if count or unit == "input"}


def test_cached_audio_is_counted_once_by_every_door() -> None:
    """Of 1,000 tokens 800 are audio and 600 cached, so 400 at least are both."""
    calls, _ = from_text(
        span(
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.system": "openai",
                "gen_ai.response.model": "gpt-realtime",
                "gen_ai.usage.input_tokens": 1000,
                "gen_ai.usage.output_tokens": 100,
                "gen_ai.usage.cache_read.input_tokens": 600,
                "gen_ai.usage.details.input_audio_tokens": 800,
                "gen_ai.usage.details.output_audio_tokens": 80,
            }
        ),
        "spans.json",
    )
    assert counted(calls[0].usage or {}) == CHAT_RESPONSE
    langchain = read_usage(
        {
            "input_tokens": 1000,
            "output_tokens": 100,
            "total_tokens": 1100,
            "input_token_details": {"audio": 800, "cache_read": 600},
            "output_token_details": {"audio": 80},
        }
    )
    assert langchain is not None
    assert counted(langchain.usage) == CHAT_RESPONSE
    inside = usage_of(
        {
            "usageDetails": {
                "input": 1000,
                "output": 100,
                "total": 1100,
                "input_cached_tokens": 600,
                "input_audio_tokens": 800,
                "output_audio_tokens": 80,
            }
        }
    )
    assert inside is not None
    assert counted(inside.usage) == CHAT_RESPONSE
    apart = usage_of(
        {
            "usageDetails": {
                "input": 200,
                "output": 20,
                "total": 1100,
                "input_audio_tokens": 800,
                "output_audio_tokens": 80,
            }
        }
    )
    assert apart is not None
    assert apart.usage == {"input": 200, "input_audio": 800, "output": 20, "output_audio": 80}
    row = {
        "id": "b1",
        "root_span_id": "r",
        "span_id": "s",
        "project_id": "p",
        "created": CREATED,
        "metadata": {"model": "gpt-realtime"},
        "span_attributes": {"type": "llm", "name": "x"},
        "metrics": {
            "prompt_tokens": 1000,
            "completion_tokens": 100,
            "tokens": 1100,
            "prompt_cached_tokens": 600,
            "prompt_audio_tokens": 800,
            "completion_audio_tokens": 80,
            "start": CREATED,
            "end": CREATED + 1,
        },
    }
    assert counted(totals(lines(row)) | {"input": 0}) == CHAT_RESPONSE


REALTIME = {
    "total_tokens": 1100,
    "input_tokens": 1000,
    "output_tokens": 100,
    "input_token_details": {
        "text_tokens": 200,
        "audio_tokens": 800,
        "cached_tokens": 600,
        "cached_tokens_details": {"text_tokens": 100, "audio_tokens": 500},
    },
    "output_token_details": {"text_tokens": 20, "audio_tokens": 80},
}


def test_realtime_sessions_are_read() -> None:
    answer = {
        "object": "realtime.response",
        "id": "resp_" + "R" * 22,
        "output": [],
        "usage": REALTIME,
        "status": "completed",
    }
    events: list[dict[str, Any]] = [
        {"type": "session.created", "session": {"model": "gpt-realtime", "id": "sess_1"}},
        {"type": "response.created", "response": {**answer, "usage": None}},
        {"type": "response.done", "event_id": "e1", "response": answer},
    ]
    calls = lines(*events)
    assert [c.model for c in calls] == ["gpt-realtime"]
    assert totals(calls) == {
        "input": 100,
        "cache_read": 100,
        "cache_read_audio": 500,
        "input_audio": 300,
        "output": 20,
        "output_audio": 80,
    }
