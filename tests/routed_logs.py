"""Logs of one call each whose host is Cerebras, by where they name it."""

from __future__ import annotations

import json

from routed_answers import (
    GATEWAY,
    MODEL,
    OTHER,
    PAID,
    ROUTED,
    STAMP,
    chat,
    events,
    gen_ai,
    message,
    recording,
    response,
    spend,
)

HUGGING_FACE = "https://router.huggingface.co"
CLOUDFLARE = "https://gateway.ai.cloudflare.com/v1/account/gate"
PLAIN = chat()
AI_SDK = {
    "ai__operationId": "ai.generateText.doGenerate",
    "ai__model__provider": "gateway",
    "ai__model__id": MODEL,
}

LOGS: dict[str, tuple[str, str]] = {
    "OpenRouter, Responses": ("answer.json", json.dumps(response(provider="Cerebras"))),
    "OpenRouter, Responses, metadata": (
        "answer.json",
        json.dumps(response(openrouter_metadata=ROUTED)),
    ),
    "OpenRouter, Responses, stream": (
        "answer.sse",
        events(
            {"type": "response.created", "response": response(status="in_progress")},
            {
                "type": "response.completed",
                "response": response(),
                "openrouter_metadata": ROUTED,
            },
        ),
    ),
    "OpenRouter, Messages": ("answers.jsonl", json.dumps(message(provider="Cerebras"))),
    "OpenRouter, Messages, stream": (
        "answer.sse",
        events(
            {"type": "message_start", "message": message(stop_reason=None)},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": PAID},
            {"type": "message_stop", "openrouter_metadata": ROUTED},
        ),
    ),
    "OpenRouter, chat, metadata": (
        "answers.jsonl",
        json.dumps(chat(openrouter_metadata=ROUTED)),
    ),
    "OpenRouter, recorded": (
        "tape.json",
        recording("https://openrouter.ai/api/v1/responses", response(provider="Cerebras")),
    ),
    "OpenRouter behind LiteLLM": (
        "spend.jsonl",
        spend("openrouter", response=chat(provider="Cerebras")),
    ),
    "LiteLLM, by its address": (
        "spend.jsonl",
        spend("openai", "gpt-oss-120b", api_base="https://api.cerebras.ai/v1"),
    ),
    "LiteLLM, chained": (
        "spend.jsonl",
        spend(
            "litellm_proxy", "gpt-oss-120b", hidden_params={"api_base": "https://api.cerebras.ai"}
        ),
    ),
    "LiteLLM, the provider of the deployment": (
        "spend.jsonl",
        spend("cerebras", "cerebras/gpt-oss-120b"),
    ),
    "LiteLLM, headers of Hugging Face": (
        "spend.jsonl",
        spend(
            "huggingface",
            hidden_params={"additional_headers": {"llm_provider-x-inference-provider": "cerebras"}},
        ),
    ),
    "LiteLLM, recorded": (
        "tape.json",
        recording(
            "http://localhost:4000/v1/chat/completions",
            chat("gpt-oss-120b"),
            {"x-litellm-model-api-base": "https://api.cerebras.ai/v1"},
        ),
    ),
    "Vercel, chat": (
        "answers.jsonl",
        json.dumps(
            chat(choices=[{"message": {"content": "7", "provider_metadata": GATEWAY}, "index": 0}])
        ),
    ),
    "Vercel, chat, stream": (
        "answer.sse",
        events(
            {**chat(object="chat.completion.chunk", choices=[]), "usage": None},
            {
                **chat(object="chat.completion.chunk"),
                "choices": [{"index": 0, "delta": {"provider_metadata": GATEWAY}}],
            },
        ),
    ),
    "Vercel, Responses": (
        "answer.json",
        json.dumps(response(usage=OTHER, provider_metadata=GATEWAY)),
    ),
    "Vercel, AI SDK": (
        "trace.json",
        gen_ai(**AI_SDK, ai__response__providerMetadata=json.dumps(GATEWAY)),
    ),
    "OpenRouter, AI SDK": (
        "trace.json",
        gen_ai(
            **{**AI_SDK, "ai__model__provider": "openrouter.chat"},
            ai__response__providerMetadata=json.dumps({"openrouter": {"provider": "Cerebras"}}),
        ),
    ),
    "OpenRouter, span": (
        "trace.json",
        gen_ai(gen_ai__provider__name="openrouter", gen_ai__response__provider="Cerebras"),
    ),
    "OpenRouter, span of its own": (
        "trace.json",
        gen_ai(gen_ai__response__id="gen-1793000000-b1", gen_ai__response__provider="Cerebras"),
    ),
    "Hugging Face, header": (
        "tape.json",
        recording(
            f"{HUGGING_FACE}/v1/chat/completions",
            PLAIN,
            {"x-inference-provider": "cerebras"},
            asked=f"{MODEL}:fastest",
        ),
    ),
    "Hugging Face, name": (
        "tape.json",
        recording(f"{HUGGING_FACE}/v1/chat/completions", PLAIN, asked=f"{MODEL}:cerebras"),
    ),
    "Hugging Face, path": (
        "tape.json",
        recording(f"{HUGGING_FACE}/cerebras/v1/chat/completions", PLAIN),
    ),
    "Hugging Face, span": (
        "trace.json",
        gen_ai(
            gen_ai__provider__name="huggingface",
            gen_ai__request__model=f"{MODEL}:cerebras",
            gen_ai__response__model=MODEL,
        ),
    ),
    "Cloudflare, path": (
        "tape.json",
        recording(f"{CLOUDFLARE}/cerebras/chat/completions", chat("gpt-oss-120b")),
    ),
    "Cloudflare, name": (
        "tape.json",
        recording(
            f"{CLOUDFLARE}/compat/chat/completions",
            chat("gpt-oss-120b"),
            asked="cerebras/gpt-oss-120b",
        ),
    ),
    "Cloudflare, header": (
        "tape.json",
        recording(
            f"{CLOUDFLARE}/compat/chat/completions",
            chat("gpt-oss-120b"),
            {"cf-aig-provider": "cerebras"},
            asked="dynamic/sheep",
        ),
    ),
    "OpenRouter behind Helicone": (
        "rows.jsonl",
        json.dumps(
            {
                "request_id": "row-1",
                "request_created_at": STAMP,
                "provider": "OPENROUTER",
                "request_model": MODEL,
                "response_body": chat(provider="Cerebras"),
            }
        ),
    ),
    "OpenRouter behind Portkey": (
        "rows.jsonl",
        json.dumps(
            {
                "id": "row-1",
                "created_at": STAMP,
                "ai_org": "openrouter",
                "ai_model": MODEL,
                "req_units": 1_000_000,
                "res_units": 100_000,
                "response": {"body": chat(provider="Cerebras")},
            }
        ),
    ),
    "Portkey": (
        "tape.json",
        recording(
            "https://api.portkey.ai/v1/chat/completions",
            chat("gpt-oss-120b"),
            sent_headers={"x-portkey-provider": "cerebras"},
        ),
    ),
}
