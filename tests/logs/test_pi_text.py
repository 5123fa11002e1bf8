"""The prompts of Pi sessions: branches, compactions, commands of the user, aborted answers."""

from __future__ import annotations

import base64
import struct
import zlib
from pathlib import Path
from typing import Any

from logs.sent import brief, calls, lists, texts, write
from tokencost_profiles.calls.call import ABORTED

HEADER = {"type": "session", "version": 3, "id": "s", "cwd": "/p", "timestamp": "2026-09-01T10:00Z"}


def entry(name: str, parent: str | None, **fields: Any) -> dict[str, Any]:
    stamp = f"2026-09-01T10:{int(name[1:]):02}:00.000Z"
    return {"type": "message", "id": name, "parentId": parent, "timestamp": stamp, **fields}


def user(name: str, parent: str | None, content: Any) -> dict[str, Any]:
    return entry(name, parent, message={"role": "user", "content": content})


def answer(name: str, parent: str | None, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    usage = {"input": 10, "output": 5, "cacheRead": 0, "cacheWrite": 0, "totalTokens": 15}
    message = {"role": "assistant", "model": "claude-opus-4-5", "content": blocks, "usage": usage}
    return entry(name, parent, message={**message, "stopReason": "stop", **more})


def result(name: str, parent: str | None, call: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    message = {"role": "toolResult", "toolCallId": call, "toolName": "read", "content": blocks}
    return entry(name, parent, message=message)


def block(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def reads(call: str, path: str) -> dict[str, Any]:
    return {"type": "toolCall", "id": call, "name": "read", "arguments": {"path": path}}


def png(width: int, height: int) -> str:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [
        (b"IHDR", head),
        (b"IDAT", zlib.compress(b"\0" * (width + 1) * height)),
        (b"IEND", b""),
    ]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()


def test_tool_calls_and_results_have_ids_names_and_targets(tmp_path: Path) -> None:
    thought = {"type": "thinking", "thinking": "Look.", "thinkingSignature": "c2VhbA=="}
    sealed = {"type": "thinking", "thinking": "", "thinkingSignature": "c2VhbGVk"}
    shot = {"type": "image", "data": png(4, 3), "mimeType": "image/png"}
    log = write(
        tmp_path / "s.jsonl",
        HEADER,
        user("e1", None, "Start."),
        answer("e2", "e1", thought, sealed, block("I read."), reads("c1", "./src/a.py")),
        result("e3", "e2", "c1", block("one"), block("two"), shot),
        answer("e4", "e3", block("Done.")),
    )
    first, last = calls(log)
    assert brief(first.parts) == [("user", "Start.")]
    assert brief(last.parts) == [
        ("user", "Start."),
        ("reasoning", "Look."),
        ("reasoning", ""),
        ("assistant", "I read."),
        ("tool_call", 'read{"path":"./src/a.py"}', "read", "c1", "src/a.py"),
        ("tool_result", "one\ntwo", "read", "c1"),
        ("attachment", "", "read", "c1"),
    ]
    assert last.parts is not None
    assert (last.parts[2].size, len(last.parts[2].hash)) == (6, 12)
    media = last.parts[-1].media
    assert media is not None
    assert (media.kind, media.media_type, media.width, media.height) == ("image", "image/png", 4, 3)
    assert brief(last.answer) == [("assistant", "Done.")]
    assert (first.turn, last.turn) == ("e1", "e1")
    assert lists([first, last]) == 1


def test_branches_do_not_mix(tmp_path: Path) -> None:
    log = write(
        tmp_path / "s.jsonl",
        HEADER,
        user("e1", None, "Start."),
        answer("e2", "e1", block("One.")),
        user("e3", "e2", "Left."),
        answer("e4", "e3", block("Went left.")),
        entry("e5", "e2", type="branch_summary", fromId="e4", summary="Left was tried."),
        user("e6", "e5", "Right."),
        answer("e7", "e6", block("Went right.")),
        user("e8", "e4", "Left again."),
        answer("e9", "e8", block("Still left.")),
    )
    first, left, right, again = calls(log)
    assert texts(first.parts) == ["Start."]
    assert texts(left.parts) == ["Start.", "One.", "Left."]
    assert brief(right.parts)[2:] == [("summary", "Left was tried.", "branch"), ("user", "Right.")]
    assert texts(again.parts) == ["Start.", "One.", "Left.", "Went left.", "Left again."]
    assert [call.turn for call in (first, left, right, again)] == ["e1", "e3", "e6", "e8"]
    assert lists([first, left, right, again]) == 2


def test_after_a_compaction_the_kept_entries_follow_its_summary(tmp_path: Path) -> None:
    log = write(
        tmp_path / "s.jsonl",
        HEADER,
        user("e1", None, "Start."),
        answer("e2", "e1", block("One.")),
        user("e3", "e2", "More."),
        answer("e4", "e3", block("Two.")),
        entry("e5", "e4", type="compaction", summary="Begun.", firstKeptEntryId="e3"),
        user("e6", "e5", "On."),
        answer("e7", "e6", block("Three.")),
        entry("e8", "e7", type="compaction", summary="Going.", firstKeptEntryId="e4"),
        user("e9", "e8", "End."),
        answer("e10", "e9", block("Four.")),
    )
    prompts = [texts(call.parts) for call in calls(log)]
    assert prompts[2] == ["Begun.", "More.", "Two.", "On."]
    assert prompts[3] == ["Going.", "Two.", "On.", "Three.", "End."]
    assert brief(calls(log)[2].parts)[0] == ("summary", "Begun.")


def test_kept_entries_named_by_their_index(tmp_path: Path) -> None:
    rows = [
        HEADER,
        user("e1", None, "Start."),
        answer("e2", None, block("One.")),
        user("e3", None, "More."),
        entry("e4", None, type="compaction", summary="Begun.", firstKeptEntryIndex=2),
        user("e5", None, "On."),
        answer("e6", None, block("Two.")),
    ]
    for row in rows[1:]:
        row.pop("parentId")
        row.pop("id")
    _, last = calls(write(tmp_path / "s.jsonl", *rows))
    assert texts(last.parts) == ["Begun.", "One.", "More.", "On."]
    assert last.turn == "2026-09-01T10:05:00.000Z"


def test_commands_and_messages_of_extensions_are_read_by_the_model(tmp_path: Path) -> None:
    ran = {"role": "bashExecution", "command": "make", "output": "ok", "exitCode": 2}
    log = write(
        tmp_path / "s.jsonl",
        HEADER,
        user("e1", None, [block("Start.")]),
        entry("e2", "e1", message=ran),
        entry("e3", "e2", message={**ran, "excludeFromContext": True}),
        entry("e4", "e3", type="custom", customType="state", data={"x": 1}),
        entry("e5", "e4", type="custom_message", customType="hint", content="Mind.", display=True),
        entry("e6", "e5", message={"role": "custom", "customType": "note", "content": "Hear."}),
        answer("e7", "e6", block("Done.")),
    )
    (call,) = calls(log)
    assert brief(call.parts) == [
        ("user", "Start."),
        ("user", "Ran `make`\n```\nok\n```\n\nCommand exited with code 2", "bashExecution"),
        ("user", "Mind.", "hint"),
        ("user", "Hear.", "note"),
    ]
    assert call.turn == "e1"


def test_an_aborted_answer_stays_in_the_prompt(tmp_path: Path) -> None:
    log = write(
        tmp_path / "s.jsonl",
        HEADER,
        user("e1", None, "Start."),
        answer("e2", "e1", block("Half"), reads("c1", "a"), stopReason="aborted"),
        user("e3", "e2", "Go on."),
        answer("e4", "e3", block("Done.")),
    )
    aborted, last = calls(log)
    assert aborted.status == ABORTED
    assert brief(last.parts)[1:] == [
        ("assistant", "Half"),
        ("tool_call", 'read{"path":"a"}', "read", "c1", "a"),
        ("user", "Go on."),
    ]


def test_a_long_session_shares_one_list(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [HEADER]
    for at in range(3000):
        parent = f"a{at - 1}" if at else None
        rows.append({"type": "message", "id": f"u{at}", "parentId": parent, **question(at)})
        row = answer("e1", f"u{at}", block(f"{at}"))
        rows.append(
            {**row, "id": f"a{at}", "timestamp": f"2026-09-01T10:{at // 60:02}:{at % 60:02}Z"}
        )
    read_calls = calls(write(tmp_path / "s.jsonl", *rows))
    assert lists(read_calls) == 1
    assert [len(call.parts or ()) for call in read_calls] == [2 * at + 1 for at in range(3000)]


def question(at: int) -> dict[str, Any]:
    return {"message": {"role": "user", "content": f"{at}?"}}


def test_an_answer_that_a_branch_copies_is_there_once(tmp_path: Path) -> None:
    shared = [user("e1", None, "Start."), answer("e2", "e1", block("One."), reads("c1", "a"))]
    first = write(tmp_path / "a.jsonl", HEADER, *shared)
    note = {"type": "model_change", "id": "e9", "parentId": None}
    second = write(tmp_path / "b.jsonl", {**HEADER, "id": "t"}, note, *shared)
    (call,) = calls(first, second)
    assert texts(call.answer) == ["One.", 'read{"path":"a"}']
    assert texts(call.parts) == ["Start."]


def test_after_a_recorded_compaction_kept_entries_are_sent(corpora: Path) -> None:
    (path,) = (corpora / "samples" / "pi-session-jsonl").glob("*.jsonl")
    read_calls = [call for call in calls(path) if call.prompt_tokens]
    first = next(call for call in read_calls if (call.line or 0) > 360)
    assert first.prompt_tokens == 25_739
    assert first.parts is not None
    assert first.parts[0].role == "summary"
    assert texts(first.parts)[1] == "i reviwed what we have, it's good. continue"
    assert first.parts[1].place == "294.0000"
    assert lists(read_calls) == 3
