"""What Cohere charges for: the texts, not the frame around them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_profiles.calls.content import ASSISTANT, Message, Request, Text, ToolCall
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.prompt_count import PromptCount

DAY = date(2026, 9, 1)
MODEL = "command-a-03-2025"
TURN = {"role": "user", "content": "To Skye, please"}
FERRY = {"name": "find_ferry", "description": "Finds a ferry", "parameters": {"type": "object"}}


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache)


def count(counter: Counter, model: str = MODEL, day: date = DAY, **body: Any) -> PromptCount:
    request = requests.read({"model": model, **body})
    assert request is not None
    return counter.request(request, Target(model, "cohere", "cohere", day))


def words(counter: Counter, *texts: str) -> int:
    return sum(counter.text(text, "cohere") for text in texts)


def test_texts_alone(counter: Counter) -> None:
    body: dict[str, Any] = {"messages": [{"role": "system", "content": "Be brief."}, TURN]}
    assert count(counter, **body).tokens == words(counter, "Be brief.", "To Skye, please")
    form = {"type": "json_object", "json_schema": {"type": "object"}}
    assert count(counter, **body, response_format=form).tokens == count(counter, **body).tokens
    document = {"id": "1", "data": {"title": "Ferries", "text": "They sail daily."}}
    more = count(counter, **body, documents=[document]).tokens - count(counter, **body).tokens
    assert more == words(counter, "title: Ferries\ntext: They sail daily.")
    plus = count(counter, "command-a-plus-05-2026", **body, documents=[document])
    plain = count(counter, "command-a-plus-05-2026", **body)
    assert plus.tokens - plain.tokens == words(counter, "Ferries\nThey sail daily.")


def test_each_text_of_a_message_stands_on_its_line(counter: Counter) -> None:
    parts = [{"type": "text", "text": text} for text in ("To Skye?", "To Mull?")]
    counted = count(counter, messages=[{"role": "user", "content": parts}])
    assert counted.tokens == words(counter, "To Skye?", "To Mull?") + 1


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
    assert counted.kinds["calls"] == words(counter, "content: none")
    answer = {"role": "assistant", "content": "No ferry."}
    answered = count(counter, messages=[*messages, answer], tools=tools)
    assert answered.tokens - counted.tokens == words(counter, "No ferry.") + 1


@pytest.mark.parametrize(
    ("content", "billed"),
    [
        ('{"port": "Oban", "sails": true}', "port: Oban\nsails: true"),
        ("{no JSON", "content: {no JSON"),
        ([{"type": "document", "document": {"id": "1", "data": {"port": "Oban"}}}], "port: Oban"),
    ],
)
def test_results_are_documents(counter: Counter, content: Any, billed: str) -> None:
    messages = [TURN, {"role": "tool", "tool_call_id": "a", "content": content}]
    assert count(counter, messages=messages).kinds["calls"] == words(counter, billed)


def test_functions_of_2025_were_their_words(counter: Counter) -> None:
    port = {"type": "string", "description": "Where it starts"}
    schema = {"type": "object", "properties": {"port": port}, "required": ["port"]}
    tools = [{"type": "function", "function": {**FERRY, "parameters": schema}}]
    day = date(2025, 9, 1)
    counted = count(counter, "command-r7b-12-2024", day, messages=[TURN], tools=tools)
    texts = ("find_ferry", "Finds a ferry", "port", "string", "Where it starts")
    assert counted.kinds["tools"] == words(counter, *texts)


def test_results_and_tools_of_the_first_chat_api(counter: Counter) -> None:
    port = {"port": {"type": "str", "description": "Where it starts"}}
    tool = {"name": "find_ferry", "description": "Finds a ferry", "parameter_definitions": port}
    results = [{"call": {"name": "find_ferry"}, "outputs": [{"port": "Oban", "at": "9:40"}]}]
    day = date(2025, 9, 1)
    body: dict[str, Any] = {"message": "Go", "chat_history": [], "tools": [tool]}
    counted = count(counter, "command-r-08-2024", day, **body, tool_results=results)
    texts = ("find_ferry", "Finds a ferry", "port", "str", "Where it starts")
    assert counted.kinds["tools"] == words(counter, *texts)
    assert counted.kinds["calls"] == words(counter, "port: Oban\nat: 9:40")


def test_the_first_chat_api(counter: Counter) -> None:
    plain = words(counter, "To Skye, please")
    assert count(counter, "command", message="To Skye, please").tokens == plain + 51
    assert count(counter, MODEL, message="To Skye, please", preamble="Hi").tokens == (
        plain + words(counter, "Hi")
    )


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("no 7", 3),
        ("1234", 4),
        ("One.\n\nTwo", 5),
        ("a:\n    b", 4),
        ('["a"],"b":{},"c"]', 8),
    ],
)
def test_texts_that_the_tokenizer_splits(counter: Counter, text: str, tokens: int) -> None:
    assert words(counter, text) == tokens


def test_answers(counter: Counter) -> None:
    blocks = (Text("Done."), ToolCall("find_ferry", "{}"))
    answer = Request(api="openai-chat", messages=(Message(ASSISTANT, blocks),))
    counted = counter.answer(answer, Target(MODEL, "cohere", "cohere", DAY))
    assert counted.tokens == words(counter, "Done.", "find_ferry{}") + 13
