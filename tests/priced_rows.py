"""Rows of logs with what their calls cost, and exports that hold a message without counts."""

from __future__ import annotations

import json
from typing import Any


def litellm(model: str, provider: str, usage: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a row of LiteLLM's spend logs."""
    return {
        "request_id": f"chatcmpl-{model}-{provider}-0001",
        "call_type": "acompletion",
        "spend": 9.0,
        "startTime": "2026-06-10T10:00:00Z",
        "endTime": "2026-06-10T10:00:03Z",
        "model": model,
        "custom_llm_provider": provider,
        "metadata": {"usage_object": usage},
        **more,
    }


def tokens(prompt: int, completion: int = 0, **more: Any) -> dict[str, Any]:
    """Return a usage object as LiteLLM writes them."""
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        **more,
    }


def lifetimes(short: int, long: int) -> dict[str, Any]:
    return {
        "cache_creation_token_details": {
            "ephemeral_5m_input_tokens": short,
            "ephemeral_1h_input_tokens": long,
        },
        "cache_creation_tokens": short + long,
    }


OPUS, SONNET = "claude-opus-4-7", "claude-sonnet-4-6"
PUBLISHERS = "/v1/projects/p/locations/{}/publishers/anthropic/models/m:rawPredict"
LANGCHAIN = {"model": SONNET, "timestamp": "2026-10-01T00:00:00Z"}

