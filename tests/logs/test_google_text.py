"""The prompts of Gemini CLI and Qwen Code: rewritten messages, rewinds, compactions, subagents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from logs.sent import brief, calls, lists, texts, write

HEAD = {"sessionId": "g-1", "projectHash": "abc", "kind": "main"}
TOKENS = {"input": 10, "output": 5, "cached": 0, "thoughts": 0, "tool": 0, "total": 15}


def typed(name: str, text: str) -> dict[str, Any]:
    return {"id": name, "type": "user", "content": [{"text": text}], "timestamp": stamp(name)}


def answer(name: str, text: str, **fields: Any) -> dict[str, Any]:
    stated = {"id": name, "type": "gemini", "content": text, "model": "gemini-2.5-pro"}
    return {**stated, "timestamp": stamp(name), "tokens": TOKENS, **fields}


def stamp(name: str) -> str:
    return f"2026-09-01T10:{sum(map(ord, name)) % 60:02}:00.000Z"


def called(result: Any) -> dict[str, Any]:
    return {"id": "c1", "name": "read_file", "args": {"file_path": "/p/a"}, "result": result}


def test_the_last_state_of_a_message_is_sent_with_its_results(tmp_path: Path) -> None:
    response = {
        "functionResponse": {"id": "c1", "name": "read_file", "response": {"output": "one"}}
    }
    log = write(
        tmp_path / "session-1.jsonl",
        HEAD,
        typed("u1", "Start."),
        {"id": "i1", "type": "info", "content": "Update ready."},
        answer("g1", "I read.", toolCalls=[called(None)]),
        answer(
            "g1",
            "I read.",
            toolCalls=[called([response])],
            thoughts=[{"subject": "Plan", "description": "Read it."}],
        ),
        answer("g2", "Done.", toolCalls=[called("plain")]),
        answer("g3", "More."),
    )
    first, second, third = sorted(calls(log), key=lambda call: len(call.parts or ()))
    assert brief(first.parts) == [("user", "Start.")]
    asked = ("tool_call", 'read_file{"file_path":"/p/a"}', "read_file", "c1", "/p/a")
    assert brief(first.answer) == [("reasoning", "Read it."), ("assistant", "I read."), asked]
    assert brief(second.parts)[1:] == [
        *brief(first.answer),
        ("tool_result", "one", "read_file", "c1"),
    ]
    assert brief(third.parts)[-1] == ("tool_result", "plain", "read_file", "c1")
    assert {call.turn for call in (first, second, third)} == {"u1"}
    assert lists([first, second, third]) == 1


def test_a_rewind_and_a_checkpoint_change_what_is_sent(tmp_path: Path) -> None:
    snapshot = [typed("u9", "Summary of it all."), answer("g2", "Right.")]
    log = write(
        tmp_path / "session-1.jsonl",
        HEAD,
        typed("u1", "Start."),
        answer("g1", "Wrong."),
        {"$rewindTo": "g1"},
        answer("g2", "Right."),
        {"$set": {"messages": snapshot}},
        typed("u2", "On."),
        answer("g3", "Done."),
    )
    by_answer = {texts(call.answer)[0]: texts(call.parts) for call in calls(log)}
    assert by_answer == {
        "Wrong.": ["Start."],
        "Right.": ["Start."],
        "Done.": ["Summary of it all.", "Right.", "On."],
    }


def test_a_subagent_names_the_session_that_started_it(tmp_path: Path) -> None:
    head = {**HEAD, "sessionId": "g-2", "kind": "subagent"}
    log = write(
        tmp_path / "chats" / "g-1" / "g-2.jsonl", head, typed("u1", "Find."), answer("g1", ".")
    )
    (call,) = calls(log)
    assert (call.session, call.started_by, call.agent) == ("g-2", "g-1", "subagent")
    assert texts(call.parts) == ["Find."]


def row(kind: str, name: str, parent: str | None, **fields: Any) -> dict[str, Any]:
    stated = {"uuid": name, "parentUuid": parent, "sessionId": "q-1", "cwd": "/p"}
    return {**stated, "timestamp": stamp(name), "type": kind, **fields}


def content(role: str, *parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": role, "parts": list(parts)}


def reply(name: str, parent: str | None, *parts: dict[str, Any]) -> dict[str, Any]:
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15}
    message = content("model", *parts)
    return row("assistant", name, parent, model="qwen-max", message=message, usageMetadata=usage)


def test_qwen_branches_results_and_compactions(tmp_path: Path) -> None:
    call = {"functionCall": {"id": "c1", "name": "read", "args": {"path": "a"}}}
    result = {"functionResponse": {"id": "c1", "name": "read", "response": {"output": "one"}}}
    history = [
        content("user", {"text": "So far."}),
        content("model", {"text": "Got it."}),
        content("user", result),
    ]
    image = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}
    log = write(
        tmp_path / "q-1.jsonl",
        row("user", "u1", None, message=content("user", {"text": "Start."}, image)),
        reply("a1", "u1", {"text": "Hm.", "thought": True}, call),
        row("tool_result", "r1", "a1", message=content("user", result)),
        reply("a2", "r1", {"text": "Done."}),
        row("user", "u2", "a1", message=content("user", {"text": "Other."})),
        reply("a3", "u2", {"text": "Branch."}),
        row(
            "system",
            "s1",
            "a2",
            subtype="chat_compression",
            systemPayload={"compressedHistory": history},
        ),
        row("user", "u3", "s1", message=content("user", {"text": "On."})),
        reply("a4", "u3", {"text": "End."}),
    )
    by_answer = {texts(call.answer)[0]: call for call in calls(log)}
    start = [("user", "Start."), ("attachment", "")]
    asked = [("reasoning", "Hm."), ("tool_call", 'read{"path":"a"}', "read", "c1", "a")]
    assert brief(by_answer["Hm."].parts) == start
    assert brief(by_answer["Done."].parts) == [
        *start,
        *asked,
        ("tool_result", "one", "read", "c1"),
    ]
    assert brief(by_answer["Branch."].parts) == [*start, *asked, ("user", "Other.")]
    assert brief(by_answer["End."].parts) == [
        ("summary", "So far."),
        ("assistant", "Got it."),
        ("tool_result", "one", "read", "c1"),
        ("user", "On."),
    ]
    assert [by_answer[name].turn for name in ("Done.", "Branch.", "End.")] == ["u1", "u2", "u3"]
