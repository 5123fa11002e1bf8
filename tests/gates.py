"""A repository with prompts, and `check` on it: for the tests of the gate."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
LINE = "The support team answers in at most six sentences, and never guesses a price or a date.\n"
PATH = {"PATH": os.environ.get("PATH", os.defpath)}


def git(folder: Path, *arguments: str) -> None:
    author = ["-c", "user.name=Test", "-c", "user.email=test@localhost"]
    settings = ["-c", "core.autocrlf=false", "-c", "commit.gpgsign=false"]
    subprocess.run(
        ["git", *author, *settings, *arguments], cwd=folder, check=True, capture_output=True
    )


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a change")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a prompt, a longer one, and a request body, all committed."""
    git(tmp_path, "init", "-q", "-b", "main")
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    (prompts / "support.txt").write_text(LINE * 50)
    (prompts / "other.txt").write_text("Something else.\n" + LINE * 10)
    body(prompts / "body.json")
    commit(tmp_path)
    return tmp_path


def body(path: Path, model: str = "gpt-4o", system: str = "Be kind.") -> None:
    messages = [{"role": "system", "content": system}, {"role": "user", "content": "Hello there"}]
    path.write_text(json.dumps({"model": model, "messages": messages}))


def check(cli: Cli, *arguments: str, command: str = "check") -> tuple[int, dict[str, Any]]:
    result = cli(command, *arguments, "-f", "json", environment=PATH)
    assert result.out, result.err
    document: dict[str, Any] = json.loads(result.out)
    effects = document["total"]["effects"]
    cost = document["total"]["change"]["cost"]
    assert sum(Decimal(effect["cost"]) for effect in effects) == Decimal(cost or 0)
    for item in document["items"]:
        total = sum(Decimal(effect["cost"]) for effect in item["effects"])
        assert total == Decimal(item["change"]["cost"] or 0)
    return result.code, document
