"""No output holds the text of prompts or answers, unless `--show-text` asks for it."""

from __future__ import annotations

import gzip
import json
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli
from tokencost_profiles.discovery import find_plugin, names

CANARY = "zebrafink-7431"
TOOL_ARGUMENTS = {"path": "src/a.py", "old": f"{CANARY} old", "deep": [{"new": f"new {CANARY}"}]}
USAGE = {"input": 3000, "output": 40, "cacheRead": 2000, "cacheWrite": 500}


def pi_rows() -> list[dict[str, Any]]:
    """Return a session with the canary in every kind of text, twice the same result, an abort."""
    call = {"type": "toolCall", "id": "t", "name": "edit", "arguments": TOOL_ARGUMENTS}
    messages: list[dict[str, Any]] = [{"role": "user", "content": f"Please {CANARY}."}]
    for at in range(3):
        thought = {"type": "thinking", "thinking": f"Hm, {CANARY} {at}"}
        messages.append(answer([thought, {**call, "id": f"t{at}"}], "toolUse"))
        messages.append(result(f"t{at}"))
    messages.append(answer([{"type": "text", "text": f"It is {CANARY}."}], "aborted"))
    messages.append(answer([{"type": "text", "text": f"Now {CANARY}."}], "stop"))
    rows: list[dict[str, Any]] = [
        {"type": "session", "id": "s", "cwd": "/work", "timestamp": "2026-05-01T10:00:00Z"}
    ]
    for at, message in enumerate(messages):
        rows.append(row(at, type="message", message=message))
    rows.append(row(len(messages), type="compaction", summary=f"So far: {CANARY}"))
    after = answer([{"type": "text", "text": f"Done, {CANARY}."}], "stop")
    rows.append(row(len(messages) + 1, type="message", message=after))
    return rows


def row(at: int, **fields: Any) -> dict[str, Any]:
    above = None if at == 0 else str(at - 1)
    return {"id": str(at), "parentId": above, "timestamp": f"2026-05-01T10:{at:02}:00Z", **fields}


def answer(blocks: list[dict[str, Any]], stop: str) -> dict[str, Any]:
    return {
        "role": "assistant",
        "model": "claude-opus-4-6",
        "provider": "anthropic",
        "usage": USAGE,
        "stopReason": stop,
        "content": blocks,
    }


def result(name: str) -> dict[str, Any]:
    text = f"{CANARY} " * 200
    return {
        "role": "toolResult",
        "toolCallId": name,
        "toolName": "edit",
        "content": [{"type": "text", "text": text}],
    }


def request_rows() -> list[dict[str, Any]]:
    """Return complete requests with their answers: system prompt and tool schemas too."""
    tool = {"type": "function", "function": {"name": "look", "description": f"Look: {CANARY}"}}
    request = {
        "model": "gpt-4o",
        "tools": [tool],
        "messages": [
            {"role": "system", "content": f"Be {CANARY}."},
            {"role": "user", "content": f"Where is {CANARY}?"},
        ],
    }
    response = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_777_600_000,
        "model": "gpt-4o-2024-08-06",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": f"At {CANARY}."}}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 30, "total_tokens": 930},
    }
    return [{"request": request, "response": response}]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    for name, rows in (("session", pi_rows()), ("requests", request_rows())):
        text = "".join(json.dumps(one) + "\n" for one in rows)
        assert CANARY in text
        (folder / f"{name}.jsonl").write_text(text)
    return folder


def unpacked(data: bytes) -> bytes:
    """Return bytes, and what they are packed from."""
    for unpack in (gzip.decompress, zlib.decompress):
        with suppress(OSError, EOFError, zlib.error):
            return data + unpack(data)
    return data


VIEWS = [
    (),
    ("--segments", "99", "--findings"),
    ("--by", "segment,target"),
    ("--tree", "--timeline"),
    ("--by", "session,turn,step", "--percentiles"),
    ("--by", "call"),
]


@pytest.mark.parametrize("view", VIEWS, ids=" ".join)
@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_reports_hold_no_text(cli: Cli, logs: Path, form: str, view: tuple[str, ...]) -> None:
    run = cli("profile", str(logs), *view, "-f", form)
    assert "bug" not in run.err
    assert CANARY not in run.out + run.err


def commands_of(name: str) -> tuple[str, ...]:
    """Return the commands that a format is for; nothing: all."""
    renderer: Any = find_plugin(RENDERERS, name, "RENDERER")
    return tuple(renderer.commands)


RENDERERS = "tokencost_cli.output.renderers"
FORMATS = [
    name.rstrip("_")
    for name in names(RENDERERS)
    if "profile" in (commands_of(name) or ("profile",))
]


@pytest.mark.parametrize("form", FORMATS)
def test_files_hold_no_text(cli: Cli, logs: Path, tmp_path: Path, form: str) -> None:
    run = cli("profile", str(logs), "-f", form, "-o", "out.bin")
    assert run.code == 0, run.err
    data = unpacked((tmp_path / "out.bin").read_bytes())
    assert len(data) > 100
    assert CANARY.encode() not in data


def test_a_saved_profile_holds_no_text(cli: Cli, logs: Path, tmp_path: Path) -> None:
    for view in VIEWS[:2]:
        assert cli("profile", str(logs), *view, "--save", "run.tokencost").code == 0
        data = (tmp_path / "run.tokencost").read_bytes()
        at = data.find(b"\x1f\x8b")
        assert CANARY.encode() not in data + gzip.decompress(data[at:])


@pytest.mark.parametrize(
    "command",
    [
        ("explain", "duplicates"),
        ("explain", "retries"),
        ("whatif", "-m", "gpt-4o"),
        ("check", "--logs", "--fail-on", "finding:retries", "--budget", "1"),
        ("accuracy",),
    ],
    ids=" ".join,
)
def test_other_commands_write_no_text(cli: Cli, logs: Path, command: tuple[str, ...]) -> None:
    for form in ("table", "json", "markdown"):
        run = cli(command[0], *command[1:], str(logs), "-f", form)
        assert "bug" not in run.err
        assert CANARY not in run.out + run.err, form


def test_the_first_lines_are_written_where_they_are_asked_for(cli: Cli, logs: Path) -> None:
    run = cli("profile", str(logs), "--segments", "99", "--show-text", "-f", "json")
    kinds = {one["kind"] for one in json.loads(run.out)["segments"] if "first_line" in one}
    assert CANARY in run.out
    assert {"system", "tools", "user", "assistant", "tool_call", "tool_result"} <= kinds
