"""`accuracy` and `calibrate` on logs of our own making."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import Result
from tokencost_pricing.table import PriceTable
from tokencost_profiles import requests
from tokencost_profiles.counting import Counter
from tokencost_profiles.learning.accuracy import target_of

Cli = Callable[..., Result]
BARE = '{"usage": {"prompt_tokens": 3, "completion_tokens": 1}}'
ROOT = Path(__file__).parents[2]


@pytest.fixture
def recorded(tmp_path: Path, table: PriceTable, cache: Path) -> Path:
    """Sixty recorded calls of five logs to a model that bills 30 more than its provider says."""
    counter = Counter(cache)
    target = target_of(table, "gpt-4o", "openai", date(2026, 10, 1))
    rows = []
    for at in range(60):
        text = f"Question {at}: " + "what is the weather like in Ghent? " * (1 + at % 7)
        body = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}]}
        request = requests.read(body)
        assert request is not None
        rows.append(
            {
                "id": f"call {at}", "repo": f"log {at % 5}", "provider": "openai",
                "api": "chat.completions", "model": "gpt-4o", "recorded": "2026-10-01",
                "request": body, "loose_key": str(at), "flags": [],
                "input_tokens": counter.request(request, target).tokens + 30,
                "output_tokens": 4, "output_text": "It is raining.", "finish": "stop",
            }
        )  # fmt: skip
    path = tmp_path / "calls.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def scores(cli: Cli, *arguments: str) -> dict[str, Any]:
    result = cli("accuracy", *arguments, "-f", "json")
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def test_what_is_billed_is_compared(cli: Cli, recorded: Path) -> None:
    found = scores(cli, "calls.jsonl", "--worst", "3")
    (group,) = found["groups"]
    assert group["key"] == {"provider": "openai", "api": "chat.completions", "kind": "text"}
    assert group["n"] == 60
    assert group["exact"] == 0
    assert group["signed"] < 0
    assert [entry["billed"] - entry["counted"] for entry in found["worst"]] == [30, 30, 30]
    assert found["by_model"][0]["key"]["model"] == "gpt-4o"


def test_a_calibration_is_used_where_the_settings_name_it(
    cli: Cli, recorded: Path, tmp_path: Path
) -> None:
    made = cli("calibrate", "calls.jsonl", "-o", str(tmp_path / "own.yaml"))
    assert made.code == 0, made.err
    assert "learned from 120 requests and answers of 5 logs" in made.err
    (tmp_path / "tokencost.toml").write_text('calibration = "own.yaml"\n')
    assert scores(cli, "calls.jsonl")["groups"][0]["exact"] == 1
    (tmp_path / "p.txt").write_text("hello")
    with_it = json.loads(cli("estimate", "p.txt", "-m", "gpt-4o", "-f", "json").out)
    (tmp_path / "tokencost.toml").unlink()
    without = json.loads(cli("estimate", "p.txt", "-m", "gpt-4o", "-f", "json").out)
    added = with_it["items"][0]["usage"]["input"] - without["items"][0]["usage"]["input"]
    assert added == 30


def test_cross_validation_learns_from_other_logs(cli: Cli, recorded: Path) -> None:
    assert scores(cli, "calls.jsonl", "--cross-validate")["groups"][0]["exact"] == 1


def test_a_log_with_text_and_usage_will_do(cli: Cli) -> None:
    session = ROOT / "examples" / "writing-assistant" / "session.jsonl"
    (group,) = scores(cli, str(session))["groups"]
    assert (group["n"], group["exact"]) == (6, 1)


@pytest.mark.parametrize(
    ("command", "content", "code", "said"),
    [
        ("accuracy", None, 3, "no such file"),
        ("accuracy", "", 3, "is empty"),
        ("accuracy", BARE, 3, "no call holds"),
        (
            "calibrate",
            BARE,
            3,
            "no call holds",
        ),
    ],
)
def test_what_cannot_be_used_is_said(
    cli: Cli, tmp_path: Path, command: str, content: str | None, code: int, said: str
) -> None:
    if content is not None:
        (tmp_path / "log.jsonl").write_text(content)
    result = cli(command, "log.jsonl")
    assert result.code == code
    assert said in result.err
    assert "Traceback" not in result.err


def test_wrong_names_are_usage(cli: Cli, recorded: Path) -> None:
    result = cli("accuracy", "calls.jsonl", "--by", "colour")
    assert result.code == 2
    assert "--by knows no 'colour'" in result.err


def test_a_missing_calibration_is_a_wrong_setting(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "tokencost.toml").write_text('calibration = "gone.yaml"\n')
    (tmp_path / "p.txt").write_text("hello")
    result = cli("estimate", "p.txt")
    assert result.code == 5
    assert "gone.yaml: no such calibration" in result.err


def test_logs_without_what_was_sent_teach_nothing(cli: Cli) -> None:
    """A coding agent's log holds no system prompt and no tools: it looks a hundredfold billed."""
    agent = str(ROOT / "examples" / "logs" / "agent.jsonl")
    refused = cli("calibrate", agent)
    assert refused.code == 3
    assert "hold less than half of the text that was billed" in refused.err
    shown = cli("accuracy", agent)
    assert "12 calls hold less than half of the text" in shown.out


def test_one_log_cannot_be_validated_by_others(cli: Cli) -> None:
    result = cli("accuracy", str(ROOT / "examples" / "logs" / "agent.jsonl"), "--cross-validate")
    assert (result.code, result.out) == (3, "")
    assert "all calls are of one log" in result.err
