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
from tokencost_profiles.accuracy.compare_counts import target_of
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter

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
                "id": f"call {at}",
                "repo": f"log {at % 5}",
                "provider": "openai",
                "api": "chat.completions",
                "model": "gpt-4o",
                "recorded": "2026-10-01",
                "request": body,
                "group": str(at),
                "input_tokens": counter.request(request, target).tokens + 30,
                "output_tokens": 4,
                "output_text": "It is raining.",
                "finish": "stop",
            }
        )
    path = tmp_path / "calls.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def scores(cli: Cli, *arguments: str) -> dict[str, Any]:
    result = cli("accuracy", *arguments, "-f", "json")
    assert result.code == 0, result.err
    scores_read: dict[str, Any] = json.loads(result.out)
    return scores_read


def test_what_is_billed_is_compared(cli: Cli, recorded: Path) -> None:
    scores_read = scores(cli, "calls.jsonl", "--worst", "3")
    (group,) = scores_read["groups"]
    assert group["key"] == {"provider": "openai", "api": "chat.completions", "kind": "text"}
    assert group["n"] == 60
    assert group["exact_share"] == 0
    assert group["signed_error"] < 0
    assert [entry["billed_tokens"] - entry["counted_tokens"] for entry in scores_read["worst"]] == [
        30,
        30,
        30,
    ]
    assert scores_read["by_model"][0]["key"]["model"] == "gpt-4o"


def test_a_calibration_is_used_where_the_settings_name_it(
    cli: Cli, recorded: Path, tmp_path: Path
) -> None:
    result = cli("calibrate", "calls.jsonl", "-o", str(tmp_path / "own.yaml"))
    assert result.code == 0, result.err
    assert "learned from 120 requests and answers of 5 logs" in result.err
    (tmp_path / "tokencost.toml").write_text('calibration = "own.yaml"\n')
    assert scores(cli, "calls.jsonl")["groups"][0]["exact_share"] == 1
    (tmp_path / "p.txt").write_text("hello")
    with_it = json.loads(cli("estimate", "p.txt", "-m", "gpt-4o", "-f", "json").out)
    (tmp_path / "tokencost.toml").unlink()
    plain = json.loads(cli("estimate", "p.txt", "-m", "gpt-4o", "-f", "json").out)
    added = with_it["items"][0]["usage"]["input"] - plain["items"][0]["usage"]["input"]
    assert added == 30


def test_cross_validation_learns_from_other_logs(cli: Cli, recorded: Path) -> None:
    assert scores(cli, "calls.jsonl", "--cross-validate")["groups"][0]["exact_share"] == 1


def test_a_log_with_text_and_usage_will_do(cli: Cli) -> None:
    session = ROOT / "examples" / "writing-assistant" / "session.jsonl"
    (group,) = scores(cli, str(session))["groups"]
    assert (group["n"], group["exact_share"]) == (6, 1)


@pytest.mark.parametrize(
    ("command", "content", "code", "message"),
    [
        ("accuracy", None, 3, "no such file"),
        ("accuracy", "", 3, "is empty"),
        ("accuracy", BARE, 3, "no call holds"),
        ("calibrate", BARE, 3, "no call holds"),
    ],
)
def test_what_cannot_be_used_is_stated(
    cli: Cli, tmp_path: Path, command: str, content: str | None, code: int, message: str
) -> None:
    if content is not None:
        (tmp_path / "log.jsonl").write_text(content)
    result = cli(command, "log.jsonl")
    assert result.code == code
    assert message in result.err
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


AGENT = ROOT / "examples" / "logs" / "agent.jsonl"


@pytest.mark.parametrize("command", ["accuracy", "calibrate"])
def test_logs_that_lack_what_was_sent_are_not_judged(cli: Cli, command: str) -> None:
    """A coding agent's log holds no system prompt and no tools: it looks a hundredfold billed."""
    refused = cli(command, str(AGENT))
    assert (refused.code, refused.out) == (3, "")
    assert "the logs lack what was sent: none of 12 calls" in refused.err


def test_answers_that_a_log_cuts_are_not_judged(cli: Cli) -> None:
    refused = cli("accuracy", str(AGENT), "--answers")
    assert refused.code == 3
    assert "the logs lack what was answered: none of" in refused.err


def test_one_log_cannot_be_validated_by_others(cli: Cli) -> None:
    session = ROOT / "examples" / "writing-assistant" / "session.jsonl"
    result = cli("accuracy", str(session), "--cross-validate")
    assert (result.code, result.out) == (3, "")
    assert "all calls are of one log" in result.err


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """A home folder with the log of an agent, and with one that holds what was sent."""
    folder = tmp_path / "home" / ".claude" / "projects" / "x"
    folder.mkdir(parents=True)
    (folder / "session.jsonl").write_bytes(AGENT.read_bytes())
    session = ROOT / "examples" / "writing-assistant" / "session.jsonl"
    (folder / "whole.jsonl").write_bytes(session.read_bytes())
    return {"HOME": str(tmp_path / "home")}


