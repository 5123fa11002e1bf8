"""What Cohere charges for: the texts, not the frame around them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_profiles.calls.content import ASSISTANT, Message, Request, Text, ToolCall
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.markup.digits import more_for_digits
from tokencost_profiles.tokens.prompt_count import PromptCount

DAY = date(2026, 9, 1)
MODEL = "command-a-03-2025"
TURN = {"role": "user", "content": "To Skye, please"}
FERRY = {"name": "find_ferry", "description": "Finds a ferry", "parameters": {"type": "object"}}


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache)


def count(counter: Counter, model: str = MODEL, **body: Any) -> PromptCount:
    request = requests.read({"model": model, **body})
    assert request is not None
    return counter.request(request, Target(model, "cohere", "cohere", DAY))


def words(counter: Counter, *texts: str) -> int:
    return sum(counter.text(text, "cohere") for text in texts)


def test_texts_alone(counter: Counter) -> None:
    body: dict[str, Any] = {"messages": [{"role": "system", "content": "Be brief."}, TURN]}
    assert count(counter, **body).tokens == words(counter, "Be brief.", "To Skye, please")
    form = {"type": "json_object", "json_schema": {"type": "object"}}
    assert count(counter, **body, response_format=form).tokens == count(counter, **body).tokens
    document = {"id": "1", "data": {"title": "Ferries", "text": "They sail daily."}}
    more = count(counter, **body, documents=[document]).tokens - count(counter, **body).tokens
    assert more == words(counter, "Ferries", "They sail daily.")


def test_functions_by_their_texts_and_calls_not_at_all(counter: Counter) -> None:
    tools = [{"type": "function", "function": FERRY}]
    counted = count(counter, messages=[TURN], tools=tools)
    assert counted.kinds["tools"] == words(
        counter, "find_ferry", "Finds a ferry", '{"type":"object"}'
    )
    call = {"id": "a", "type": "function", "function": {"name": "find_ferry", "arguments": "{}"}}
    messages = [TURN, {"role": "assistant", "tool_calls": [call]}]
    messages.append({"role": "tool", "tool_call_id": "a", "content": "none"})
    counted = count(counter, messages=messages, tools=tools)
    assert counted.kinds["calls"] == words(counter, "none") + 2


def test_the_first_chat_api(counter: Counter) -> None:
    plain = words(counter, "To Skye, please")
    assert count(counter, "command", message="To Skye, please").tokens == plain + 51
    assert count(counter, MODEL, message="To Skye, please", preamble="Hi").tokens == (
        plain + words(counter, "Hi")
    )


@pytest.mark.parametrize(
    ("text", "more"), [("", 0), ("no 7", 0), ("12", 1), ("123", 2), ("1234 and 5", 2)]
)
def test_every_digit_is_a_token(text: str, more: int) -> None:
    assert more_for_digits(text) == more


def test_answers(counter: Counter) -> None:
    blocks = (Text("Done."), ToolCall("find_ferry", "{}"))
    answer = Request(api="openai-chat", messages=(Message(ASSISTANT, blocks),))
    counted = counter.answer(answer, Target(MODEL, "cohere", "cohere", DAY))
    assert counted.tokens == words(counter, "Done.", "find_ferry{}") + 13
