"""The prompts of the Claude Agent SDK: threads of subagents, replays, compactions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from logs.sent import brief, calls, lists, texts, write

INIT = {
    "type": "system",
    "subtype": "init",
    "session_id": "s1",
    "model": "claude-opus-4-5",
    "cwd": "/p",
}


def user(name: str, content: Any, parent: str | None = None, **fields: Any) -> dict[str, Any]:
    message = {"role": "user", "content": content}
    stated = {"type": "user", "uuid": name, "session_id": "s1", "parent_tool_use_id": parent}
    return {**stated, "message": message, **fields}


def answer(name: str, block: dict[str, Any], parent: str | None = None) -> dict[str, Any]:
    usage = {"input_tokens": 10 + len(name), "output_tokens": 5}
    message = {
        "id": f"msg_01sdk{name:0>17}",
        "role": "assistant",
        "model": "claude-opus-4-5",
        "content": [block],
        "usage": usage,
    }
    stated = {"type": "assistant", "uuid": name, "session_id": "s1", "parent_tool_use_id": parent}
    return {**stated, "message": message}


def block(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def results(call: str, content: str) -> list[dict[str, Any]]:
    return [{"type": "tool_result", "tool_use_id": call, "content": content}]


def test_a_subagent_begins_with_its_task(tmp_path: Path) -> None:
    task = {"type": "tool_use", "id": "t1", "name": "Task", "input": {"prompt": "Find."}}
    log = write(
        tmp_path / "log.jsonl",
        INIT,
        user("u1", "Start."),
        user("u1", "Start.", isReplay=True),
        answer("a1", task),
        user("u2", [block("Find.")], "t1"),
        answer("a22", block("Here."), "t1"),
        user("u3", results("t1", "Here.")),
        answer("a333", block("Done.")),
    )
    by_answer = {texts(call.answer)[0]: call for call in calls(log)}
    child, last = by_answer["Here."], by_answer["Done."]
    assert brief(child.parts) == [("user", "Find.")]
    assert (child.thread, child.agent, child.turn) == ("t1", "subagent", "u1")
    assert brief(last.parts) == [
        ("user", "Start."),
        ("tool_call", 'Task{"prompt":"Find."}', "Task", "t1"),
        ("tool_result", "Here.", "t1"),
    ]
    assert (last.thread, last.turn) == (None, "u1")


def test_after_a_compaction_stand_the_summary_and_what_is_preserved(tmp_path: Path) -> None:
    segment = {"head_uuid": "a1", "anchor_uuid": "u2", "tail_uuid": "a1"}
    boundary = {"type": "system", "subtype": "compact_boundary", "session_id": "s1"}
    log = write(
        tmp_path / "log.jsonl",
        INIT,
        user("u1", "Start."),
        answer("a1", block("One.")),
        {**boundary, "compact_metadata": {"trigger": "auto", "preserved_segment": segment}},
        user("u2", "So far.", isSynthetic=True),
        user("u3", "On."),
        answer("a22", block("Two.")),
    )
    first, last = sorted(calls(log), key=lambda call: len(call.parts or ()))
    assert texts(first.parts) == ["Start."]
    assert brief(last.parts) == [("summary", "So far."), ("assistant", "One."), ("user", "On.")]
    assert (first.turn, last.turn) == ("u1", "u3")
    assert lists([first, last]) == 2
