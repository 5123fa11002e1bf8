"""A side that holds nothing is never a pass: exit 3, and every report says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gates import Cli
from saved_files import change

ANSWER = {
    "type": "assistant",
    "sessionId": "s",
    "uuid": "u",
    "requestId": "r",
    "timestamp": "2026-10-01T10:00:00Z",
    "message": {
        "id": "msg_1",
        "role": "assistant",
        "model": "claude-haiku-4-5",
        "usage": {"input_tokens": 1000, "output_tokens": 100},
    },
}
QUESTION = {
    "type": "user",
    "sessionId": "s",
    "uuid": "q",
    "timestamp": "2026-10-01T09:00:00Z",
    "message": {"role": "user", "content": "hi"},
}


@pytest.fixture
def folder(tmp_path: Path, cli: Cli) -> Path:
    """A folder with a log, a log without calls, and baselines with and without calls."""
    (tmp_path / "calls.jsonl").write_text(json.dumps(ANSWER) + "\n")
    (tmp_path / "none.jsonl").write_text(json.dumps(QUESTION) + "\n")
    base = tmp_path / "base.json"
    assert cli("baseline", "--logs", "calls.jsonl", "--save", str(base)).code == 0
    change(base, tmp_path / "zero.json", no_calls)
    change(base, tmp_path / "bare.json", no_cells)
    return tmp_path


def no_calls(blocks: dict[str, Any]) -> None:
    blocks["cells/1"]["columns"]["calls"] = ["u1", b"\0"]
    blocks["cells/1"]["usage"] = {}


def no_cells(blocks: dict[str, Any]) -> None:
    cells = blocks["cells/1"]
    cells["count"] = 0
    for name in ("columns", "usage"):
        cells[name] = {column: [kind, b""] for column, (kind, _) in cells[name].items()}


EMPTY = [
    ("check none.jsonl --logs --budget 0.01", "no call in what was read (1 file"),
    ("check none.jsonl --logs --baseline base.json", "no call in what was read"),
    ("check calls.jsonl --logs --since 2027-01-01", "--since 2027-01-01 leaves none of the calls"),
    ("check calls.jsonl --logs --until 2020-01-01", "--until 2020-01-01 leaves none of the calls"),
    ("check calls.jsonl --logs --where model=gpt-*", "--where model=gpt-* leaves none"),
    ("check base.json --logs --where model=gpt-*", "--where model=gpt-* leaves none"),
    ("check calls.jsonl --logs --baseline bare.json", "bare.json: nothing to compare: holds no"),
    ("check calls.jsonl --logs --baseline zero.json", "zero.json: nothing to compare: holds no"),
    ("check bare.json --baseline base.json", "no call in what was read"),
    ("diff bare.json base.json", "bare.json: nothing to compare"),
    ("diff base.json zero.json", "zero.json: nothing to compare"),
    ("baseline none.jsonl --logs --save new", "no call in what was read"),
    ("baseline calls.jsonl --logs --save new --since 2027-01-01", "--since 2027-01-01 leaves none"),
]


@pytest.mark.parametrize(("command", "message"), EMPTY, ids=[command for command, _ in EMPTY])
def test_nothing_to_compare_ends_with_three(
    cli: Cli, folder: Path, command: str, message: str
) -> None:
    result = cli(*command.split())
    assert (result.code, result.out) == (3, "")
    assert message in result.err
    assert result.err.count("\n") == 1


def test_the_reports_of_an_empty_log_say_why(cli: Cli, folder: Path) -> None:
    names = {"json": "r.json", "junit": "r.xml", "markdown": "r.md"}
    reports: list[Any] = []
    for name, file in names.items():
        reports += ["--report", f"{name}={folder / file}"]
    assert cli("check", "none.jsonl", "--logs", *reports).code == 3
    document = json.loads((folder / "r.json").read_text())
    assert (document["verdict"], document["items"]) == ("error", [])
    for file in names.values():
        assert "no call in what was read" in (folder / file).read_text()


def test_a_filter_of_the_logs_is_one_of_their_baseline_too(cli: Cli, folder: Path) -> None:
    other = json.loads(json.dumps(ANSWER))
    other["requestId"], other["uuid"] = "r2", "u2"
    other["message"] |= {"id": "msg_2", "model": "claude-opus-4-5"}
    text = (folder / "calls.jsonl").read_text() + json.dumps(other) + "\n"
    (folder / "both.jsonl").write_text(text)
    cli("baseline", "--logs", "both.jsonl", "--save", str(folder / "both.json"))
    wanted = ["--logs", "--baseline", "both.json", "--where", "model=*haiku*", "-f", "json"]
    result = cli("check", "calls.jsonl", *wanted, "--max-increase", "0%")
    assert [item["status"] for item in json.loads(result.out)["items"]] == ["unchanged"]
    wanted = ["--logs", "--baseline", "base.json", "--where", "model=*opus*"]
    result = cli("check", "both.jsonl", *wanted)
    assert (result.code, "base.json: nothing to compare: none of its calls" in result.err) == (
        3,
        True,
    )
