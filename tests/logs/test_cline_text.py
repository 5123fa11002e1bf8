"""The prompts of Cline: sessions of its CLI, and tasks with their messages beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from logs.sent import brief, calls, lists, texts


def test_a_session_of_the_cli(tmp_path: Path) -> None:
    metrics = {"inputTokens": 10, "outputTokens": 5, "cacheReadTokens": 0, "cacheWriteTokens": 0}
    model = {"id": "anthropic/claude-opus-4.8", "provider": "cline"}
    asked = {
        "type": "tool_use",
        "id": "t1",
        "name": "read_files",
        "input": {"files": [{"path": "a"}]},
    }
    result = {"type": "tool_result", "tool_use_id": "t1", "name": "read_files"}
    file = {"type": "file", "path": "b", "content": "bee"}
    messages: list[dict[str, Any]] = [
        {"id": "m1", "role": "user", "content": [{"type": "text", "text": "Start."}, file]},
        {"id": "m2", "role": "assistant", "content": [asked], "metrics": metrics},
        {"id": "m3", "role": "user", "content": [{**result, "content": [{"query": "a", "n": 1}]}]},
        {"id": "m4", "role": "assistant", "content": "Done.", "metrics": metrics},
    ]
    for at, message in enumerate(messages):
        message |= {"ts": 1_780_000_000_000 + at, "modelInfo": model}
    document = {
        "sessionId": "s1",
        "agent": "lead",
        "system_prompt": "Be brief.",
        "messages": messages,
    }
    log = tmp_path / "s1.messages.json"
    log.write_text(json.dumps(document))
    first, last = calls(log)
    assert brief(first.parts) == [("system", "Be brief."), ("user", "Start."), ("user", "bee", "b")]
    assert brief(last.parts)[3:] == [
        ("tool_call", 'read_files{"files":[{"path":"a"}]}', "read_files", "t1", "a"),
        ("tool_result", '{"query":"a","n":1}', "read_files", "t1"),
    ]
    assert (first.turn, last.turn) == ("m1", "m1")
    assert lists([first, last]) == 1


def task(folder: Path, rows: list[dict[str, Any]], messages: list[dict[str, Any]]) -> Path:
    folder.mkdir(parents=True)
    (folder / "api_conversation_history.json").write_text(json.dumps(messages))
    log = folder / "ui_messages.json"
    log.write_text(json.dumps(rows))
    return log


def request(at: int, **fields: Any) -> dict[str, Any]:
    numbers = json.dumps({"tokensIn": 10, "tokensOut": 5})
    return {"ts": 1_780_000_000_000 + at, "say": "api_req_started", "text": numbers, **fields}


def exchange(number: int) -> list[dict[str, Any]]:
    return [
        {"role": "user", "content": f"Ask {number}."},
        {"role": "assistant", "content": f"Answer {number}."},
    ]


def test_the_range_that_a_task_cut_out_is_not_sent(tmp_path: Path) -> None:
    cut = {"conversationHistoryDeletedRange": [2, 3]}
    rows = [
        {"ts": 1_780_000_000_000, "say": "task", "text": "Ask 0."},
        request(1, conversationHistoryIndex=-1),
        request(2, conversationHistoryIndex=1),
        request(3, conversationHistoryIndex=3),
        {"ts": 1_780_000_000_004, "say": "text", "text": "...", **cut},
    ]
    messages = [message for number in range(3) for message in exchange(number)]
    log = task(tmp_path / "t1", rows, messages)
    prompts = [texts(call.parts) for call in calls(log)]
    assert prompts == [
        ["Ask 0."],
        ["Ask 0.", "Answer 0.", "Ask 1."],
        ["Ask 0.", "Answer 0.", "Ask 2."],
    ]
    assert {call.turn for call in calls(log)} == {"1780000000000"}


def test_a_summary_stands_for_all_before_it(tmp_path: Path) -> None:
    summary = {"role": "user", "content": "So far.", "isSummary": True}
    log = task(tmp_path / "t1", [request(1), request(2)], [*exchange(0), summary, *exchange(1)])
    first, last = calls(log)
    assert texts(first.parts) == ["Ask 0."]
    assert brief(last.parts) == [("summary", "So far."), ("user", "Ask 1.")]
    assert texts(last.answer) == ["Answer 1."]
