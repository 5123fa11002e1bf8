"""Rows of Claude Code decoded once, for their calls and their text: odd fields lose nothing."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

from logs.sent import brief, calls, texts, write
from logs.test_claude_text import answer, block, reads, results, user
from tokencost_profiles.logs.common.message_tree import Node


def session(tmp_path: Path, **fields: Any) -> Path:
    return write(
        tmp_path / "s1.jsonl",
        user("u1", None, "Start."),
        answer("a1", "u1", "m1", reads("t1", "/p/a")),
        user("r1", "a1", results("t1", [block("one"), block("two")]), **fields),
        answer("a2", "r1", "m2", block("Done.")),
    )


def test_a_field_of_another_type_than_expected_loses_no_text(tmp_path: Path) -> None:
    expected = ["Start.", 'Read{"file_path":"/p/a"}', "one\ntwo"]
    odd: dict[str, Any] = {"cwd": 5, "requestId": [], "data": "text", "isSidechain": "maybe"}
    for name, value in odd.items():
        _, last = calls(session(tmp_path, **{name: value}))
        assert texts(last.parts) == expected, name


def test_the_copy_of_a_result_for_the_client_is_not_read(tmp_path: Path) -> None:
    copy = {"stdout": "half \ud83d", "usage": {"input_tokens": 9}}
    _, last = calls(session(tmp_path, toolUseResult=copy))
    assert brief(last.parts)[-1] == ("tool_result", "one\ntwo", "t1")


def test_blocks_of_other_kinds_have_every_field(tmp_path: Path) -> None:
    image = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
    searched = {"type": "server_tool_use", "id": "t2", "name": "web_search", "input": {"q": "x"}}
    log = write(
        tmp_path / "s1.jsonl",
        user("u1", None, [block("Look."), image, block("")]),
        answer("a1", "u1", "m1", searched),
    )
    (call,) = calls(log)
    assert brief(call.parts) == [("user", "Look."), ("attachment", "")]
    assert brief(call.answer) == [("tool_call", 'web_search{"q":"x"}', "web_search", "t2")]


def test_no_text_outlives_its_file(tmp_path: Path) -> None:
    gc.collect()
    gc.disable()
    try:
        read_calls = calls(session(tmp_path))
        assert [one for one in gc.get_objects() if isinstance(one, Node)] == []
    finally:
        gc.enable()
    assert len(read_calls) == 2
