"""What was read of logs is not read again, and it gives what reading gives."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from claude_rows import agent_session, answer, write_rows
from example_logs import EXAMPLES
from logs.cached_logs import TICK, Cli, database, files_read, logs, report, stored

__all__ = ["files_read", "logs", "stored"]


def test_what_did_not_change_is_not_read(
    cli: Cli, logs: Path, stored: Path, files_read: list[str]
) -> None:
    plain = report(cli, stored, str(logs), "--no-cache")
    assert not stored.exists() or not list(stored.glob("logs-*"))
    assert report(cli, stored, str(logs)) == plain
    files_read.clear()
    assert report(cli, stored, str(logs)) == plain
    assert files_read == []
    for arguments in (("--by", "agent,day"), ("--since", "2026-05-04T10:30"), ("--by", "file")):
        expected = report(cli, stored, str(logs), *arguments, "--no-cache")
        files_read.clear()
        assert report(cli, stored, str(logs), *arguments) == expected
        assert files_read == []


def test_what_was_read_of_one_folder_serves_for_another(
    cli: Cli, logs: Path, stored: Path, files_read: list[str]
) -> None:
    report(cli, stored, str(logs / "0.jsonl"), str(logs / "1.jsonl"))
    files_read.clear()
    assert report(cli, stored, str(logs)) == report(cli, stored, str(logs), "--no-cache")
    assert files_read[:2] == ["2.jsonl", "notes.txt"]


@pytest.mark.parametrize("change", ["appended", "edited", "removed", "added", "replaced"])
def test_what_changed_is_read(
    cli: Cli, logs: Path, stored: Path, files_read: list[str], change: str
) -> None:
    report(cli, stored, str(logs))
    path = logs / "1.jsonl"
    if change == "appended":
        with path.open("a") as file:
            file.write(json.dumps(answer(77, 90, session="session-1-of-the-user")) + "\n")
    elif change == "edited":  # no byte more, and the time that tools restore
        before = path.stat()
        path.write_bytes(
            path.read_bytes().replace(b'"output_tokens": 100', b'"output_tokens": 999')
        )
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert path.stat().st_size == before.st_size
    elif change == "removed":
        path.unlink()
    elif change == "added":
        write_rows(logs / "3.jsonl", agent_session("new", first=50))
    else:
        other = write_rows(logs / "other", agent_session("other", first=70))
        other.replace(path)
    expected = report(cli, stored, str(logs), "--no-cache")
    files_read.clear()
    assert report(cli, stored, str(logs)) == expected
    name = {"added": ["3.jsonl"], "removed": []}.get(change, ["1.jsonl"])
    assert files_read == name


def test_a_file_beside_a_log_counts_as_well(cli: Cli, logs: Path, stored: Path) -> None:
    write_rows(logs / "agent-a1.jsonl", [answer(90, 5, session="s", agent="a1")])
    time.sleep(TICK)
    by_agent = str(logs), "--by", "agent"
    report(cli, stored, *by_agent)
    (logs / "agent-a1.meta.json").write_text('{"agentType": "reviewer"}')
    expected = report(cli, stored, *by_agent, "--no-cache")
    assert any(group["key"] == {"agent": "reviewer"} for group in expected["groups"])
    assert report(cli, stored, *by_agent) == expected


def test_ids_are_stored_as_hashes_and_texts_not_at_all(cli: Cli, logs: Path, stored: Path) -> None:
    rows = [answer(95, 5, session="the-secret-session")]
    rows[0]["message"]["content"].append({"type": "text", "text": "a secret answer"})
    write_rows(logs / "secret.jsonl", rows)
    time.sleep(TICK)
    assert report(cli, stored, str(logs), str(EXAMPLES)) is not None
    content = database(stored).read_bytes()
    for secret in (b"secret answer", b"secret-session", b"of-the-user", b"msg_01", b"req_95"):
        assert secret not in content
    assert b"claude-sonnet-4-5" in content


def test_what_shows_ids_is_read(cli: Cli, logs: Path, stored: Path, files_read: list[str]) -> None:
    report(cli, stored, str(logs))
    for by in ("session", "call", "turn"):
        expected = report(cli, stored, str(logs), "--by", by, "--no-cache")
        files_read.clear()
        assert report(cli, stored, str(logs), "--by", by) == expected
        assert "0.jsonl" in files_read


def test_sessions_that_share_answers_give_what_reading_gives(
    cli: Cli, logs: Path, stored: Path
) -> None:
    """Which of two sessions has an answer is decided by their names, which are not known."""
    for session in ("z-first", "a-second"):
        rows = agent_session("original", first=30)
        fork = [{**row, "sessionId": session} for row in rows]
        write_rows(logs / f"{session}.jsonl", fork)
    time.sleep(TICK)
    for by in ("model", "project"):
        expected = report(cli, stored, str(logs), "--by", by, "--no-cache")
        for _ in range(3):
            assert report(cli, stored, str(logs), "--by", by) == expected


def test_examples_give_the_same_again(cli: Cli, stored: Path) -> None:
    plain = report(cli, stored, str(EXAMPLES), "--no-cache")
    for _ in range(2):
        assert report(cli, stored, str(EXAMPLES)) == plain


def test_samples_give_the_same_again(cli: Cli, stored: Path, corpora: Path) -> None:
    samples = str(corpora / "samples")
    plain = report(cli, stored, samples, "--no-cache")
    for _ in range(2):
        assert report(cli, stored, samples) == plain