ROWS: dict[str, tuple[dict[str, Any], str]] = {
    # 2,000 x 3 + 4,000 x 3.75 + 6,000 x 6 + 200 x 15
    "LiteLLM, both lifetimes": (
        litellm(
            SONNET, "anthropic", tokens(12_000, 200, prompt_tokens_details=lifetimes(4_000, 6_000))
        ),
        "0.06",
    ),
    # 1,000 x 3 + 5,000 x 6, the aggregate left at 0
    "LiteLLM, lifetimes only": (
        litellm(
            SONNET,
            "anthropic",
            tokens(6_000, prompt_tokens_details=lifetimes(0, 5_000) | {"cache_creation_tokens": 0}),
        ),
        "0.033",
    ),
    # 100,000 x 5, x 1.1 at a regional endpoint
    "LiteLLM, region in the host": (
        litellm(
            OPUS,
            "vertex_ai",
            tokens(100_000),
            api_base="https://europe-west1-aiplatform.googleapis.com",
        ),
        "0.55",
    ),
    "LiteLLM, global endpoint": (
        litellm(
            OPUS,
            "vertex_ai",
            tokens(100_000),
            api_base="https://aiplatform.googleapis.com" + PUBLISHERS.format("global"),
        ),
        "0.5",
    ),
    "LiteLLM, region in hidden parameters": (
        litellm(
            f"vertex_ai/{OPUS}",
            "vertex_ai-anthropic_models",
            tokens(100_000),
            hidden_params={
                "api_base": "https://asia-southeast1-aiplatform.googleapis.com"
                + PUBLISHERS.format("asia-southeast1")
            },
        ),
        "0.55",
    ),
    "LiteLLM, priority": (
        litellm("gpt-5.4-mini", "openai", tokens(100_000, service_tier="priority")),
        "0.15",
    ),
    "LiteLLM, geography not told": (
        litellm(OPUS, "anthropic", tokens(100_000, inference_geo="not_available")),
        "0.5",
    ),
    # 4,000 x 3 + 5,000 x 0.30 + 1,000 x 3.75 + 2,000 x 6
    "LangChain, both lifetimes": (
        {
            **LANGCHAIN,
            "usage_metadata": {
                "input_tokens": 12_000,
                "output_tokens": 0,
                "total_tokens": 12_000,
                "input_token_details": {
                    "cache_read": 5_000,
                    "cache_creation": 0,
                    "ephemeral_5m_input_tokens": 1_000,
                    "ephemeral_1h_input_tokens": 2_000,
                },
            },
        },
        "0.02925",
    ),
    # 600 x 0.375 + 400 x 0.0375 + 100 x 2.25: half of gpt-5.4-mini's rates
    "LangChain, flex": (
        {
            "model": "gpt-5.4-mini",
            "timestamp": "2026-10-01T00:00:00Z",
            "usage_metadata": {
                "input_tokens": 1_000,
                "output_tokens": 100,
                "total_tokens": 1_100,
                "input_token_details": {"flex_cache_read": 400, "flex": 600},
                "output_token_details": {"flex_reasoning": 40, "flex": 60},
            },
        },
        "0.000465",
    ),
    # 1,000 x 3 + 1,000 x 0.30 + 10,000 x 3.75 + 100 x 15: the aggregate, no lifetimes
    "LangChain, no lifetimes": (
        {
            **LANGCHAIN,
            "usage_metadata": {
                "input_tokens": 12_000,
                "output_tokens": 100,
                "total_tokens": 12_100,
                "input_token_details": {"cache_read": 1_000, "cache_creation": 10_000},
            },
        },
        "0.0423",
    ),
    "Pydantic AI, Anthropic's counts": (
        {
            "kind": "response",
            "parts": [],
            "model_name": SONNET,
            "timestamp": "2026-10-01T00:00:00Z",
            "provider_name": "anthropic",
            "usage": {
                "input_tokens": 12_000,
                "cache_read_tokens": 1_000,
                "cache_write_tokens": 10_000,
                "output_tokens": 100,
            },
        },
        "0.0423",
    ),
    "Anthropic's keys, the total holds the cache apart": (
        {
            **LANGCHAIN,
            "usage": {
                "input_tokens": 1_000,
                "output_tokens": 100,
                "total_tokens": 12_100,
                "cache_read_input_tokens": 1_000,
                "cache_creation_input_tokens": 10_000,
            },
        },
        "0.0423",
    ),
    "Anthropic's keys, the input holds the cache": (
        {
            **LANGCHAIN,
            "usage": {
                "input_tokens": 12_000,
                "output_tokens": 100,
                "total_tokens": 12_100,
                "cache_read_input_tokens": 1_000,
                "cache_creation_input_tokens": 10_000,
            },
        },
        "0.0423",
    ),
    # 600 x 1.25 + 400 x 0.125 + 150 x 10
    "Google's words": (
        {
            "model": "gemini-2.5-pro",
            "timestamp": "2026-10-01T00:00:00Z",
            "usage": {
                "promptTokens": 1_000,
                "candidatesTokens": 100,
                "cachedContentTokens": 400,
                "thoughtsTokens": 50,
                "totalTokens": 1_150,
            },
        },
        "0.0023",
    ),
}
MESSAGE = {
    "lc": 1,
    "type": "constructor",
    "id": ["langchain_core", "messages", "AIMessage"],
    "kwargs": {
        "content": "x",
        "usage_metadata": {
            "input_tokens": 9_000,
            "output_tokens": 100,
            "total_tokens": 9_100,
            "input_token_details": {
                "cache_read": 5_000,
                "cache_creation": 0,
                "ephemeral_1h_input_tokens": 3_000,
            },
        },
    },
}
SPAN = {
    "trace_id": "tr-1",
    "span_id": "00f067aa0ba902b7",
    "name": "Chat",
    "start_time": 1_780_000_000_000_000_000,
    "attributes": {
        "mlflow.spanType": '"CHAT_MODEL"',
        "mlflow.llm.model": f'"{SONNET}"',
        "mlflow.spanOutputs": json.dumps({"generations": [[{"message": MESSAGE}]]}),
    },
}
# Exports that keep a message of LangChain and no counts of their own.
EXPORTS: dict[str, Any] = {
    "langfuse": {
        "trace": {"id": "t"},
        "observations": [
            {
                "id": "o",
                "traceId": "t",
                "type": "GENERATION",
                "model": SONNET,
                "startTime": "2026-10-01T00:00:00Z",
                "usageDetails": {},
                "output": MESSAGE,
            }
        ],
    },
    "langsmith": [
        {
            "id": "r",
            "trace_id": "t",
            "run_type": "llm",
            "start_time": "2026-10-01T00:00:00Z",
            "extra": {"metadata": {"ls_model_name": SONNET, "ls_provider": "anthropic"}},
            "outputs": {"output": MESSAGE},
        }
    ],
    "mlflow": {"info": {"trace_id": "tr-1"}, "data": {"spans": [SPAN]}},
}
