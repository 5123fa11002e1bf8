"""The prompts of Claude Code: parallel tools, forks, compactions, attachments, subagents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from logs.sent import brief, calls, lists, texts, write
from tokencost_profiles.logs.common.message_tree import CLEARED


def row(kind: str, name: str, parent: str | None, **fields: Any) -> dict[str, Any]:
    stated = {"uuid": name, "parentUuid": parent, "sessionId": "s1", "isSidechain": False}
    stamp = f"2026-09-01T10:{sum(map(ord, name)) % 60:02}:00.000Z"
    return {"type": kind, **stated, "timestamp": stamp, "cwd": "/p", **fields}


def user(name: str, parent: str | None, content: Any, **fields: Any) -> dict[str, Any]:
    return row("user", name, parent, message={"role": "user", "content": content}, **fields)


def answer(
    name: str, parent: str | None, message: str, block: dict[str, Any], **fields: Any
) -> dict[str, Any]:
    usage = {"input_tokens": 10, "output_tokens": 5}
    body = {
        "id": f"msg_01text{message:0>16}",
        "type": "message",
        "role": "assistant",
        "model": "claude-opus-4-5",
        "content": [block],
        "stop_reason": "end_turn",
        "usage": usage,
    }
    return row("assistant", name, parent, requestId=f"req_{message}", message=body, **fields)


def block(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def reads(call: str, path: str) -> dict[str, Any]:
    return {"type": "tool_use", "id": call, "name": "Read", "input": {"file_path": path}}


def results(call: str, content: Any) -> list[dict[str, Any]]:
    return [{"type": "tool_result", "tool_use_id": call, "content": content}]


def test_the_results_of_parallel_tools_are_all_sent(tmp_path: Path) -> None:
    log = write(
        tmp_path / "s1.jsonl",
        user("u1", None, "Start."),
        answer("a1", "u1", "m1", {"type": "thinking", "thinking": "Hm.", "signature": "c2k="}),
        answer("a2", "a1", "m1", reads("t1", "/p/a")),
        user("r1", "a2", results("t1", "one")),
        row("attachment", "h1", "r1", attachment={"type": "hook_success", "content": "ran"}),
        answer("a3", "a2", "m1", reads("t2", "/p/b")),
        user("r2", "a3", results("t2", [block("two"), block("more")])),
        answer("a4", "r2", "m2", block("Done.")),
    )
    first, last = calls(log)
    asked = [
        ("reasoning", "Hm."),
        ("tool_call", 'Read{"file_path":"/p/a"}', "Read", "t1", "/p/a"),
        ("tool_call", 'Read{"file_path":"/p/b"}', "Read", "t2", "/p/b"),
    ]
    assert brief(first.parts) == [("user", "Start.")]
    assert brief(first.answer) == asked
    assert brief(last.parts) == [
        ("user", "Start."),
        *asked,
        ("tool_result", "one", "t1"),
        ("user", "ran", "hook_success"),
        ("tool_result", "two\nmore", "t2"),
    ]
    assert lists([first, last]) == 1


def test_a_rewind_leaves_the_other_branch_out(tmp_path: Path) -> None:
    log = write(
        tmp_path / "s1.jsonl",
        user("u1", None, "Start."),
        answer("a1", "u1", "m1", block("One.")),
        user("u2", "a1", "Left."),
        answer("a2", "u2", "m2", block("Went left.")),
        user("u3", "a1", "Right."),
        answer("a3", "u3", "m3", block("Went right.")),
        user("u4", "a2", "Left again."),
        answer("a4", "u4", "m4", block("Still left.")),
    )
    by_answer = {texts(call.answer)[0]: texts(call.parts) for call in calls(log)}
    assert by_answer == {
        "One.": ["Start."],
        "Went left.": ["Start.", "One.", "Left."],
        "Went right.": ["Start.", "One.", "Right."],
        "Still left.": ["Start.", "One.", "Left.", "Went left.", "Left again."],
    }
    assert lists(calls(log)) == 2


def compacted(metadata: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        user("u1", None, "Start."),
        answer("a1", "u1", "m1", reads("t1", "/p/a")),
        user("r1", "a1", results("t1", "one")),
        answer("a2", "r1", "m2", block("Read.")),
        row(
            "system",
            "b1",
            None,
            subtype="compact_boundary",
            logicalParentUuid="a2",
            compactMetadata={"trigger": "auto", "preTokens": 9, **metadata},
        ),
        user("c1", "b1", "So far.", isCompactSummary=True, isVisibleInTranscriptOnly=True),
        user("u2", "c1", "On."),
        answer("a3", "u2", "m3", block("Done.")),
    ]


def test_after_a_compaction_stands_the_summary(tmp_path: Path) -> None:
    log = write(tmp_path / "s1.jsonl", *compacted({}))
    (last,) = (call for call in calls(log) if texts(call.answer) == ["Done."])
    assert brief(last.parts) == [("summary", "So far."), ("user", "On.")]


def test_what_a_compaction_preserves_follows_the_summary(tmp_path: Path) -> None:
    segment = {"headUuid": "a1", "anchorUuid": "c1", "tailUuid": "a2"}
    listed = {"uuids": ["r1", "a2"], "anchorUuid": "c1"}
    for metadata, preserved in (
        ({"preservedSegment": segment}, ['Read{"file_path":"/p/a"}', "one", "Read."]),
        ({"preservedMessages": listed}, ["one", "Read."]),
    ):
        log = write(tmp_path / "s1.jsonl", *compacted(metadata))
        (last,) = (call for call in calls(log) if texts(call.answer) == ["Done."])
        assert texts(last.parts) == ["So far.", *preserved, "On."]


def test_results_that_the_client_clears_are_sent_no_more(tmp_path: Path) -> None:
    log = write(
        tmp_path / "s1.jsonl",
        user("u1", None, "Start."),
        answer("a1", "u1", "m1", reads("t1", "/p/a")),
        user("r1", "a1", results("t1", "one")),
        row(
            "system",
            "b1",
            "r1",
            subtype="microcompact_boundary",
            microcompactMetadata={"compactedToolIds": ["t1"], "tokensSaved": 1},
        ),
        answer("a2", "b1", "m2", block("Done.")),
    )
    _, last = sorted(calls(log), key=lambda call: len(call.parts or ()))
    assert brief(last.parts)[-1] == ("tool_result", CLEARED, "t1")


def test_what_the_client_adds_is_a_part(tmp_path: Path) -> None:
    file = {"filePath": "/p/notes.md", "content": "Notes."}
    attached = {
        "type": "file",
        "filename": "/p/notes.md",
        "content": {"type": "text", "file": file},
    }
    image = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
    log = write(
        tmp_path / "s1.jsonl",
        user("m0", None, "<caveat>", isMeta=True),
        user("u1", "m0", [block("Look."), {"type": "image", "source": image}]),
        row("attachment", "x1", "u1", attachment=attached),
        row("attachment", "x2", "x1", attachment={"type": "queued_command", "prompt": "Hurry."}),
        row("attachment", "x3", "x2", attachment={"type": "command_permissions", "content": "no"}),
        row("system", "y1", "x3", subtype="turn_duration", durationMs=5),
        row("system", "y2", "y1", subtype="local_command", content="<stdout>3</stdout>"),
        answer("a1", "y2", "m1", {"type": "redacted_thinking", "data": "c2VhbGVk"}),
    )
    (call,) = calls(log)
    assert brief(call.parts) == [
        ("user", "<caveat>"),
        ("user", "Look."),
        ("attachment", ""),
        ("user", "Notes.", "file", "/p/notes.md"),
        ("user", "Hurry.", "queued_command"),
        ("user", "<stdout>3</stdout>", "local_command"),
    ]
    assert call.answer is not None
    assert [(part.role, part.text, part.size) for part in call.answer] == [("reasoning", "", 6)]
    assert call.parts is not None
    media = call.parts[2].media
    assert media is not None
    assert (media.kind, media.media_type, media.width) == ("image", "image/png", None)


def test_a_subagent_begins_with_its_task(tmp_path: Path) -> None:
    aside = {"isSidechain": True, "agentId": "a7"}
    task = {"type": "tool_use", "id": "t1", "name": "Task", "input": {"prompt": "Find it."}}
    session = write(
        tmp_path / "s1.jsonl",
        user("u1", None, "Start."),
        answer("a1", "u1", "m1", task),
        user("r1", "a1", results("t1", [block("Here.")])),
        answer("a2", "r1", "m2", block("Done.")),
    )
    agent = write(
        tmp_path / "s1" / "subagents" / "agent-a7.jsonl",
        user("u8", None, "Find it.", **aside),
        answer("a8", "u8", "m8", block("Here."), **aside),
    )
    by_answer = {texts(call.answer)[0]: call for call in calls(session, agent)}
    child = by_answer["Here."]
    assert (child.session, child.thread, child.agent) == ("s1", "a7", "subagent")
    assert brief(child.parts) == [("user", "Find it.")]
    assert brief(by_answer["Done."].parts) == [
        ("user", "Start."),
        ("tool_call", 'Task{"prompt":"Find it."}', "Task", "t1"),
        ("tool_result", "Here.", "t1"),
    ]


def test_the_progress_of_a_subagent_is_another_thread(tmp_path: Path) -> None:
    def progress(name: str, inner: dict[str, Any]) -> dict[str, Any]:
        data = {"type": "agent_progress", "agentId": "a7", "prompt": "Find it.", "message": inner}
        return row("progress", name, "a1", data=data)

    aside = {"isSidechain": True, "agentId": "a7"}
    log = write(
        tmp_path / "s1.jsonl",
        user("u1", None, "Start."),
        answer("a1", "u1", "m1", reads("t1", "/p/a")),
        progress("p1", answer("a8", None, "m8", reads("t8", "/p/b"), **aside)),
        progress("p2", user("r8", None, results("t8", "eight"), **aside)),
        progress("p3", answer("a9", None, "m9", block("Here."), **aside)),
        user("r1", "p3", results("t1", "one")),
        answer("a2", "r1", "m2", block("Done.")),
    )
    by_answer = {texts(call.answer)[0]: call for call in calls(log)}
    read_it = 'Read{"file_path":"/p/b"}'
    assert texts(by_answer["Here."].parts) == ["Find it.", read_it, "eight"]
    assert texts(by_answer["Done."].parts) == ["Start.", 'Read{"file_path":"/p/a"}', "one"]


def test_half_of_a_character_does_not_lose_the_rest_of_a_text(tmp_path: Path) -> None:
    rows = [
        user("u1", None, "Read."),
        answer("a1", "u1", "1", reads("c1", "/p/\ud800.py")),
        user("u2", "a1", results("c1", "cut \ud83d")),
        answer("a2", "u2", "2", block("Done.")),
    ]
    first, second = calls(write(tmp_path / "s1.jsonl", *rows))
    assert first.answer is not None
    assert [part.name for part in first.answer] == ["Read"]
    assert texts(second.parts)[-1] == "cut \ufffd"
