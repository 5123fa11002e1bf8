"""`--locked`: the prices of the lock file, or none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


@pytest.fixture
def folder(cli: Cli, tmp_path: Path) -> Path:
    (tmp_path / "prompt.txt").write_text("hello world")
    result = cli("prices", "lock", "gpt-4o", "--as-of", "2024-06-01", folder=tmp_path)
    assert result.code == 0, result.err
    assert "rates of 1 model" in result.err
    return tmp_path


def test_a_lock_fixes_the_day_and_is_named_in_the_document(cli: Cli, folder: Path) -> None:
    (folder / "deeper").mkdir()
    arguments = ("estimate", "../prompt.txt", "-m", "gpt-4o", "--locked", "-f", "json")
    document = json.loads(cli(*arguments, folder=folder / "deeper").out)
    assert document["prices"]["lock"] == "../tokencost.lock"
    assert document["prices"]["as_of"] == "2024-06-01"
    today = json.loads(cli(*arguments[:4], "-f", "json", folder=folder / "deeper").out)
    assert today["prices"]["lock"] is None
    assert today["items"][0]["cost"] < document["items"][0]["cost"]


def test_another_day_can_be_asked_for(cli: Cli, folder: Path) -> None:
    arguments = ("estimate", "prompt.txt", "-m", "gpt-4o", "--locked", "--as-of", "2025-01-01")
    document = json.loads(cli(*arguments, "-f", "json", folder=folder).out)
    assert document["prices"]["as_of"] == "2025-01-01"


@pytest.mark.parametrize(
    "command",
    [
        "estimate prompt.txt -m gpt-4o",
        "check prompt.txt -m gpt-4o --max-tokens 10",
        "whatif prompt.txt -m gpt-4o",
        "profile log.jsonl",
        "models",
        "prices list",
    ],
)
def test_other_prices_end_every_command(cli: Cli, folder: Path, command: str) -> None:
    (folder / "log.jsonl").write_text(
        '{"model": "gpt-4o", "usage": {"prompt_tokens": 1, "completion_tokens": 1}}\n'
    )
    path = folder / "tokencost.lock"
    path.write_text(path.read_text().replace('"input": "5"', '"input": "4"'))
    lock = json.loads(path.read_text()) | {"sha256": "of another table"}
    path.write_text(json.dumps(lock))
    result = cli(*command.split(), "--locked", folder=folder)
    assert result.code == 5
    assert result.out == ""
    assert "tokencost.lock: the table changed since it was locked" in result.err
    assert "gpt-4o input: $4 -> $5" in result.err


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ('"input": "5"', '"input": "4"', "gpt-4o input: $4 -> $5"),
        ('"model": "gpt-4o"', '"model": "gpt-4"', "gpt-4o: was openai/gpt-4, is openai/gpt-4o"),
    ],
)
def test_a_lock_edited_by_hand_is_one_line(
    cli: Cli, folder: Path, before: str, after: str, line: str
) -> None:
    path = folder / "tokencost.lock"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    result = cli("models", "--locked", folder=folder)
    assert (result.code, result.out) == (5, "")
    assert "tokencost.lock: edited by hand: not what table" in result.err
    assert line in result.err


def test_a_name_of_several_hosts_keeps_its_locked_host(cli: Cli, tmp_path: Path) -> None:
    name = "llama-3.3-70b-instruct"
    locked = cli("prices", "lock", name, "--provider", "deepinfra", folder=tmp_path)
    assert locked.code == 0, locked.err
    assert cli("models", "--locked", folder=tmp_path).code == 0


def test_no_lock_file_is_one_line(cli: Cli, tmp_path: Path) -> None:
    result = cli("models", "--locked", folder=tmp_path)
    assert (result.code, result.out) == (5, "")
    assert "no tokencost.lock here or in a folder above" in result.err