def test_without_paths_the_agents_of_this_machine_are_read(
    cli: Cli, machine: dict[str, str]
) -> None:
    result = cli("accuracy", environment=machine)
    assert result.code == 0, result.err
    assert "read ~/.claude/projects (claude-code)" in result.out
    assert "left out: 12 calls whose log lacks what was sent" in result.out
    scores_read = json.loads(cli("accuracy", "-f", "json", environment=machine).out)["total"]
    assert (scores_read["n"], scores_read["exact_share"]) == (6, 1)
    learned = cli("calibrate", environment=machine)
    assert "too little to learn from: 6 calls" in learned.err
    for command in ("accuracy", "calibrate"):
        nothing = cli(command, environment={"HOME": "/nowhere"})
        assert nothing.code == 2
        assert "no coding agent has left logs on this machine" in nothing.err


@pytest.fixture
def mapped(tmp_path: Path, table: PriceTable, cache: Path) -> tuple[str, ...]:
    """Calls in a format of our own, the text in three forms, billed as they are counted."""
    counter = Counter(cache)
    target = target_of(table, "gpt-4o", "openai", date(2026, 10, 1))
    rows: list[dict[str, Any]] = []
    for at in range(12):
        text = f"Question {at}: what is the weather like in Ghent?"
        messages = [{"role": "user", "content": text}]
        body: dict[str, Any] = {"model": "gpt-4o", "messages": messages}
        request = requests.read(body)
        assert request is not None
        form = (json.dumps(body), messages, text)[at % 3]
        rows.append(
            {
                "llm": "gpt-4o",
                "when": f"2026-11-{at + 11}T08:00:00Z",
                "who": "openai",
                "sent": form,
                "team": "web" if at % 2 else "ops",
                "got": "It is raining.",
                "used": {
                    "prompt_tokens": counter.request(request, target).tokens,
                    "completion_tokens": 4,
                    "total_tokens": 0,
                },
            }
        )
    for row in rows:
        used = row["used"]
        used["total_tokens"] = used["prompt_tokens"] + used["completion_tokens"]
    (tmp_path / "own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    fields = (
        "model=llm",
        "time=when",
        "provider=who",
        "request=sent",
        "answer=got",
        "usage=used",
        "team=team",
    )
    return ("own.jsonl", *(word for text in fields for word in ("--map", text)))


@pytest.mark.parametrize(
    ("options", "calls"),
    [
        ((), 12),
        (("--where", "team=web"), 6),
        (("--since", "2026-11-20"), 3),
        (("--since", "yesterday", "--where", "team=ops"), 1),
        (("--until", "2026-11-12"), 2),
    ],
    ids=str,
)
def test_a_described_format_and_conditions(
    cli: Cli, mapped: tuple[str, ...], options: tuple[str, ...], calls: int
) -> None:
    total = scores(cli, *mapped, *options)["total"]
    assert (total["n"], total["exact_share"]) == (calls, 1)
    assert scores(cli, *mapped, *options, "--answers")["total"]["n"] == calls


def test_conditions_hold_for_recorded_calls_too(cli: Cli, recorded: Path) -> None:
    assert scores(cli, "calls.jsonl", "--where", "model=gpt-4*")["total"]["n"] == 60
    for option in (("--where", "model=claude*"), ("--since", "2026-10-02")):
        result = cli("accuracy", "calls.jsonl", *option)
        assert result.code == 3
        assert f"no call meets {' '.join(option)}" in result.err


def test_calibrate_learns_from_a_described_format(cli: Cli, mapped: tuple[str, ...]) -> None:
    result = cli("calibrate", *mapped, "--since", "2026-11-12")
    assert result.code == 3
    assert "too little to learn from: 11 calls" in result.err


def request_log(tools: bool, calls: int, name: str) -> list[dict[str, Any]]:
    """Responses with their requests: a tool is used; whether it is defined is the question."""
    defined = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}]
    used = [
        {"role": "user", "content": "look " * 50},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "nothing there"},
    ]
    body: dict[str, Any] = {"model": "gpt-4o", "messages": used}
    if tools:
        body["tools"] = defined
    return [
        {
            "request": body,
            "response": {
                "id": f"chatcmpl-{name}{at:030}",
                "object": "chat.completion",
                "model": "gpt-4o",
                "created": 1_790_000_000 + at,
                "choices": [{"message": {"content": "ok"}}],
                "usage": {"prompt_tokens": 110, "completion_tokens": 2, "total_tokens": 112},
            },
        }
        for at in range(calls)
    ]


def test_tools_that_nobody_defined_were_sent_all_the_same(cli: Cli, tmp_path: Path) -> None:
    rows = request_log(True, 3, "a") + request_log(False, 2, "b")
    (tmp_path / "mixed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    scores_read = scores(cli, "mixed.jsonl")
    assert (scores_read["total"]["n"], scores_read["left_out"]) == (3, 2)
    assert "left out: 2 calls whose log lacks what was sent" in cli("accuracy", "mixed.jsonl").out
