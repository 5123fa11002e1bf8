"""Logs of many formats, each with one call whose cost a provider, a gateway or a client states."""

from __future__ import annotations

import json
from typing import Any

from tokencost_profiles.calls.call import BY_CLIENT, BY_GATEWAY, BY_PROVIDER

Usage = dict[str, Any]
CHAT: Usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
ROUTED = {"cost": 0.00123, "is_byok": False, "cost_details": {"upstream_inference_cost": 0.001}}
CUSTOMER_KEY = {
    "cost": 0.00005,
    "is_byok": True,
    "cost_details": {"upstream_inference_cost": 0.001},
}


def chat(usage: Usage, **more: Any) -> dict[str, Any]:
    return {
        "id": "gen-1790000000-aaaaaaaaaaaaaaaaaaaa",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "nobody/unknown",
        "provider": "X",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "yes"},
                "finish_reason": "stop",
                "native_finish_reason": "stop",
            }
        ],
        "usage": usage,
        **more,
    }


def messages(usage: Usage) -> dict[str, Any]:
    return {
        "id": "gen-1790000000-bbbbbbbbbbbbbbbbbbbb",
        "type": "message",
        "role": "assistant",
        "model": "nobody/unknown",
        "content": [{"type": "text", "text": "yes"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 100, "output_tokens": 20, **usage},
    }


def responses(usage: Usage) -> dict[str, Any]:
    return {
        "id": "resp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "object": "response",
        "status": "completed",
        "created_at": 1_790_000_000,
        "model": "nobody/unknown",
        "output": [],
        "usage": {"input_tokens": 100, "output_tokens": 20, "total_tokens": 120, **usage},
    }


def lines(*rows: Any) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def stream(usage: Usage) -> str:
    block = {
        "id": "gen-1",
        "object": "chat.completion.chunk",
        "created": 1_790_000_000,
        "model": "nobody/unknown",
    }
    chunk = {**block, "choices": [{"index": 0, "delta": {"content": "yes"}}]}
    last = {**block, "choices": [], "usage": usage}
    return "".join(f"data: {json.dumps(part)}\n\n" for part in (chunk, last)) + "data: [DONE]\n\n"


def recording(usage: Usage, headers: dict[str, Any] | None = None) -> str:
    return json.dumps(
        {
            "http_interactions": [
                {
                    "request": {
                        "method": "post",
                        "uri": "https://openrouter.ai/api/v1/chat/completions",
                        "body": {"string": json.dumps({"model": "nobody/unknown", "messages": []})},
                    },
                    "response": {
                        "status": {"code": 200},
                        "headers": {"Content-Type": ["application/json"], **(headers or {})},
                        "body": {"string": json.dumps(chat(usage))},
                    },
                    "recorded_at": "Sat, 01 Aug 2026 00:00:00 GMT",
                }
            ]
        }
    )


def span(attributes: dict[str, Any]) -> str:
    return lines(
        {
            "name": "chat",
            "context": {"trace_id": "0x" + "1" * 32, "span_id": "0x" + "2" * 16},
            "parent_id": None,
            "start_time": "2026-08-01T00:00:00Z",
            "end_time": "2026-08-01T00:00:01Z",
            "attributes": {
                "gen_ai.operation.name": "chat",
                "gen_ai.request.model": "nobody/unknown",
                **attributes,
            },
            "events": [],
            "links": [],
            "resource": {"attributes": {}},
        }
    )


def ai_sdk(metadata: dict[str, Any]) -> str:
    return span(
        {
            "ai.operationId": "ai.generateText.doGenerate",
            "ai.usage.inputTokens": 100,
            "ai.usage.outputTokens": 20,
            "ai.response.providerMetadata": json.dumps(metadata),
        }
    )


def litellm(**fields: Any) -> str:
    return lines(
        {
            "id": "chatcmpl-1",
            "call_type": "acompletion",
            "model": "nobody/unknown",
            "custom_llm_provider": "openrouter",
            "prompt_tokens": 100,
            "completion_tokens": 20,
            "total_tokens": 120,
            "startTime": 1_790_000_000.0,
            "endTime": 1_790_000_001.0,
            "request_id": "r1",
            "api_base": "",
            "cache_hit": False,
            "messages": [],
            "hidden_params": {},
            "model_map_information": {},
            "metadata": {},
            "status": "success",
            **fields,
        }
    )


LOGS: dict[str, tuple[str, str, str]] = {
    "chat": (lines(chat({**CHAT, **CUSTOMER_KEY})), "0.00105", BY_PROVIDER),
    "messages": (lines(messages(CUSTOMER_KEY)), "0.00105", BY_PROVIDER),
    "responses": (lines(responses(CUSTOMER_KEY)), "0.00105", BY_PROVIDER),
    "xai": (lines(chat({**CHAT, "cost_in_usd_ticks": 10_500_000})), "0.00105", BY_PROVIDER),
    "perplexity": (lines(chat({**CHAT, "cost": {"total_cost": 0.00105}})), "0.00105", BY_PROVIDER),
    "stream": (stream({**CHAT, **CUSTOMER_KEY}), "0.00105", BY_PROVIDER),
    "recording": (recording({**CHAT, **CUSTOMER_KEY}), "0.00105", BY_PROVIDER),
    "header": (recording(CHAT, {"x-litellm-response-cost": ["0.00105"]}), "0.00105", BY_GATEWAY),
    "hidden": (lines(chat(CHAT, _hidden_params={"response_cost": 0.00105})), "0.00105", BY_GATEWAY),
    "beside": (
        lines({"response": chat(CHAT), "messages": [], "cost_usd": 0.00105}),
        "0.00105",
        BY_CLIENT,
    ),
    "litellm": (litellm(response_cost=0.00105), "0.00105", BY_GATEWAY),
    "litellm without a price": (
        litellm(response_cost=0.0, metadata={"usage_object": {**CHAT, **CUSTOMER_KEY}}),
        "0.00105",
        BY_PROVIDER,
    ),
    "walker": (
        lines({"llm": "nobody/unknown", "stats": {"usage": {**CHAT, **CUSTOMER_KEY}}}),
        "0.00105",
        BY_PROVIDER,
    ),
    "openrouter by the AI SDK": (
        ai_sdk(
            {
                "openrouter": {
                    "usage": {
                        "promptTokens": 100,
                        "cost": 0.00105,
                        "costDetails": {"upstreamInferenceCost": 0.00105},
                    }
                }
            }
        ),
        "0.00105",
        BY_PROVIDER,
    ),
    "xai by the AI SDK": (ai_sdk({"xai": {"costInUsdTicks": 10_500_000}}), "0.00105", BY_PROVIDER),
    "result of the AI SDK": (
        lines(
            {
                "usage": {"inputTokens": 100, "outputTokens": 20, "totalTokens": 120},
                "response": {"modelId": "nobody/unknown"},
                "providerMetadata": {"xai": {"costInUsdTicks": 10_500_000}},
            }
        ),
        "0.00105",
        BY_CLIENT,
    ),
    "gateway by the AI SDK": (ai_sdk({"gateway": {"cost": "0.00105"}}), "0.00105", BY_GATEWAY),
    "otel": (
        span(
            {
                "gen_ai.usage.input_tokens": 100,
                "gen_ai.usage.output_tokens": 20,
                "gen_ai.usage.cost": 0.00105,
            }
        ),
        "0.00105",
        BY_CLIENT,
    ),
}
