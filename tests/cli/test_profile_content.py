"""`profile --segments`, `--by segment`: what the parts of prompts cost, and no text of them."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli

SECRET = "the launch codes"


def session(path: Path) -> Path:
    """Write a Pi session of two calls: a file is read, then explained."""
    usage = {"input": 100, "output": 20, "cacheRead": 0, "cacheWrite": 0}
    rows: list[dict[str, Any]] = [
        {"type": "session", "id": "one", "cwd": "/work", "timestamp": "2026-05-01T10:00:00Z"},
        _row("1", {"role": "user", "content": f"Explain {SECRET}"}),
        _row(
            "2",
            {
                "role": "assistant",
                "model": "claude-opus-4-5",
                "provider": "anthropic",
                "usage": usage,
                "stopReason": "toolUse",
                "content": [
                    {"type": "toolCall", "id": "c1", "name": "read", "arguments": {"path": "a.py"}}
                ],
            },
        ),
        _row(
            "3",
            {
                "role": "toolResult",
                "toolCallId": "c1",
                "toolName": "read",
                "content": [{"type": "text", "text": "x = 1\n" * 50}],
            },
        ),
        _row(
            "4",
            {
                "role": "assistant",
                "model": "claude-opus-4-5",
                "provider": "anthropic",
                "usage": usage | {"input": 400},
                "stopReason": "stop",
                "content": [{"type": "text", "text": f"These are {SECRET}."}],
            },
        ),
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def _row(name: str, message: dict[str, Any]) -> dict[str, Any]:
    at = f"2026-05-01T10:00:0{name}Z"
    above = str(int(name) - 1) if name != "1" else None
    return {"type": "message", "id": name, "parentId": above, "timestamp": at, "message": message}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return session(tmp_path / "run.jsonl")


def test_the_dearest_parts_are_listed_and_sum_to_the_bill(cli: Cli, log: Path) -> None:
    document = json.loads(cli("profile", str(log), "--segments", "100", "-f", "json").out)
    parts = document["segments"]
    assert sum(Decimal(part["cost"]) for part in parts) == Decimal(document["total"]["cost"])
    by_kind = {part["kind"]: part for part in parts}
    assert by_kind["overhead"]["calls_carried"] == 2
    assert by_kind["tool_result"]["name"] == "read"
    assert by_kind["tool_result"]["target"] == "a.py"
    assert by_kind["tool_result"]["calls_carried"] == 1
    assert Decimal(by_kind["tool_call"]["made_cost"]) == Decimal("0.0005")
    order = [Decimal(part["carrying_cost"]) for part in parts]
    assert order == sorted(order, reverse=True)


def test_groups_by_segment_sum_to_the_bill(cli: Cli, log: Path) -> None:
    document = json.loads(cli("profile", str(log), "--by", "segment,target", "-f", "json").out)
    assert document["by"] == ["segment", "target"]
    costs = [Decimal(group["cost"]) for group in document["groups"]]
    assert sum(costs) == Decimal(document["total"]["cost"])
    assert all("carrying_cost" in group for group in document["groups"])


def test_no_text_is_written_unless_it_is_asked_for(cli: Cli, log: Path) -> None:
    for form in ("table", "json", "csv", "markdown"):
        run = cli("profile", str(log), "--segments", "9", "-f", form)
        assert SECRET not in run.out + run.err, form
    run = cli("profile", str(log), "--segments", "9", "--show-text", "-f", "json")
    assert SECRET in run.out


def test_segments_are_of_prompts_and_not_of_calls(cli: Cli, log: Path) -> None:
    run = cli("profile", str(log), "--by", "model,segment")
    assert run.code == 2
    assert "segment,target" in run.err
    run = cli("profile", str(log), "--exact")
    assert run.code == 2
    assert "--segments" in run.err


def test_parts_of_calls_without_a_price_cost_nothing_that_is_known(cli: Cli, log: Path) -> None:
    text = log.read_text().replace("claude-opus-4-5", "nobody-knows-me")
    lines = text.splitlines()
    (log.parent / "unpriced.jsonl").write_text(text)
    document = json.loads(cli("profile", "unpriced.jsonl", "--segments", "9", "-f", "json").out)
    (result,) = [one for one in document["segments"] if one["kind"] == "tool_result"]
    assert result["cost"] is None
    assert result["carrying_cost"] is None
    assert result["input_tokens"] > 0
    lines[-1] = log.read_text().splitlines()[-1]  # the second call has a price
    (log.parent / "partly.jsonl").write_text("\n".join(lines) + "\n")
    run = cli("profile", "partly.jsonl", "--segments", "9")
    (overhead,) = [line for line in run.out.splitlines() if line.startswith("overhead")]
    assert "≥$" in overhead


def test_spreadsheets_have_a_row_a_part(cli: Cli, log: Path) -> None:
    rows = list(
        csv.DictReader(cli("profile", str(log), "--segments", "2", "-f", "csv").out.splitlines())
    )
    assert len(rows) == 2
    document = json.loads(cli("profile", str(log), "--segments", "2", "-f", "json").out)
    assert [row["hash"] for row in rows] == [part["hash"] for part in document["segments"]]
    assert [row["cost"] for row in rows] == [part["cost"] for part in document["segments"]]


def test_segments_stand_in_the_order_that_is_asked_for(cli: Cli, log: Path) -> None:
    run = cli("profile", str(log), "--by", "segment", "--sort", "key", "-f", "json")
    keys = [group["key"]["segment"] for group in json.loads(run.out)["groups"]]
    assert keys == sorted(keys)
    run = cli("profile", str(log), "--by", "segment", "--sort", "sessions")
    assert run.code == 2
    assert "--sort sessions" in run.err


def test_the_kinds_of_what_has_no_text_are_named_in_words(cli: Cli, log: Path) -> None:
    lines = log.read_text().splitlines()
    last = json.loads(lines[-1])
    last["message"]["content"] = []
    log.write_text("\n".join([*lines[:-1], json.dumps(last)]) + "\n")
    run = cli("profile", str(log), "--by", "segment")
    assert "no text in the log: answers" in run.out


def test_a_name_of_any_length_is_cut_and_does_nothing(cli: Cli, log: Path) -> None:
    log.write_text(log.read_text().replace('"read"', json.dumps("\x1b[31m" + "x" * 9999)))
    log.write_text(log.read_text().replace('"one"', json.dumps("\x1b]0;one\x07")))
    for view in (["--segments", "9"], ["--by", "segment"], ["--timeline"], ["--tree"]):
        out = cli("profile", str(log), *view).out
        assert not {"\x1b", "\x07"} & set(out), view
        assert max(map(len, out.splitlines())) < 300, view


def test_a_spreadsheet_holds_one_view(cli: Cli, log: Path) -> None:
    run = cli("profile", str(log), "--findings", "-f", "csv")
    assert run.code == 0, run.err
    assert run.out.splitlines()[0].startswith("finding,saved,cost,calls,subject,file,line")
    run = cli("profile", str(log), "--findings", "--segments", "3", "-f", "csv")
    assert run.code == 2
    assert "--segments or --findings" in run.err


def test_a_name_like_segment_is_suggested(cli: Cli, log: Path) -> None:
    run = cli("profile", str(log), "--by", "segmnt")
    assert run.code == 2
    assert "did you mean 'segment'" in run.err
