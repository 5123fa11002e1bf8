"""Requests to Mistral have the tokens that mistral-common 1.13.1 writes for them, by version."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from tokencost_profiles.providers.requests import read
from tokencost_profiles.tokens.counter import Counter, Target

USER: Final = {"role": "user", "content": "Is it wet in Oslo?"}
SYSTEM: Final = {"role": "system", "content": "Be brief."}
CITY: Final = {"type": "string", "description": "Where"}
PARAMETERS: Final = {"type": "object", "properties": {"city": CITY}, "required": ["city"]}


def tool(name: str, description: str) -> dict[str, Any]:
    function = {"name": name, "description": description, "parameters": PARAMETERS}
    return {"type": "function", "function": function}


def call(name: str) -> dict[str, Any]:
    function = {"name": "weather", "arguments": '{"city":"Oslo"}'}
    return {"id": name, "type": "function", "function": function}


def result(name: str, content: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": name, "name": "weather", "content": content}


TOOLS: Final = [tool("weather", "Tells the weather"), tool("tides", "Tells the tides")]
CHAT: Final = {
    "messages": [
        SYSTEM,
        USER,
        {"role": "assistant", "content": "Yes. "},
        {"role": "user", "content": "And\n\nBergen?"},
        {"role": "user", "content": "Or Ålesund?"},
    ]
}
DECLARED: Final = {"messages": [USER], "tools": TOOLS}
CALLED: Final = {
    "messages": [
        SYSTEM,
        USER,
        {"role": "assistant", "content": "", "tool_calls": [call("call00001"), call("call00002")]},
        result("call00001", "Rain"),
        result("call00002", '{"rain": 1.5}'),
    ],
    "tools": TOOLS,
}


@pytest.mark.parametrize(
    ("model", "chat", "declared", "called"),
    [
        ("ministral-8b-2410", 27, 134, 240),  # version 3
        ("pixtral-large-2411", 29, 134, 224),  # 7
        ("mistral-small-2506", 29, 134, 201),  # 11
        ("mistral-medium-2508", 29, 134, 173),  # 13
    ],
)
def test_as_the_reference(cache: Path, model: str, chat: int, declared: int, called: int) -> None:
    counter = Counter(cache)
    target = Target(model, "mistral", "mistral-tekken", date(2026, 6, 1))
    for body, tokens in ((CHAT, chat), (DECLARED, declared), (CALLED, called)):
        request = read({**body, "model": model})
        assert request is not None
        assert counter.request(request, target).tokens == tokens
