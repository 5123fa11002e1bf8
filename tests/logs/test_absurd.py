"""Counts that no request can have are refused with a note, in every format."""

from __future__ import annotations

import json
from typing import Any

import pytest

from logs.reading import from_text, totals
from tokencost_pricing.errors import UsageError
from tokencost_profiles.calls.call import ABSURD_COUNT
from tokencost_profiles.estimates.output_length import answer_of

HUGE = [ABSURD_COUNT, 10**18, 10**30, 1e30, "1" + "0" * 30]


def claude(count: Any) -> dict[str, Any]:
    return {
        "type": "assistant",
        "sessionId": "s",
        "uuid": "u",
        "parentUuid": None,
        "message": {
            "id": "msg_0123456789abcdef01",
            "model": "claude-sonnet-4-6",
            "content": [],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": count, "output_tokens": 1},
        },
    }


def chat(count: Any) -> dict[str, Any]:
    return {
        "id": "chatcmpl-0123456789abcdef0123",
        "object": "chat.completion",
        "model": "gpt-5",
        "choices": [],
        "usage": {"prompt_tokens": 5, "completion_tokens": count},
    }


def pi(count: Any) -> dict[str, Any]:
    usage = {"input": 5, "output": 2, "cacheRead": count, "cacheWrite": 0}
    return {"type": "message", "message": {"role": "assistant", "model": "m", "usage": usage}}


def codex(count: Any) -> dict[str, Any]:
    usage = {"input_tokens": count, "output_tokens": 2}
    return {"type": "token_usage_record", "payload": {"response_id": "r", "usage": usage}}


def guess(count: Any) -> dict[str, Any]:
    return {"model": "gpt-5", "spent": {"tokens_in": 5, "tokens_out": count}}


@pytest.mark.parametrize("row", [claude, chat, pi, codex, guess])
@pytest.mark.parametrize("count", HUGE, ids=str)
def test_an_absurd_count_is_refused_with_a_note(row: Any, count: Any) -> None:
    if row is guess and isinstance(count, str):
        return  # the walker takes numbers only
    calls, audit = from_text(json.dumps(row(count)) + "\n")
    assert not any(call.usage for call in calls)
    (reason,) = audit.reasons
    assert audit.skipped == 1
    assert "not believed" in reason or "not a row" in reason


@pytest.mark.parametrize("row", [claude, chat, pi, codex, guess])
def test_a_large_count_is_believed(row: Any) -> None:
    calls, audit = from_text(json.dumps(row(ABSURD_COUNT - 1)) + "\n")
    assert max(totals(calls).values()) == ABSURD_COUNT - 1
    assert not audit.skipped


@pytest.mark.parametrize("half", ["\\ud83d", "\\udc4d", "x\\ud83dy\\ud83d"])
def test_half_a_character_in_every_row_does_not_hide_a_file(half: str) -> None:
    """Agents cut texts in the middle of a pair of surrogates."""
    for row in (claude(7), chat(7), pi(7), guess(7)):
        line = json.dumps({**row, "note": "HALF"}).replace("HALF", half)
        calls, audit = from_text(f"{line}\n{line}\n{line}\n")
        assert calls
        assert max(totals(calls).values()) >= 7
        assert not audit.skipped


@pytest.mark.parametrize("text", ["1000000000000", "9" * 40, "9" * 20 + "x"])
def test_an_answer_that_nobody_gives_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="believed"):
        answer_of(text)
