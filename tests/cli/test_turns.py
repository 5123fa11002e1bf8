"""`--by turn,step` and `--where turn=...`, of logs and of saved profiles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tokencost_profiles

Cli = Callable[..., Any]
# Two turns: the first with two steps, of which the first starts a sub-agent.
ROWS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("10:00", {}, ["Task", "Read"]),
    ("10:01", {"agentId": "a1", "isSidechain": True}, ["Grep"]),
    ("10:02", {"agentId": "a1", "isSidechain": True}, []),
    ("10:05", {}, []),
    ("11:00", {}, []),
]


def row(number: int, time: str, more: dict[str, Any], tools: list[str]) -> dict[str, Any]:
    return {
        "type": "assistant",
        "sessionId": "s1",
        "timestamp": f"2026-05-04T{time}:00Z",
        "requestId": f"req_{number}",
        **more,
        "message": {
            "id": f"msg_01{number:022}",
            "model": "claude-sonnet-4-5-20250929",
            "content": [
                {"type": "tool_use", "id": f"t{number}{at}", "name": name, "input": {}}
                for at, name in enumerate(tools)
            ],
            "stop_reason": "tool_use" if tools else "end_turn",
            "usage": {"input_tokens": 1000 * (number + 1), "output_tokens": 100},
        },
    }


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "session.jsonl"
    lines = [json.dumps(row(number, *entry)) for number, entry in enumerate(ROWS)]
    path.write_text("\n".join(lines) + "\n")
    return path


def groups(cli: Cli, *arguments: str) -> list[tuple[Any, ...]]:
    result = cli("profile", *arguments, "-f", "json", "--sort", "key")
    assert result.code == 0, result.err
    return [
        (*group["key"].values(), group["calls"], group["input_tokens"])
        for group in json.loads(result.out)["groups"]
    ]


STEPS = [
    ("s1#0001", "0001", 3, 6000),
    ("s1#0001", "0002", 1, 4000),
    ("s1#0002", "0001", 1, 5000),
]


def test_calls_group_by_turn_and_step(cli: Cli, log: Path) -> None:
    assert groups(cli, str(log), "--by", "turn,step") == STEPS
    assert groups(cli, str(log), "--by", "turn", "--where", "turn=*#0001") == [
        ("s1#0001", 4, 10000)
    ]
    # Turns are those of the session, whatever of it is selected.
    later = groups(cli, str(log), "--by", "turn,step", "--since", "2026-05-04T10:04")
    assert later == STEPS[1:]


def test_a_saved_profile_has_turns_and_steps(cli: Cli, log: Path) -> None:
    saved = cli("profile", str(log), "--save", "runs.tokencost")
    assert saved.code == 0, saved.err
    assert groups(cli, "runs.tokencost", "--by", "turn,step") == STEPS
    assert groups(cli, "runs.tokencost", "--by", "step", "--where", "turn=s1#0001") == [
        ("0001", 3, 6000),
        ("0002", 1, 4000),
    ]


def test_the_api_groups_by_turn(log: Path) -> None:
    logs = tokencost_profiles.read(log, where=["turn=s1#0001"])
    assert len(logs.calls) == 4
    profile = tokencost_profiles.profile(logs, by=("turn", "step"))
    assert [(group.key, group.calls) for group in profile.groups] == [
        (("s1#0001", "0001"), 3),
        (("s1#0001", "0002"), 1),
    ]
