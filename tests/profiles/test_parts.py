"""The parts of a request: what its tokens belong to, on models of every family."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_pricing.table import PriceTable
from tokencost_profiles.files.paths import from_bytes
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.tokens.prompt import Prompt
from tokencost_profiles.tokens.prompts import read_prompts

DAY = date(2026, 11, 22)
MODELS = (
    "gpt-4o",
    "claude-sonnet-5-5",
    "gemini-3.8-flash",
    "mistral-large-4",
    "deepseek-v4-pro",
    "qwen3.8-max",
    "grok-4.7",
)
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}}
CHAT: dict[str, Any] = {
    "model": "gpt-4o",
    "messages": [
        {"role": "system", "content": "Be kind to whoever asks about the weather."},
        {"role": "user", "content": "What is the weather like in Ulm?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "c1",
                    "type": "function",
                    "function": {"name": "weather", "arguments": '{"city": "Ulm"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "Rain, eleven degrees, wind from west."},
        {"role": "assistant", "content": "It rains."},
        {"role": "user", "content": "And tomorrow?"},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "weather",
                "description": "Tell the weather.",
                "parameters": PARAMETERS,
            },
        }
    ],
}
CONTENTS: dict[str, Any] = {
    "model": "claude-sonnet-5-5",
    "max_tokens": 10,
    "system": "Be kind.",
    "messages": [
        {"role": "user", "content": "What is the weather like in Ulm?"},
        {
            "role": "assistant",
            "content": [
                {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Ulm"}}
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "c1", "content": "Rain, eleven degrees."}
            ],
        },
    ],
    "tools": [{"name": "weather", "description": "Tell.", "input_schema": PARAMETERS}],
}


def prompt(body: Any) -> Prompt:
    (only,) = read_prompts(from_bytes(json.dumps(body).encode(), "body.json"))
    return only


def parts(table: PriceTable, cache: Path, body: Any, model: str) -> dict[str, int]:
    counted = Counter(cache).prompt(prompt(body), table.find(model), DAY)
    assert sum(counted.parts.values()) == counted.tokens
    return dict(counted.parts)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("body", [CHAT, CONTENTS], ids=["chat", "anthropic"])
def test_parts_sum_to_the_tokens_on_every_family(
    table: PriceTable, cache: Path, body: Any, model: str
) -> None:
    counts = parts(table, cache, body, model)
    assert {"system", "user", "tools", "tool_call", "tool_result"} <= set(counts)


def longer(text: str) -> str:
    return text + " Many, many more words than there were before, all of them in one part." * 3


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    ("place", "part"), [(0, "system"), (1, "user"), (3, "tool_result"), (4, "assistant")]
)
def test_a_text_that_grows_grows_its_part(
    table: PriceTable, cache: Path, model: str, place: int, part: str
) -> None:
    before = parts(table, cache, CHAT, model)
    messages = [dict(message) for message in CHAT["messages"]]
    messages[place]["content"] = longer(messages[place]["content"])
    after = parts(table, cache, {**CHAT, "messages": messages}, model)
    grown = {name: after.get(name, 0) - before.get(name, 0) for name in {*before, *after}}
    assert grown.pop(part) > 30
    assert all(abs(tokens) <= 2 for tokens in grown.values()), grown


def test_a_plain_prompt_is_what_the_user_says(table: PriceTable, cache: Path) -> None:
    (plain,) = read_prompts(from_bytes(b"Hello there, all of you.", "a.txt"))
    counted = Counter(cache).prompt(plain, table.find("gpt-4o"), DAY)
    assert dict(counted.parts) == {"user": counted.content, "frame": counted.added}
    raw = Counter(cache).prompt(plain, table.find("gpt-4o"), DAY, raw=True)
    assert dict(raw.parts) == {"user": raw.content}


def test_a_digest_is_of_the_content_alone() -> None:
    one, other = (
        next(iter(read_prompts(from_bytes(b"Hello", name)))) for name in ("a.txt", "b.txt")
    )
    assert one.digest == other.digest
    assert one.digest != prompt(CHAT).digest
