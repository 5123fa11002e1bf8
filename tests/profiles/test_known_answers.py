"""Known answers: a text or a provider's JSON is counted with what stands around it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.content import Request, ToolCall
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.tokens.known_answers import answer_request

ARGUMENTS = {"city": "Oslo"}
CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"city": "Oslo"}'}}
ANSWERS: dict[str, dict[str, Any]] = {
    "chat": {"choices": [{"message": {"role": "assistant", "tool_calls": [CALL]}}]},
    "message": {"role": "assistant", "content": None, "tool_calls": [CALL]},
    "anthropic": {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "tool_use", "id": "c", "name": "f", "input": ARGUMENTS}],
    },
    "responses": {
        "object": "response",
        "output": [
            {"type": "function_call", "name": "f", "call_id": "c", "arguments": '{"city": "Oslo"}'}
        ],
    },
    "gemini": {
        "candidates": [{"content": {"parts": [{"functionCall": {"name": "f", "args": ARGUMENTS}}]}}]
    },
    "cohere": {"id": "a", "message": {"role": "assistant", "tool_calls": [CALL]}},
    "bedrock": {
        "output": {
            "message": {
                "role": "assistant",
                "content": [{"toolUse": {"toolUseId": "c", "name": "f", "input": ARGUMENTS}}],
            }
        }
    },
}
WORDS: dict[str, Any] = {
    "older completions": {"object": "text_completion", "choices": [{"text": "Oslo."}]},
    "cohere's first": {"text": "Oslo.", "generation_id": "g", "chat_history": []},
    "a local server": {"message": {"role": "assistant", "content": "Oslo."}, "done": True},
    "responses": {
        "id": "resp_1",
        "output": [{"type": "message", "content": [{"type": "output_text", "text": "Oslo."}]}],
    },
    "gemini in chunks": [
        {"candidates": [{"content": {"role": "model", "parts": [{"text": "Oslo."}]}}]},
        {"usageMetadata": {"promptTokenCount": 5}},
    ],
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_of_a_provider_is_its_blocks(name: str) -> None:
    (message,) = answer_request(json.dumps(ANSWERS[name])).messages
    (block,) = message.blocks
    assert isinstance(block, ToolCall)
    assert block.name == "f"


@pytest.mark.parametrize("name", WORDS)
def test_the_words_of_a_providers_answer_are_taken_from_it(name: str) -> None:
    (message,) = answer_request(json.dumps(WORDS[name])).messages
    assert [getattr(block, "text", None) for block in message.blocks] == ["Oslo."]


def test_every_choice_of_an_answer_is_output() -> None:
    choices = [{"message": {"role": "assistant", "content": f"{at}."}} for at in range(3)]
    (message,) = answer_request(json.dumps({"choices": choices})).messages
    assert [getattr(block, "text", None) for block in message.blocks] == ["0.", "1.", "2."]


def test_an_answer_of_no_content_has_no_text() -> None:
    answer = {"choices": [{"message": {"role": "assistant", "content": None}}]}
    assert [message.blocks for message in answer_request(json.dumps(answer)).messages] == [()]


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2]",
        '{"role": "assistant", "content": {"a": 1}}',
        "Oslo.",
        '{"content": "Oslo"}',
        '{"choices": []}',
        "{not json",
    ],
)
def test_other_text_is_an_answer_in_words(text: str) -> None:
    (message,) = answer_request(text).messages
    assert [getattr(block, "text", None) for block in message.blocks] == [text]


@pytest.mark.parametrize(
    ("model", "api", "around"),
    # Recorded answers in words, of which the tokens beside the text are known.
    [
        ("gpt-4o", "openai-chat", 0),
        ("gpt-5.4", "openai-chat", 3),
        ("gpt-5.4", "openai-responses", 4),
        ("claude-opus-4-7", "anthropic", 4),
    ],
)
def test_what_stands_around_an_answer_is_counted(
    table: PriceTable, cache: Path, model: str, api: str, around: int
) -> None:
    counter, offer = Counter(cache), table.find(model)
    target = counter.target(offer, date(2026, 11, 1))
    answer = counter.answer(answer_request("The capital is Oslo.", Request(api=api)), target)
    assert answer.tokens - counter.text("The capital is Oslo.", offer.model.tokenizer) == around
