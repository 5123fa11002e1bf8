"""Known answers of OpenAI models: what is billed beside the words and the arguments."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tokencost_profiles.calls.content import (
    ASSISTANT,
    Block,
    Message,
    Request,
    Schema,
    Text,
    Tool,
    ToolCall,
)
from tokencost_profiles.tokens.calibration import Calibration
from tokencost_profiles.tokens.counter import Counter, Target

WORDS = "The ferry leaves at nine."
CALL = ToolCall("weather", '{"city":"Ghent"}')
TOOL = Tool("weather", parameters={"type": "object", "properties": {"city": {"type": "string"}}})


def tokens(
    cache: Path,
    model: str,
    api: str,
    *blocks: Block,
    choice: str | None = None,
    schema: Schema | None = None,
) -> int:
    tools = (TOOL,) if any(isinstance(block, ToolCall) for block in blocks) else ()
    message = Message(ASSISTANT, blocks)
    request = Request(api=api, messages=(message,), tools=tools, choice=choice, schema=schema)
    target = Target(model, "openai", "o200k_base", date(2026, 10, 1))
    return Counter(cache, Calibration()).answer(request, target).tokens


def test_words_cost_little_more_than_themselves(cache: Path) -> None:
    text = Counter(cache).text(WORDS, "o200k_base")
    for api in ("openai-chat", "openai-responses"):
        assert text <= tokens(cache, "gpt-4o", api, Text(WORDS)) <= text + 1


@pytest.mark.parametrize("api", ["openai-chat", "openai-responses"])
def test_the_name_of_a_function_that_must_be_called_is_not_written(cache: Path, api: str) -> None:
    free = tokens(cache, "gpt-4o", api, CALL)
    assert tokens(cache, "gpt-4o", api, CALL, choice="weather") < free
    assert tokens(cache, "gpt-5", api, CALL, choice="weather") == tokens(cache, "gpt-5", api, CALL)


def test_a_form_costs_newer_models_four_more(cache: Path) -> None:
    form = Schema({"type": "object"}, "x")
    new = [
        tokens(cache, "gpt-5.4", "openai-responses", Text(WORDS), schema=s) for s in (None, form)
    ]
    old = [tokens(cache, "gpt-4o", "openai-responses", Text(WORDS), schema=s) for s in (None, form)]
    assert new[1] == new[0] + 4
    assert old[1] == old[0]


def test_several_calls_cost_more_than_their_sum(cache: Path) -> None:
    one = tokens(cache, "gpt-4o", "openai-responses", CALL)
    assert tokens(cache, "gpt-4o", "openai-responses", CALL, CALL) > 2 * one
