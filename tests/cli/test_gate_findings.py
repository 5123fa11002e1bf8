"""`check --fail-on finding:NAME`: a log that shows a pattern of waste fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli


def call(at: int, status: str, model: str = "gpt-4o") -> dict[str, Any]:
    usage = {"input": 1000, "output": 50, "cacheRead": 0, "cacheWrite": 0}
    return {
        "type": "message",
        "id": str(at),
        "timestamp": f"2026-05-01T10:00:{at:02}Z",
        "message": {
            "role": "assistant",
            "model": model,
            "provider": "openai",
            "usage": usage,
            "stopReason": status,
            "content": [{"type": "text", "text": "Hm."}],
        },
    }


@pytest.fixture
def log(tmp_path: Path) -> Path:
    rows = [
        {"type": "session", "id": "one", "cwd": "/work", "timestamp": "2026-05-01T10:00:00Z"},
        call(1, "stop"),
        call(2, "aborted"),
        call(3, "stop"),
    ]
    path = tmp_path / "run.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_log_with_the_finding_fails(cli: Cli, log: Path) -> None:
    run = cli("check", str(log), "--logs", "--fail-on", "finding:retries", "-f", "json")
    assert run.code == 1
    (reason,) = [one for one in json.loads(run.out)["reasons"] if one["level"] == "fail"]
    assert reason["code"] == "finding"
    assert "retries" in json.dumps(reason)


def test_a_log_without_it_passes(cli: Cli, log: Path) -> None:
    assert cli("check", str(log), "--logs", "--fail-on", "finding:loop").code == 0


@pytest.mark.parametrize("form", ["table", "markdown", "junit", "sarif", "github", "gitlab"])
def test_every_format_names_it(cli: Cli, log: Path, form: str) -> None:
    run = cli("check", str(log), "--logs", "--fail-on", "finding:retries", "-f", form)
    assert run.code == 1
    assert "retries" in run.out


def test_an_unknown_finding_and_one_of_prompts_are_refused(cli: Cli, log: Path) -> None:
    run = cli("check", str(log), "--logs", "--fail-on", "finding:retry")
    assert run.code == 2
    assert "did you mean 'retries'" in run.err
    prompt = log.with_name("prompt.txt")
    prompt.write_text("Hello")
    run = cli("check", str(prompt), "-m", "gpt-4o", "--fail-on", "finding:retries")
    assert run.code == 2
    assert "--logs" in run.err
