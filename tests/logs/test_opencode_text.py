"""The prompts of OpenCode: results, compactions, cleared results, sessions of subagents."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from logs.sent import brief, calls, lists, texts

START = 1_780_000_000_000


def user(name: str, *parts: dict[str, Any]) -> dict[str, Any]:
    return {"info": {"id": name, "role": "user", "sessionID": "s1"}, "parts": list(parts)}


def answer(name: str, at: int, *parts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    info = {
        "id": name,
        "sessionID": "s1",
        "role": "assistant",
        "parentID": "u1",
        "time": {"created": START + 60_000 * at},
        "modelID": "claude-sonnet-4-5",
        "providerID": "anthropic",
        "tokens": {"input": 10, "output": 5, "reasoning": 0, "cache": {"read": 0, "write": 0}},
    }
    return {"info": {**info, **fields}, "parts": list(parts)}


def block(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def reads(call: str, status: str = "completed", **fields: Any) -> dict[str, Any]:
    state = {"status": status, "input": {"filePath": "/p/a"}, "output": f"of {call}", **fields}
    return {"type": "tool", "tool": "read", "callID": call, "state": state}


def export(path: Path, *messages: dict[str, Any], **about: Any) -> Path:
    path.write_text(json.dumps({"info": {"id": "s1", **about}, "messages": list(messages)}))
    return path


ASKED = 'read{"filePath":"/p/a"}'


def test_results_follow_the_answer_that_asked(tmp_path: Path) -> None:
    shot = {"type": "file", "mime": "image/png", "url": "data:image/png;base64,iVBORw0KGgo="}
    log = export(
        tmp_path / "s1.json",
        user("u1", block("Start."), {**block("Hidden."), "ignored": True}, shot),
        answer("a1", 1, {"type": "reasoning", "text": "Hm."}, reads("c1", attachments=[shot])),
        answer("a2", 2, reads("c2", "running")),
        answer("a3", 3, block("Done.")),
        parentID="s0",
    )
    first, _, last = calls(log)
    assert brief(first.parts) == [("user", "Start."), ("attachment", "")]
    call = ("tool_call", ASKED, "read", "c1", "/p/a")
    assert brief(first.answer) == [("reasoning", "Hm."), call]
    assert brief(last.parts)[2:] == [
        ("reasoning", "Hm."),
        call,
        ("tool_result", "of c1", "read", "c1"),
        ("attachment", "", "read", "c1"),
        ("tool_call", ASKED, "read", "c2", "/p/a"),
    ]
    assert (last.turn, last.started_by) == ("u1", "s0")
    assert lists(calls(log)) == 1


def test_after_a_compaction_stands_its_summary_and_the_tail(tmp_path: Path) -> None:
    for tail, remaining in (({}, []), ({"tail_start_id": "a2"}, ["Two."])):
        log = export(
            tmp_path / "s1.json",
            user("u1", block("Start.")),
            answer("a1", 1, block("One.")),
            answer("a2", 2, block("Two.")),
            user("u2", {"type": "compaction", "auto": True, **tail}),
            answer("a3", 3, block("So far."), summary=True, mode="compaction"),
            user("u3", block("On.")),
            answer("a4", 4, block("Done.")),
        )
        compaction, last = calls(log)[2:]
        assert texts(compaction.parts) == ["Start.", "One.", "Two.", "What did we do so far?"]
        assert brief(last.parts)[:2] == [
            ("user", "What did we do so far?"),
            ("summary", "So far."),
        ]
        assert texts(last.parts)[2:] == [*remaining, "On."]


def test_a_result_is_sent_until_it_is_cleared(tmp_path: Path) -> None:
    log = export(
        tmp_path / "s1.json",
        user("u1", block("Start.")),
        answer("a1", 1, reads("c1", time={"compacted": START + 150_000})),
        answer("a2", 2, block("Two.")),
        answer("a3", 3, block("Three.")),
    )
    _, before, after = calls(log)
    assert texts(before.parts) == ["Start.", ASKED, "of c1"]
    assert texts(after.parts) == ["Start.", ASKED, "[Old tool result content cleared]", "Two."]


def test_the_system_prompt_of_older_versions_stands_first(tmp_path: Path) -> None:
    log = export(
        tmp_path / "s1.json",
        user("u1", block("Start.")),
        answer("a1", 1, block("One."), system=["Be brief."]),
        answer("a2", 2, block("Two."), system=["Be brief."]),
    )
    assert [brief(call.parts)[0] for call in calls(log)] == [("system", "Be brief.")] * 2


def test_the_database_has_the_parts_and_the_sessions_of_subagents(tmp_path: Path) -> None:
    path = tmp_path / "opencode.db"
    rows = [
        user("m1", block("Find.")),
        answer("m2", 1, reads("c1")),
        answer("m3", 2, block("Here.")),
    ]
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE session (id TEXT, parent_id TEXT)")
        database.execute("CREATE TABLE message (id TEXT, session_id TEXT, data TEXT)")
        database.execute("CREATE TABLE part (id TEXT, message_id TEXT, data TEXT)")
        database.execute("INSERT INTO session VALUES ('s1', 's0')")
        for row in rows:
            name, data = row["info"]["id"], json.dumps(row["info"])
            database.execute("INSERT INTO message VALUES (?, 's1', ?)", (name, data))
            for at, part in enumerate(row["parts"]):
                record = (f"{name}.{at}", name, json.dumps(part))
                database.execute("INSERT INTO part VALUES (?, ?, ?)", record)
        database.commit()
    first, last = calls(path)
    assert texts(first.parts) == ["Find."]
    assert texts(last.parts) == ["Find.", ASKED, "of c1"]
    assert {call.started_by for call in (first, last)} == {"s0"}
