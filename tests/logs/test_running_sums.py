"""Snapshots of running sums and chunks that count on are no calls, and calls are neither."""

from __future__ import annotations

import json
from typing import Any

import pytest

from logs.reading import from_text, totals
from tokencost_profiles.calls.call import SESSION, Call

Rows = list[dict[str, Any]]
SUMS = ((100, 10), (250, 25), (600, 40))
STEPS = ((100, 10), (150, 15), (350, 15))
ALL = {"input": 600, "output": 40}


def read(rows: Rows, name: str = "log.jsonl") -> tuple[list[Call], Any]:
    return from_text("".join(json.dumps(row) + "\n" for row in rows), name)


def counts(tokens: tuple[int, int], **more: Any) -> dict[str, Any]:
    return {"usage": {"input_tokens": tokens[0], "output_tokens": tokens[1]}, **more}


def event(kind: str, tokens: tuple[int, int], **more: Any) -> dict[str, Any]:
    return counts(tokens, type=kind, session_id="s1", model="gpt-5.4", **more)


def thread_update(total: tuple[int, int], last: tuple[int, int]) -> dict[str, Any]:
    def usage(tokens: tuple[int, int]) -> dict[str, int]:
        return {"totalTokens": sum(tokens), "inputTokens": tokens[0], "outputTokens": tokens[1]}

    token_usage = {"total": usage(total), "last": usage(last), "modelContextWindow": 200_000}
    return {
        "method": "thread/tokenUsage/updated",
        "params": {"threadId": "t", "tokenUsage": token_usage},
    }


def by_model(tokens: tuple[int, int], number: int) -> dict[str, Any]:
    usage = {"model": "gpt-5.4", "input_tokens": tokens[0], "output_tokens": tokens[1]}
    return {
        "type": "session_usage_updated",
        "created_at": 1_780_000_000.5 + number,
        "usage": {"model_usage": [usage]},
    }


SNAPSHOTS: dict[str, Rows] = {
    "an event": [event("session.usage", sums) for sums in SUMS],
    "an idle session": [
        counts(sums, type="session.status_idle", id=f"evt_{n}") for n, sums in enumerate(SUMS)
    ],
    "a key": [{"model": "m", "session_usage": counts(sums)["usage"]} for sums in SUMS],
    "an accumulation": [{"model": "m", "cumulative": counts(sums)["usage"]} for sums in SUMS],
    "by model": [by_model(sums, number) for number, sums in enumerate(SUMS)],
    "only one": [{"model": "m", "cumulative_usage": counts(SUMS[-1])["usage"]}],
}


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_of_snapshots_alone_the_last_counts_as_a_session(name: str) -> None:
    calls, audit = read(SNAPSHOTS[name])
    assert [(call.scope, call.usage) for call in calls] == [(SESSION, ALL)]
    assert audit.rolled_up == len(SNAPSHOTS[name]) - 1
    assert any("running sum" in warning for warning in calls[0].warnings)


def test_beside_the_calls_that_they_sum_up_they_are_none() -> None:
    rows = []
    for step, sums in zip(STEPS, SUMS, strict=True):
        rows += [event("model.response", step), event("session.usage", sums)]
    calls, audit = read(rows)
    assert [tuple((call.usage or {}).values()) for call in calls] == list(STEPS)
    assert audit.rolled_up == 3


def test_a_total_beside_the_last_call_is_none() -> None:
    updates = [thread_update(*pair) for pair in zip(SUMS, STEPS, strict=True)]
    for number in range(1, 4):
        calls, _ = read(updates[:number])
        assert len(calls) == number
        assert totals(calls) == dict(zip(ALL, SUMS[number - 1], strict=True))


def test_two_sessions_are_two_sums() -> None:
    rows = [event("session.usage", sums) for sums in SUMS]
    rows += [{**row, "session_id": "s2"} for row in rows]
    calls, _ = read(rows)
    assert [call.usage for call in calls] == [ALL, ALL]


NO_SNAPSHOTS: dict[str, Rows] = {
    "calls that grow": [event("model.response", sums) for sums in SUMS],
    "a total that falls": [{"model": "m", "total_usage": counts(t)["usage"]} for t in STEPS[::-1]],
    "few totals": [{"model": "m", "total_usage": counts(sums)["usage"]} for sums in SUMS],
    "messages of a session": [event("session.message", sums) for sums in SUMS],
    "usage of a session that falls": [event("session.usage", t) for t in (*SUMS, SUMS[0])],
    "streamed requests": [counts(sums, model="m", stream=True) for sums in SUMS],
}


