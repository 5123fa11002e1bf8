"""Bodies with anything anywhere: counted as far as possible, never a traceback."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tokencost_pricing.errors import InputError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.compare_counts import target_of
from tokencost_profiles.calls.message_parts import request_parts
from tokencost_profiles.files.paths import from_bytes
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.tokens.prompts import read_prompts

DEEP: dict[str, Any] = {"type": "object"}
for _ in range(150):
    DEEP = {"type": "object", "properties": {"a": DEEP}, "items": DEEP.get("items")}
SELF = {"$ref": "#/$defs/x", "$defs": {"x": {"$ref": "#/$defs/x"}}}
SCHEMA = {
    "type": "object",
    "required": ["city"],
    "additionalProperties": False,
    "properties": {
        "city": {"type": "string", "description": "where", "enum": ["Ghent", "Lyon"]},
        "days": {"type": "integer", "minimum": 1, "default": 3},
        "more": {"type": "array", "items": {"type": "object", "properties": {"a": {}}}},
    },
}
IMAGE = {"media_type": "image/png", "width": 300, "height": 200, "bytes": 999}
OPENAI: dict[str, Any] = {
    "model": "gpt-4o",
    "tool_choice": "auto",
    "parallel_tool_calls": False,
    "messages": [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What is this?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
            ],
        },
        {
            "role": "assistant",
            "tool_calls": [
                {
                    "id": "a",
                    "type": "function",
                    "function": {"name": "weather", "arguments": '{"city": "Lyon"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "a", "content": "rain"},
    ],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "weather",
                "description": "the weather",
                "parameters": SCHEMA,
                "strict": True,
            },
        }
    ],
    "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}},
}
ANTHROPIC: dict[str, Any] = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 10,
    "system": [{"type": "text", "text": "Be brief."}],
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "tool_choice": {"type": "any"},
    "tools": [{"name": "weather", "description": "the weather", "input_schema": SCHEMA}],
    "messages": [
        {"role": "user", "content": [{"type": "image", "source": IMAGE}]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "x"},
                {"type": "tool_use", "id": "a", "name": "weather", "input": {"city": "Lyon"}},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "a",
                    "content": [{"type": "text", "text": "r"}],
                }
            ],
        },
    ],
}
GEMINI: dict[str, Any] = {
    "systemInstruction": {"parts": [{"text": "Be brief."}]},
    "contents": [
        {"role": "user", "parts": [{"text": "x"}, {"inlineData": IMAGE}]},
        {"role": "model", "parts": [{"functionCall": {"name": "weather", "args": {"city": "L"}}}]},
        {
            "role": "user",
            "parts": [{"functionResponse": {"name": "weather", "response": {"result": "rain"}}}],
        },
    ],
    "tools": [{"functionDeclarations": [{"name": "weather", "parameters": SCHEMA}]}],
    "generationConfig": {"responseSchema": SCHEMA},
}
RESPONSES: dict[str, Any] = {
    "model": "gpt-5.4",
    "instructions": "Be brief.",
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "What?"}]},
        {"type": "reasoning", "summary": [], "encrypted_content": "x"},
        {"type": "function_call", "call_id": "a", "name": "weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "a", "output": "rain"},
    ],
    "tools": [{"type": "function", "name": "weather", "parameters": SCHEMA}],
    "text": {"format": {"type": "json_schema", "name": "x", "schema": SCHEMA}},
}
BODIES = {"openai": OPENAI, "anthropic": ANTHROPIC, "gemini": GEMINI, "responses": RESPONSES}
MODELS = (
    "gpt-4o",
    "gpt-5.4",
    "o3",
    "claude-sonnet-4-5",
    "claude-opus-5-5",
    "gemini-2.0-flash",
    "gemini-2.5-flash",
    "gemini-3.8-flash",
    "grok-4.3",
    "mistral-large-4",
    "deepseek-v4-pro",
    "llama-3.3-70b-versatile",
    "openai/gpt-oss-120b",
    "qwen3-max",
    "command-a-03-2025",
    "amazon.nova-pro-v1:0",
    "kimi-k2.5",
    "glm-5",
    "a-model-that-nobody-knows",
)
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 1e308, 1.5, "", "x", [], {}, [1, "a", None, {}], 10**30, DEEP, SELF,
     {"type": ["string", None, {}]}, {"enum": [{}, None, 1.5]}, "data:image/png;base64,AA=A",
     {"anyOf": [{"type": "object", "properties": {"a": DEEP}}, 5]}, [[[[]]]]]
)  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_anything_may_stand_anywhere(
    name: str, model: str, table: PriceTable, cache: Path, data: st.DataObject
) -> None:
    body = copy.deepcopy(BODIES[name])
    for _ in range(data.draw(st.integers(1, 3))):
        body = _changed(body, data)
    if not isinstance(body, dict) or (request := requests.read(body)) is None:
        return  # not a request at all
    counter, target = Counter(cache), target_of(table, model, None, date(2026, 10, 1))
    counted = counter.request(request, target)
    assert counted.tokens >= 0
    assert 0 <= counted.low <= counted.tokens
    assert counted.high is None or counted.high >= counted.tokens
    assert all(isinstance(part.text, str) for part in request_parts(request))
    counter.answer(request, target)


def _changed(value: Any, data: st.DataObject) -> Any:
    if not isinstance(value, (dict, list)) or not value or data.draw(st.integers(0, 7)) == 0:
        return copy.deepcopy(data.draw(JUNK))
    places = sorted(value) if isinstance(value, dict) else list(range(len(value)))
    at = data.draw(st.sampled_from(places))
    value[at] = _changed(value[at], data)
    return value


@pytest.mark.parametrize("model", MODELS)
def test_deep_and_circular_schemas_are_counted(model: str, table: PriceTable, cache: Path) -> None:
    for schema in (DEEP, SELF):
        body = copy.deepcopy(OPENAI)
        body["tools"][0]["function"]["parameters"] = schema
        request = requests.read(body)
        assert request is not None
        target = target_of(table, model, None, date(2026, 10, 1))
        assert Counter(cache).request(request, target).tokens > 0


def test_an_unknown_part_is_named_by_its_path(table: PriceTable, cache: Path) -> None:
    body = copy.deepcopy(OPENAI)
    body["messages"][1]["content"].append({"type": "hologram", "data": "x"})
    request = requests.read(body)
    assert request is not None
    counted = Counter(cache).request(request, target_of(table, "gpt-4o", None, date(2026, 10, 1)))
    assert "messages[1].content[2]: 'hologram' is counted as text" in counted.warnings


def test_half_characters_are_counted() -> None:
    text = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "a\ud800b"}]})
    (prompt,) = read_prompts(from_bytes(text.encode(), "body.json"))
    assert request_parts(prompt.request)[0].text == "a\ufffdb"


def test_json_that_breaks_off_is_refused_in_one_line() -> None:
    with pytest.raises(InputError, match=r"body\.json:1: not JSON") as refused:
        list(read_prompts(from_bytes(b'{"model": "gpt-4o", "messages": [', "body.json")))
    assert "\n" not in str(refused.value)
