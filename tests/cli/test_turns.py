"""`--by turn,step` and `--where turn=...`, of logs and of saved profiles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tokencost_profiles
from claude_rows import agent_session, write_rows

Cli = Callable[..., Any]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "session.jsonl", agent_session())


def groups(cli: Cli, *arguments: str) -> list[tuple[Any, ...]]:
    result = cli("profile", *arguments, "-f", "json", "--sort", "key")
    assert result.code == 0, result.err
    return [
        (*group["key"].values(), group["calls"], group["input_tokens"])
        for group in json.loads(result.out)["groups"]
    ]


STEPS = [
    ("s1#0001", "0001", 4, 10_000),
    ("s1#0001", "0002", 1, 5_000),
    ("s1#0002", "0001", 1, 6_000),
]


def test_calls_group_by_turn_and_step(cli: Cli, log: Path) -> None:
    assert groups(cli, str(log), "--by", "turn,step") == STEPS
    assert groups(cli, str(log), "--by", "turn", "--where", "turn=*#0001") == [
        ("s1#0001", 5, 15_000)
    ]
    # Turns are those of the session, whatever of it is selected.
    later = groups(cli, str(log), "--by", "turn,step", "--since", "2026-05-04T10:01")
    assert later == STEPS[1:]


def test_a_saved_profile_has_turns_and_steps(cli: Cli, log: Path) -> None:
    saved = cli("profile", str(log), "--save", "runs.tokencost")
    assert saved.code == 0, saved.err
    assert groups(cli, "runs.tokencost", "--by", "turn,step") == STEPS
    assert groups(cli, "runs.tokencost", "--by", "step", "--where", "turn=s1#0001") == [
        ("0001", 4, 10_000),
        ("0002", 1, 5_000),
    ]


def test_the_api_groups_by_turn(log: Path) -> None:
    logs = tokencost_profiles.read(log, where=["turn=s1#0001"])
    assert len(logs.calls) == 5
    profile = tokencost_profiles.profile(logs, by=("turn", "step"))
    assert [(group.key, group.calls) for group in profile.groups] == [
        (("s1#0001", "0001"), 4),
        (("s1#0001", "0002"), 1),
    ]
