"""Open weights behind a router cost what the host asks that answered, wherever it is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
MODEL = "openai/gpt-oss-120b"
AT = 1793000000  # 2026-10-26
STAMP = "2026-10-26T07:33:20Z"
# A million tokens in and 100,000 out, at Cerebras' 0.35 and 0.75: no router lists the weights so.
COST = "0.425"
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
    "Portkey": (
        "tape.json",
        recording(
            "https://api.portkey.ai/v1/chat/completions",
            chat("gpt-oss-120b"),
            sent_headers={"x-portkey-provider": "cerebras"},
        ),
    ),
}


def profiled(cli: Cli, folder: Path, name: str, text: str) -> dict[str, Any]:
    """Return the report of a log."""
    path = folder / name
    path.write_text(text)
    result = cli("profile", str(path), "-f", "json")
    assert result.code == 0, result.err
    document: dict[str, Any] = json.loads(result.out)
    return document


@pytest.mark.parametrize(("name", "text"), LOGS.values(), ids=LOGS)
def test_the_price_of_the_host_is_charged(cli: Cli, tmp_path: Path, name: str, text: str) -> None:
    total = profiled(cli, tmp_path, name, text)["total"]
    assert (total["calls"], total["cost"]) == (1, COST)


@pytest.mark.parametrize(
    ("source", "cost"),
    [
        ("OpenRouter, Responses", "0.1875"),
        ("OpenRouter, Messages, stream", "0.1875"),
        ("Vercel, chat", "0.25"),
        ("Vercel, Responses", "0.25"),
        ("Vercel, AI SDK", "0.25"),
        ("LiteLLM, chained", "0.5"),
    ],
)
def test_what_the_log_says_it_cost_is_read(
    cli: Cli, tmp_path: Path, source: str, cost: str
) -> None:
    total = profiled(cli, tmp_path, *LOGS[source])["total"]
    assert (total["cost_reported"], total["reported_calls"]) == (cost, 1)


@pytest.mark.parametrize(
    ("host", "reason"),
    [("Nowhere Compute", "no price table has it"), ("Anthropic", "its price of the model")],
)
def test_a_host_whose_price_is_not_known_is_named(
    cli: Cli, tmp_path: Path, host: str, reason: str
) -> None:
    document = profiled(cli, tmp_path, "a.json", json.dumps(response(provider=host)))
    texts = [warning["text"] for warning in document["warnings"]]
    assert any(f"'{host}'" in text and reason in text for text in texts)
    total = document["total"]
    assert float(total["cost_low"]) < float(total["cost"]) < float(total["cost_high"])


def test_an_unlisted_name_at_hugging_face_is_at_the_price_of_its_host(
    cli: Cli, tmp_path: Path
) -> None:
    model = "meta-llama/Llama-3.3-70B-Instruct"
    url = f"{HUGGING_FACE}/v1/chat/completions"
    listed = profiled(cli, tmp_path, "a.json", recording(url, chat(model), asked=f"{model}:groq"))
    unlisted = profiled(
        cli, tmp_path, "b.json", recording(url, chat(f"{model}:scaleway"), asked=model)
    )
    assert listed["total"]["cost"] == "0.669"  # 0.59 and 0.79
    assert unlisted["total"]["cost"] is not None
    assert unlisted["total"]["unpriced_calls"] == 0


@pytest.mark.parametrize(
    ("asked", "answered", "cost"),
    [
        ("meta-llama/Llama-3.3-70B-Instruct", "llama-3.3-70b", True),  # as a host calls it
        ("Qwen/Qwen3-14B", "Qwen/Qwen3-14B-fast", False),  # not listed: what any host asks
    ],
)
def test_hugging_face_is_asked_by_the_name_that_it_lists(
    cli: Cli, tmp_path: Path, asked: str, answered: str, cost: bool
) -> None:
    tape = recording(f"{HUGGING_FACE}/v1/chat/completions", chat(answered), asked=asked)
    total = profiled(cli, tmp_path, "a.json", tape)["total"]
    assert (total["cost"] is not None) == cost
    assert float(total["cost_low"]) < float(total["cost_high"])