@pytest.mark.parametrize("name", NO_SNAPSHOTS)
def test_what_is_not_both_named_and_growing_is_a_call(name: str) -> None:
    calls, audit = read(NO_SNAPSHOTS[name])
    assert len(calls) == len(NO_SNAPSHOTS[name])
    assert audit.rolled_up == 0


COUNTS_SO_FAR = ((50, 1), (50, 8), (50, 20))
TWICE = {"input": 100, "output": 40}


def chat(tokens: tuple[int, int], number: int, **more: Any) -> dict[str, Any]:
    reason = "stop" if number == 2 else None
    choice = {"index": 0, "delta": {"content": "a"}, "finish_reason": reason}
    usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]}
    return {"model": "gpt-5.4", "choices": [choice], "usage": usage, **more}


def gemini(tokens: tuple[int, int], number: int) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"parts": [{"text": "a"}]}}
    if number == 2:
        candidate["finishReason"] = "STOP"
    usage = {"promptTokenCount": tokens[0], "candidatesTokenCount": tokens[1]}
    return {"candidates": [candidate], "modelVersion": "gemini-3-flash", "usageMetadata": usage}


def twice(chunk: Any) -> Rows:
    return [chunk(tokens, number) for _ in range(2) for number, tokens in enumerate(COUNTS_SO_FAR)]


CHUNKS: dict[str, Rows] = {
    "chat": twice(chat),
    "chat, named": twice(lambda *a: chat(*a, object="chat.completion.chunk")),
    "chat, in a log": twice(lambda *a: {"ts": "2026-09-01T10:00:00Z", "chunk": chat(*a)}),
    "Gemini": twice(gemini),
    "a house's": twice(lambda tokens, _: counts(tokens, type="chunk", model="gpt-5.4")),
    "a house's deltas": twice(lambda tokens, _: counts(tokens, delta="a", model="gpt-5.4")),
    "with an id": [
        counts(tokens, type="chunk", id=f"answer-{answer}")
        for answer in range(2)
        for tokens in COUNTS_SO_FAR
    ],
}


@pytest.mark.parametrize("name", CHUNKS)
def test_chunks_that_count_on_are_one_call(name: str) -> None:
    calls, _ = read(CHUNKS[name])
    assert len(calls) == 2
    assert totals(calls) == TWICE


@pytest.mark.parametrize("chunk", [chat, gemini])
def test_in_lists_and_in_streams_too(chunk: Any) -> None:
    rows = twice(chunk)
    events = "".join(f"data: {json.dumps(row)}\n\n" for row in rows)
    for text, name in (
        (json.dumps(rows), "a.json"),
        (json.dumps({"chunks": rows}), "b.json"),
        (events, "c.sse"),
    ):
        calls, _ = from_text(text, name)
        assert len(calls) == 2, name
        assert totals(calls) == TWICE


def test_the_prompt_may_grow_and_the_counts_may_come_last() -> None:
    first, last = gemini((50, 8), 0), gemini((90, 8), 2)
    assert totals(read([first, last])[0]) == {"input": 90, "output": 8}
    early = [{**chat((0, 0), 0), "usage": None}, {**chat((0, 0), 2), "usage": None}]
    end = {"model": "gpt-5.4", "choices": [], "usage": chat((50, 20), 2)["usage"]}
    calls, _ = read([*early, end, *early, end])
    assert totals(calls) == TWICE


def test_complete_answers_without_an_id_are_calls() -> None:
    complete = [gemini(tokens, 2) for tokens in COUNTS_SO_FAR]
    assert len(read(complete)[0]) == 3
    message = {"message": {"role": "assistant", "content": "a"}, "finish_reason": "stop"}
    answers = [{**chat(tokens, 2), "choices": [message]} for tokens in COUNTS_SO_FAR]
    assert len(read(answers)[0]) == 3


def test_another_model_or_fewer_tokens_begin_another_answer() -> None:
    other = {**gemini((50, 9), 2), "modelVersion": "gemini-3-pro"}
    assert len(read([gemini((50, 8), 0), other])[0]) == 2
    assert len(read([gemini((50, 8), 0), gemini((50, 3), 2)])[0]) == 2
