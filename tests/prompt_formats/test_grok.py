"""What Grok is billed for: the text, what xAI puts before it, and functions as JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.prompt_count import PromptCount

DAY = date(2026, 9, 1)
FERRY: dict[str, Any] = {
    "name": "find_ferry",
    "description": "Finds a ferry",
    "parameters": {"type": "object", "properties": {"port": {"type": "string"}}},
}
NAMED = {"type": "function", "function": {"name": "find_ferry"}}
TURN = {"role": "user", "content": "To Skye, please"}


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache)


def count(counter: Counter, model: str, provider: str = "xai", **body: Any) -> PromptCount:
    request = requests.read({"model": model, "messages": [TURN], **body})
    assert request is not None
    return counter.request(request, Target(model, provider, "grok", DAY))


@pytest.mark.parametrize(
    ("model", "provider", "hidden"),
    [
        ("grok-4.3", "xai", 192),
        ("grok-4-fast", "xai", 156),
        ("grok-code-fast-1", "xai", 204),
        ("grok-4-1-fast-non-reasoning", "azure", 0),
    ],
)
def test_hidden_text_by_version(counter: Counter, model: str, provider: str, hidden: int) -> None:
    plain = counter.text("To Skye, please", "grok")
    assert count(counter, model, provider).tokens == plain + hidden


def test_functions_and_calls_cost_their_json_and_a_frame(counter: Counter) -> None:
    tools = [{"type": "function", "function": FERRY}]
    one = count(counter, "grok-4-fast", tools=tools)
    two = count(counter, "grok-4-fast", tools=[*tools, *tools])
    each = two.kinds["tools"] - one.kinds["tools"]
    assert one.kinds["tools"] == each + 150
    call = {"id": "a", "function": {"name": "find_ferry", "arguments": '{"port":"Oban"}'}}
    messages = [TURN, {"role": "assistant", "tool_calls": [call]}]
    messages.append({"role": "tool", "tool_call_id": "a", "content": "none"})
    counted = count(counter, "grok-4-fast", tools=tools, messages=messages)
    assert counted.kinds["calls"] > 18
    assert any("keeps" in warning for warning in counted.warnings)
    azure = count(counter, "grok-4-1-fast", "azure", tools=tools, messages=messages)
    assert "thinking" not in azure.kinds


def test_images_are_patches_or_tiles(counter: Counter) -> None:
    data = {"media_type": "image/png", "width": 256, "height": 100}
    message = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": data}}]}
    assert count(counter, "grok-4.3", messages=[message]).kinds["images"] == 8 * 4 + 4
    assert count(counter, "grok-4-fast", messages=[message]).kinds["images"] == 257
    data.update(width=896, height=896)
    assert count(counter, "grok-4-fast", messages=[message]).kinds["images"] == 5 * 256 + 1


def test_the_form_of_the_answer(counter: Counter) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": FERRY["parameters"]}}
    assert count(counter, "grok-4.3", response_format=form).kinds["schema"] > 18
    form = {"type": "json_object"}
    assert count(counter, "grok-4.3", response_format=form).kinds["schema"] == 20


def test_functions_of_newer_versions_are_spaced_json_less_the_title_of_their_schema(
    counter: Counter,
) -> None:
    parameters = {**FERRY["parameters"], "title": "Ferry"}
    tools = [{"type": "function", "function": {**FERRY, "parameters": parameters}}]
    spaced = counter.text(json.dumps(FERRY), "grok")
    assert count(counter, "grok-4.3", tools=tools).kinds["tools"] == spaced + 30
    for choice, more in (("required", -4), ("none", 10), (NAMED, -17)):
        chosen = count(counter, "grok-4.3", tools=tools, tool_choice=choice)
        assert chosen.kinds["tools"] == spaced + 30 + more


def test_a_named_function_of_older_versions_is_not_in_the_prompt(counter: Counter) -> None:
    tools = [{"type": "function", "function": FERRY}]
    assert "tools" in count(counter, "grok-3-mini", tools=tools, tool_choice="required").kinds
    assert "tools" not in count(counter, "grok-3-mini", tools=tools, tool_choice=NAMED).kinds
