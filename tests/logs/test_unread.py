"""To recognise a file is not to read it: the next reader is tried, and unread counts are named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from logs.reading import totals
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.merging import settle
from tokencost_profiles.files.paths import expand_logs, from_bytes
from tokencost_profiles.logs import read as pipeline


def read(folder: Path, *names: str, forced: str | None = None) -> tuple[list[Call], Audit]:
    sources = expand_logs(names or (".",), folder, lambda: from_bytes(b"", "-"))
    return settle(pipeline.read(sources, pipeline.ReadOptions(forced)))


def lines(path: Path, *rows: Any) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


PI_HEAD = {"type": "session", "id": "s1", "cwd": "/p"}
USED = {"inputTokens": 120, "outputTokens": 30, "reasoningTokens": 10}


def test_the_next_reader_is_tried(tmp_path: Path) -> None:
    row = {"model": "gpt-5", "provider": "openai"}
    lines(tmp_path / "a.jsonl", PI_HEAD, {"data": {"answer": {"from": row}, "usage": USED}})
    calls, audit = read(tmp_path, "a.jsonl")
    assert totals(calls) == {"input": 120, "output": 20, "reasoning": 10}
    assert calls[0].model == "gpt-5"
    assert audit.readers == {"walker": 1}
    assert not audit.unread


def test_the_id_of_an_answer_tells_the_cloud(tmp_path: Path) -> None:
    row = {"id": "msg_bdrk_0123456789abcdef", "model": "claude-opus-4-7", "spent": USED}
    lines(tmp_path / "a.jsonl", row)
    calls, _ = read(tmp_path)
    assert [call.provider for call in calls] == ["bedrock"]


@pytest.mark.parametrize(
    "row",
    [
        {"spent": {"promptTok": 5}, "bookkeeping_tokens": 17},
        {"totals": {"usage": {"paid": 3, "free": 0}}},
        {"tokens_used": "12"},
    ],
)
def test_a_file_that_counts_tokens_and_gives_no_call_is_named(tmp_path: Path, row: Any) -> None:
    lines(tmp_path / "a.jsonl", PI_HEAD, row)
    calls, audit = read(tmp_path)
    assert not calls
    ((file, _, reason),) = [(skip.file, skip.line, skip.reason) for skip in audit.unread]
    assert file == "a.jsonl"
    assert "pi reads none" in reason


def test_a_format_that_is_forced_is_not_replaced(tmp_path: Path) -> None:
    lines(tmp_path / "a.jsonl", PI_HEAD, {"usage": USED, "model": "gpt-5"})
    calls, audit = read(tmp_path, "a.jsonl", forced="pi")
    assert not calls
    assert len(audit.unread) == 1


@pytest.mark.parametrize(
    "row",
    [
        {"type": "message", "message": {"role": "user", "content": 'he wrote {"tokens": 5}'}},
        {"settings": {"max_tokens": 4096, "token_limit": 9, "tokens_per_second": 4}},
        {"usage": {"input_tokens": 0, "output_tokens": 0}},
    ],
)
def test_a_session_without_counts_is_silent(tmp_path: Path, row: Any) -> None:
    lines(tmp_path / "a.jsonl", PI_HEAD, row)
    _, audit = read(tmp_path)
    assert not audit.unread


def test_a_file_of_no_known_form_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"spent": {"bookkeeping_tokens": 17}}', "utf-8")
    (tmp_path / "b.json").write_text('{"name": "x", "version": 3}', "utf-8")
    _, audit = read(tmp_path)
    assert [skip.file for skip in audit.unread] == ["a.json"]
    assert audit.passed_over == 2
