"""Answers of provider APIs by chance: plain ones, and such as are not."""

from __future__ import annotations

import json
import random
from typing import Any, NamedTuple

MODELS = (
    "gpt-4o-2024-08-06",
    "gpt-4o-mini",
    "o3",
    "grok-3",
    "no-such-model",
    "deepseek-chat",
    "sonar",
)
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Span(NamedTuple):
    """Times of rows, UTC seconds."""

    first: int
    last: int


SHORT = Span(1_764_547_200, 1_764_560_000)


def plain_row(chance: random.Random, kind: str | None = None) -> dict[str, Any]:
    kind = kind or chance.choice(("chat", "response", "message"))
    return {"chat": _chat, "response": _response, "message": _message}[kind](chance)


def pair_row(chance: random.Random, kind: str | None = None) -> dict[str, Any]:
    """Return a row with a plain answer and its request, or the time of it."""
    answer = plain_row(chance, kind)
    text = chance.choice(("Why?", '{"usage": {"prompt_tokens": 5}}', "data: x", "", "x" * 300))
    blocks = [{"type": "text", "text": chance.choice(("Look at this", "7 words"))}]
    called = {"name": "get", "arguments": '{"city": "Berlin"}'}
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": text},
        {"role": "user", "content": chance.choice((text, blocks))},
        {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": called}]},
        {"role": "tool", "tool_call_id": "c", "content": text},
    ]
    request: dict[str, Any] = {"model": chance.choice(MODELS), "temperature": 0.5}
    request |= chance.choice(({"messages": messages[: chance.randrange(1, 5)]}, {"input": "Why?"}))
    for more in ({"max_tokens": 9}, {"user": "u1"}, {"tools": [{"type": "function"}]}):
        request |= more if chance.random() < 0.3 else {}
    row: dict[str, Any] = {"request": request, "response": answer}
    if chance.random() < 0.3:
        row = {"timestamp": f"2025-12-01T0{chance.randrange(3)}:10:00.5Z", "response": answer}
    labels: tuple[dict[str, Any], ...] = (
        {"latency_ms": 12.5},
        {"user": "u2"},
        {"tags": {"team": "a"}},
        {"trace": "t-1"},
    )
    for label in labels:
        row |= label if chance.random() < 0.3 else {}
    return dict(chance.sample(list(row.items()), len(row)))


def odd_pairs(chance: random.Random) -> list[dict[str, Any]]:
    """Return rows with an answer and a request of which something is read beside."""
    answer, other = plain_row(chance), plain_row(chance)
    asked: dict[str, Any] = {"model": "o3", "messages": [{"role": "user", "content": "Why?"}]}
    quoted = {"model": "o3", "messages": [{"content": json.dumps(other)}]}
    nested = {"model": "o3", "messages": [{"role": "user", "content": other}]}
    search = {"search_context_size": "low"}
    row = {"request": asked, "response": answer}
    return [
        {"response": answer},
        {"response": answer, "key": "a"},
        {"request": {}, "response": answer},
        {**row, "custom_id": "a"},
        {**row, "cost": 0.25},
        {**row, "url": "https://api.groq.com/openai/v1/chat/completions"},
        {**row, "meta_data": {"url": "https://api.x.ai/v1/chat/completions"}},
        {**row, "headers": {"x-litellm-response-cost": "0.5"}},
        {**row, "error": None},
        {**row, "other": other},
        {"timestamp": 1_764_547_200, "response": answer, "sent": {"prompt": "a", "model": "o1"}},
        {**row, "other": json.dumps(other)},
        {**row, "others": [json.dumps(other)]},
        {"response": {**answer, "url": "https://api.groq.com/v1"}, "request": asked},
        {"response": answer, "request": {**asked, "web_search_options": {}}},
        {
            "response": answer,
            "request": {**asked, "web_search_options": search},
        },
        {"response": answer, "request": {**asked, "tools": [search]}},
        {"response": answer, "request": {**asked, "metadata": {"sub": other}}},
        {"response": answer, "request": {**asked, "prompt": json.dumps(other)}},
        {"response": answer, "request": {**asked, "prompt": "\n" + json.dumps(other)}},
        {"response": answer, "request": quoted},
        {"response": answer, "request": nested},
        {"response": answer, "request": {**asked, "model": json.dumps(other)}},
        {"response": {"error": {"message": "overloaded"}}, "request": asked},
        {"response": {**answer, "usage": None}, "request": asked},
    ]


def _id(chance: random.Random, beginning: str) -> str:
    return beginning + "".join(chance.choices(LETTERS, k=24))


