"""The parts of prompts in a saved profile: the same rows, folded, with the same sum."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli
from tokencost_profiles.costs.saved_content import MOST_ROWS

SESSION = Path(__file__).parents[2] / "examples" / "agent-session"


def document(cli: Cli, *arguments: str) -> dict[str, Any]:
    run = cli("profile", *arguments, "-f", "json")
    assert run.code == 0, run.err
    result: dict[str, Any] = json.loads(run.out)
    return result


def test_a_saved_profile_has_the_parts_of_prompts(cli: Cli, tmp_path: Path) -> None:
    logged = document(cli, str(SESSION), "--segments", "30", "--save", "run.tokencost")
    saved = document(cli, "run.tokencost", "--segments", "30")
    assert saved["segments"] == logged["segments"]
    assert "sizes as they were saved" in cli("profile", "run.tokencost", "--segments", "3").out
    by_logs = document(cli, str(SESSION), "--by", "segment")
    by_saved = document(cli, "run.tokencost", "--by", "segment")
    costs = [
        [(group["key"], group["cost"], group["usage"]) for group in one["groups"]]
        for one in (by_logs, by_saved)
    ]
    assert costs[0] == costs[1]


def test_small_logs_need_not_be_asked_for_their_parts(cli: Cli) -> None:
    assert cli("profile", str(SESSION), "--save", "run.tokencost").code == 0
    assert len(document(cli, "run.tokencost", "--segments", "9")["segments"]) == 9


def test_many_parts_are_folded_and_their_sum_is_the_bill(cli: Cli, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"type": "session", "id": "s", "cwd": "/", "timestamp": "2026-05-01T10:00:00Z"}
    ]
    usage = {"input": 90_000, "output": 7, "cacheRead": 0, "cacheWrite": 0}
    for at in range(MOST_ROWS + 200):
        message = {"role": "user", "content": f"Line {at} of many."}
        rows.append(_row(at, message))
    answer = {
        "role": "assistant",
        "model": "claude-opus-4-6",
        "provider": "anthropic",
        "usage": usage,
        "stopReason": "stop",
        "content": [{"type": "text", "text": "Yes."}],
    }
    rows.append(_row(len(rows) - 1, answer))
    (tmp_path / "run.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    logged = document(cli, "run.jsonl", "--segments", "5000", "--save", "run.tokencost")
    saved = document(cli, "run.tokencost", "--segments", "5000")
    assert len(logged["segments"]) > MOST_ROWS
    assert len(saved["segments"]) == MOST_ROWS
    total = sum(Decimal(part["cost"]) for part in saved["segments"])
    assert total == Decimal(saved["total"]["cost"]) == Decimal(logged["total"]["cost"])
    assert [part["name"] for part in saved["segments"] if part["kind"] == "more"] == [
        f"{len(logged['segments']) - MOST_ROWS + 1:,} parts"
    ]


def _row(at: int, message: dict[str, Any]) -> dict[str, Any]:
    above = str(at - 1) if at else None
    at_time = f"2026-05-01T10:{at // 60 % 60:02}:{at % 60:02}Z"
    return {
        "type": "message",
        "id": str(at),
        "parentId": above,
        "timestamp": at_time,
        "message": message,
    }


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--segments", "3", "--where", "model=claude-opus*"), "all its calls"),
        (("--findings",), "needs the logs"),
    ],
)
def test_what_a_saved_profile_cannot_answer_is_refused(
    cli: Cli, arguments: tuple[str, ...], reason: str
) -> None:
    assert cli("profile", str(SESSION), "--save", "run.tokencost").code == 0
    run = cli("profile", "run.tokencost", *arguments)
    assert run.code == 2
    assert reason in run.err
