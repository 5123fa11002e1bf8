"""A file that is read in several invocations, as it grows, gives what reading it at once gives."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from claude_rows import answer
from logs.cached_logs import TICK, files_read, settled, stored

__all__ = ["files_read", "stored"]

Row = dict[str, Any]
Rows = Callable[[random.Random, int], Row]
LONG = "x" * 140_000  # a beginning as long as what tells the format


class Plain(random.Random):
    """Chance by which nothing unusual comes."""

    def random(self) -> float:
        return 0.99


def claude(chosen: random.Random, number: int) -> Row:
    row = answer(number, number, *chosen.choices(("Read", "Task"), k=chosen.randrange(3)))
    if chosen.random() < 0.2:  # further rows of an answer follow, most of the time
        row["message"]["stop_reason"] = None
    if chosen.random() < 0.1:
        row = answer(max(1, number - 1), number, "Read")  # a block of the answer before
    if chosen.random() < 0.1:
        row["message"]["usage"] = None
    if chosen.random() < 0.1:
        return {
            "type": "cost-state",
            "sessionId": "s1",
            "totalCostUSD": chosen.random(),
            "modelUsage": None,
        }
    return row


def openai(chosen: random.Random, number: int) -> Row:
    usage = {"prompt_tokens": chosen.randrange(99), "completion_tokens": chosen.randrange(9)}
    row: Row = {
        "id": f"chatcmpl-{chosen.randrange(40):020}",
        "object": "chat.completion",
        "model": chosen.choice(("gpt-4o", "gpt-4o-mini")),
        "created": 1_770_000_000 + number,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi."}}],
        "usage": usage,
    }
    if chosen.random() < 0.2:
        row["object"] = "chat.completion.chunk"
        row["choices"] = [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": None}]
        row["usage"] = None
    if chosen.random() < 0.1:
        del row["id"]
    return row


def codex(chosen: random.Random, number: int) -> Row:
    totals = {"input_tokens": 100 * number, "output_tokens": 10 * number}
    return {
        "type": "event_msg",
        "timestamp": f"2026-05-04T10:{number % 60:02}:00Z",
        "payload": {"type": "token_count", "info": {"total_token_usage": totals}},
    }


def pi(chosen: random.Random, number: int) -> Row:
    usage = {"input": number, "output": 2, "cacheRead": 0, "cacheWrite": 0}
    return {
        "type": "message",
        "id": f"m{number}",
        "timestamp": f"2026-05-04T10:{number % 60:02}:00Z",
        "message": {"role": "assistant", "model": "gpt-4o", "usage": usage},
    }


def beginning(rows: Rows) -> list[Row]:
    """Return the first rows, which are long."""
    if rows is claude:
        return [{"type": "user", "sessionId": "s1", "uuid": "u", "message": {"content": LONG}}]
    if rows is codex:
        about = {"id": "c1", "cwd": "/w", "instructions": LONG}
        return [{"type": "session_meta", "payload": about}]
    if rows is pi:
        return [{"type": "session", "id": "p1", "cwd": "/w", "note": LONG}]
    request = {"messages": [{"role": "user", "content": LONG[: len(LONG) // 3]}]}
    plain = {"object": "chat.completion", "request": request, "usage": {"prompt_tokens": 5}}
    return [{**openai(random.Random(at), at), "id": f"b{at:030}", **plain} for at in range(4)]


def append(path: Path, rows: list[Row]) -> None:
    with path.open("a") as file:
        file.write("".join(json.dumps(row) + "\n" for row in rows))
    time.sleep(TICK)


@pytest.mark.parametrize("rows", [claude, openai, codex, pi])
@pytest.mark.parametrize("seed", range(4))
def test_appended_rows_give_what_the_file_gives(
    tmp_path: Path, stored: Path, rows: Rows, seed: int
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    path, chosen = folder / "log.jsonl", random.Random(seed)
    append(path, [*beginning(rows), *(rows(chosen, number) for number in (1, 2, 3))])
    number = 4
    for _ in range(6):
        assert settled(folder, stored) == settled(folder, None)
        several = chosen.randrange(1, 5)
        append(path, [rows(chosen, number + at) for at in range(several)])
        number += several
    assert settled(folder, stored) == settled(folder, None)


@pytest.mark.parametrize("rows", [claude, openai])
def test_only_what_was_appended_is_read(
    tmp_path: Path, stored: Path, files_read: list[str], rows: Rows
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    path = folder / "log.jsonl"
    plain = Plain(3)
    append(path, [*beginning(rows), *(rows(plain, number) for number in range(1, 9))])
    settled(folder, stored)
    for number in (20, 30):
        append(path, [rows(plain, number), rows(plain, number + 1)])
        expected = settled(folder, None)
        files_read.clear()
        assert settled(folder, stored) == expected
        assert files_read == []


def test_a_file_that_was_written_anew_is_read(
    tmp_path: Path, stored: Path, files_read: list[str]
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    path, chosen = folder / "log.jsonl", random.Random(1)
    append(path, [*beginning(claude), *(claude(chosen, number) for number in range(1, 9))])
    settled(folder, stored)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"xx", b"yy") + content[-200:].split(b"\n", 1)[1])
    time.sleep(TICK)
    expected = settled(folder, None)
    files_read.clear()
    assert settled(folder, stored) == expected
    assert files_read == ["log.jsonl"]


def test_a_last_line_with_no_end_is_read_again(tmp_path: Path, stored: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    path = folder / "log.jsonl"
    append(path, beginning(claude))
    cut = json.dumps(answer(5, 5))
    path.write_text(path.read_text() + cut[:-40])
    time.sleep(TICK)
    assert settled(folder, stored) == settled(folder, None)
    path.write_text(path.read_text() + cut[-40:] + "\n")
    time.sleep(TICK)
    assert settled(folder, stored) == settled(folder, None)