def _numbers(chance: random.Random) -> tuple[int, int, int, int]:
    prompt = chance.choice((0, 7, 900, 140_000, 300_000))
    output = chance.choice((0, 1, 500))
    return prompt, output, chance.choice((0, prompt // 2)), chance.choice((0, output // 2))


def _chat(chance: random.Random) -> dict[str, Any]:
    prompt, output, cached, reasoning = _numbers(chance)
    usage: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
    }
    if cached or chance.random() < 0.5:
        usage["prompt_tokens_details"] = {"cached_tokens": cached, "audio_tokens": 0}
    if reasoning or chance.random() < 0.5:
        usage["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    answer = {
        "id": _id(chance, "chatcmpl-"),
        "object": "chat.completion",
        "created": chance.randrange(*SHORT),
        "model": chance.choice(MODELS),
        "usage": usage,
    }
    if chance.random() < 0.6:
        answer["choices"] = [{"index": 0, "message": _message_of(chance), "finish_reason": "stop"}]
    if chance.random() < 0.4:
        answer["service_tier"] = chance.choice(("default", "flex", "priority", None, "batch"))
    return answer | chance.choice(({}, {"labels": {"team": "a"}}, {"system_fingerprint": "fp"}))


def _message_of(chance: random.Random) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": chance.choice(("hi", None, '{"a":'))}
    if chance.random() < 0.3:
        call = {"id": "c", "type": "function", "function": {"name": "get", "arguments": "{}"}}
        message["tool_calls"] = [call]
    return message


def _response(chance: random.Random) -> dict[str, Any]:
    prompt, output, cached, reasoning = _numbers(chance)
    return {
        "id": _id(chance, "resp_"),
        "object": "response",
        "created_at": chance.randrange(*SHORT),
        "status": chance.choice(("completed", "failed", "incomplete")),
        "model": chance.choice(MODELS),
        "output": chance.choice(
            ([], [{"type": "message", "content": []}, {"type": "function_call", "name": "get"}])
        ),
        "text": {"format": {"type": "text"}},
        "usage": {
            "input_tokens": prompt,
            "input_tokens_details": {"cached_tokens": cached},
            "output_tokens": output,
            "output_tokens_details": {"reasoning_tokens": reasoning},
            "total_tokens": prompt + output,
        },
    }


def _message(chance: random.Random) -> dict[str, Any]:
    prompt, output, cached, written = _numbers(chance)
    usage: dict[str, Any] = {
        "input_tokens": prompt,
        "output_tokens": output,
        "cache_read_input_tokens": cached,
        "cache_creation_input_tokens": written,
        "service_tier": chance.choice(("standard", "priority", "batch")),
    }
    if chance.random() < 0.5:
        split = chance.choice((0, written))
        usage["cache_creation"] = {
            "ephemeral_5m_input_tokens": split,
            "ephemeral_1h_input_tokens": written - split,
        }
    return {
        "id": _id(chance, chance.choice(("msg_01", "msg_bdrk_"))),
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5-20250929",
        "content": chance.choice(
            ([], [{"type": "text", "text": "hi"}, {"type": "tool_use", "name": "get"}])
        ),
        "stop_reason": "end_turn",
        "usage": usage,
    }


def odd_rows(chance: random.Random) -> list[Any]:
    """Return rows of which each is read in its own way."""
    chat, response, message = (plain_row(chance, kind) for kind in ("chat", "response", "message"))
    usage = chat["usage"]
    chunk = {"object": "x", "model": "o3", "choices": [{"delta": {"content": "a"}}], "usage": usage}
    bare = {name: value for name, value in chat.items() if name != "id"}
    return [
        "",
        "not json",
        '{"object": "chat.completion", "id": ',
        '{"a": "\ud83d"}'.encode("utf-8", "replace").decode(),
        7,
        [chat, message],
        {"events": 1},
        chunk,
        {"usage": usage},
        bare,
        {**chat, "id": "short"},
        {**chat, "cost": 0.5},
        {**chat, "provider": "Groq"},
        {**chat, "x_groq": {"id": "r"}},
        {**chat, "created": 12.5},
        {**chat, "created": None},
        {**chat, "usage": None},
        {**chat, "usage": {**usage, "new_tokens": 7}},
        {**chat, "usage": {**usage, "total_tokens": usage["total_tokens"] + 5}},
        {**chat, "usage": {**usage, "prompt_tokens": 10**15}},
        {**chat, "usage": {**usage, "prompt_tokens": "12"}},
        {**chat, "usage": {**usage, "prompt_tokens_details": {"audio_tokens": 3}}},
        {**chat, "choices": [{"message": {"executed_tools": [{"type": "search"}]}}]},
        {**chat, "id": "msg_" + "a" * 24},
        {"custom_id": "a", "response": {"body": chat}},
        {"timestamp": "2025-12-01T01:02:03.5Z", "response": message, "model": "x"},
        {"request": {"model": "gpt-4o", "user": "u"}, "response": bare},
        {**response, "completed_at": response["created_at"] + 3},
        {**response, "output": [{"type": "web_search_call"}]},
        {**response, "tools": [{"type": "web_search", "search_context_size": "high"}]},
        {**message, "stop_reason": None},
        {**message, "stop_reason": "refusal"},
        {**message, "usage": {**message["usage"], "iterations": [{"type": "message"}]}},
        {**message, "usage": {**message["usage"], "server_tool_use": {"web_search_requests": 2}}},
        {**message, "container": {"id": "c"}},
    ]
