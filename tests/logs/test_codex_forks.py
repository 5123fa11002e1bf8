"""Forked Codex sessions: what they replay is counted once, what is theirs always."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from logs.codex_rows import (
    CHILD,
    GRANDCHILD,
    ROOT,
    Rows,
    count,
    head,
    read,
    response,
    spawned,
    turn,
    turn_id,
)
from logs.reading import totals
from tokencost_profiles.calls.forks import DOUBTFUL

PARENT = [
    head(ROOT, 0),
    *turn(1, None),
    count(60, 1000, 1000),
    count(90, 3000, 2000),
    count(500, 9000, 6000),
]


def test_two_subagents_of_equal_size_are_two_calls(tmp_path: Path) -> None:
    twins = {
        name: [spawned(name, 100, ROOT), *turn(100, None), count(seconds, 1000, 1000)]
        for name, seconds in (("b", 220), ("c", 520))
    }
    calls, audit = read(tmp_path, root=PARENT, **twins)
    assert (len(calls), audit.replayed) == (5, 0)
    assert {call.session for call in calls} == {ROOT, "b", "c"}
    calls, _ = read(tmp_path, **twins)
    assert len(calls) == 2
    assert not any(call.warnings for call in calls)


def test_a_subagent_of_the_size_of_its_parent_is_a_call(tmp_path: Path) -> None:
    rows_after = [spawned(CHILD, 100, ROOT), *turn(100, None), count(400, 1000, 1000)]
    calls, _ = read(tmp_path, root=PARENT, child=rows_after)
    assert totals(calls) == {"input": 10_000, "output": 100}


def replayed_over(seconds: list[float], turns: list[list[dict[str, Any]]]) -> Rows:
    """Return the parent's first two rows, written again at these moments."""
    return [*turns[0], count(seconds[0], 1000, 1000), *turns[1], count(seconds[1], 3000, 2000)]


@pytest.mark.parametrize("spread", [0.01, 0.9, 4.0, 11.0])
@pytest.mark.parametrize("source", ["task_started", "turn id", "its time"])
def test_a_fork_without_its_parent_counts_only_new_turns(
    tmp_path: Path, spread: float, source: str
) -> None:
    old = "00000000-0000-4000-8000-000000000001"
    if source == "task_started":
        turns = [turn(100, old, started=1), turn(100, f"{old[:-1]}2", started=80)]
        new_turn = turn(100 + 4 * spread, "00000000-0000-4000-8000-000000000003", started=120)
    elif source == "turn id":
        turns = [turn(100, turn_id(1)), turn(100, turn_id(99.9))]
        new_turn = turn(100 + 4 * spread, turn_id(100.001))
    else:
        turns, new_turn = [[], []], turn(100, None)
    at = [60.0, 90.0] if source == "its time" else [100 + spread, 100 + 2 * spread]
    rows = [
        head(CHILD, 100, ROOT),
        head(ROOT, 0),
        *replayed_over(at, turns),
        *new_turn,
        count(200, 3700, 700),
    ]
    calls, audit = read(tmp_path, child=rows)
    assert totals(calls) == {"input": 700, "output": 7}
    assert (audit.replayed, audit.merged) == (2, 0)
    assert not calls[0].warnings
    calls, audit = read(tmp_path, root=PARENT, child=rows)
    assert totals(calls) == {"input": 9700, "output": 97}
    assert audit.replayed == 2


def test_at_any_depth(tmp_path: Path) -> None:
    rows = [
        spawned(GRANDCHILD, 200, CHILD, depth=2),
        spawned(CHILD, 100, ROOT),
        head(ROOT, 0),
        *turn(200, "00000000-0000-4000-8000-00000000000a", started=1),
        count(201, 1000, 1000),
        count(204, 3000, 2000),
        *turn(204, "00000000-0000-4000-8000-00000000000b", started=101),
        count(207, 3500, 500),
        *turn(208, "00000000-0000-4000-8000-00000000000c", started=200),
        count(230, 3600, 100),
    ]
    calls, audit = read(tmp_path, grandchild=rows)
    assert totals(calls) == {"input": 100, "output": 1}
    assert (audit.replayed, calls[0].session) == (3, GRANDCHILD)
    child = [
        spawned(CHILD, 100, ROOT),
        head(ROOT, 0),
        count(101, 1000, 1000),
        count(104, 3000, 2000),
        *turn(105, None),
        count(150, 3500, 500),
    ]
    calls, _ = read(tmp_path, root=PARENT, child=child, grandchild=rows)
    assert totals(calls) == {"input": 9600, "output": 96}
    assert not any(call.warnings for call in calls)


def test_a_grandparent_tells_what_a_missing_parent_replayed(tmp_path: Path) -> None:
    rows = [
        spawned(GRANDCHILD, 200, CHILD),
        spawned(CHILD, 100, ROOT),
        count(202, 1000, 1000),
        count(204, 3000, 2000),
        count(300, 3100, 100),
    ]
    calls, audit = read(tmp_path, root=PARENT, grandchild=rows)
    assert totals(calls) == {"input": 9100, "output": 91}
    assert audit.replayed == 2


def test_rows_of_an_unknown_owner_count_with_a_warning(tmp_path: Path) -> None:
    rows = [
        head(CHILD, 100, ROOT),
        count(103, 1000, 1000),
        count(105, 3000, 2000),
        count(200, 3700, 700),
    ]
    calls, _ = read(tmp_path, child=rows)
    assert [call.warnings for call in calls] == [(DOUBTFUL,), (DOUBTFUL,), ()]
    calls, audit = read(tmp_path, root=PARENT, child=rows)
    assert totals(calls) == {"input": 9700, "output": 97}
    assert audit.replayed == 2
    assert not any(call.warnings for call in calls)


def test_rows_written_faster_than_a_model_answers_are_a_copy(tmp_path: Path) -> None:
    rows = [
        head(CHILD, 100, ROOT),
        head(ROOT, 0),
        *turn(100, None),
        count(100.02, 1000, 1000),
        count(100.04, 3000, 2000),
        count(160, 3700, 700),
    ]
    calls, audit = read(tmp_path, child=rows)
    assert totals(calls) == {"input": 700, "output": 7}
    assert audit.replayed == 2


def test_two_forks_of_a_session_that_was_not_read_share_its_history(tmp_path: Path) -> None:
    forks = {
        name: [
            head(name, seconds, ROOT),
            count(seconds + 3, 1000, 1000),
            count(seconds + 5, 3000, 2000),
            count(seconds + 100, 3000 + added, added),
        ]
        for name, seconds, added in (("b", 100, 300), ("c", 900, 400))
    }
    calls, audit = read(tmp_path, **forks)
    assert totals(calls) == {"input": 3700, "output": 37}
    assert audit.replayed == 2
    assert sum(DOUBTFUL in call.warnings for call in calls) == 2


def test_a_fork_that_inherits_only_the_total_counts_what_it_added(tmp_path: Path) -> None:
    rows = [
        spawned(CHILD, 100, ROOT),
        *turn(100, turn_id(101)),
        count(130, 3_000_900, 900),
        count(150, 3_001_900, 1000),
    ]
    calls, _ = read(tmp_path, child=rows)
    assert [call.usage for call in calls] == [
        {"input": 900, "output": 9},
        {"input": 1000, "output": 10},
    ]


def test_a_fork_whose_counters_begin_anew(tmp_path: Path) -> None:
    rows = [
        spawned(CHILD, 100, ROOT),
        *turn(100, turn_id(1)),
        count(101, 1000, 1000),
        *turn(102, turn_id(102)),
        count(130, 5000, 5000),
    ]
    calls, _ = read(tmp_path, child=rows)
    assert [call.usage for call in calls] == [{"input": 5000, "output": 50}]


def test_a_build_that_tells_of_each_response_replays_only_totals(tmp_path: Path) -> None:
    new_rows = [*turn(100, None), response(130, "a", 700), count(130.1, 3700, 700)]
    rows = [head(CHILD, 100, ROOT), count(101, 1000, 1000), count(105, 3000, 2000), *new_rows]
    calls, audit = read(tmp_path, child=rows)
    assert totals(calls) == {"input": 700, "output": 7}
    assert (audit.replayed, audit.rolled_up) == (2, 1)
    rows = [head(CHILD, 100, ROOT), response(101, "b", 1000, thread_id=ROOT), *new_rows]
    assert totals(read(tmp_path, child=rows)[0]) == {"input": 700, "output": 7}


def test_a_session_that_went_on_under_a_newer_build_keeps_its_older_calls(tmp_path: Path) -> None:
    rows = [
        head(ROOT, 0),
        *turn(1, None),
        count(60, 1000, 1000),
        count(90, 3000, 2000),
        response(130, "a", 700),
        count(130.1, 3700, 700),
    ]
    calls, audit = read(tmp_path, root=rows)
    assert totals(calls) == {"input": 3700, "output": 37}
    assert audit.rolled_up == 1


def test_of_forks_that_name_each_other_one_counts(tmp_path: Path) -> None:
    files = {
        name: [head(name, 100, other), count(103, 1000, 1000)]
        for name, other in (("b", "c"), ("c", "b"))
    }
    assert [call.session for call in read(tmp_path, **files)[0]] == ["b"]


@pytest.mark.parametrize(
    ("meta", "agent"),
    [
        ({}, "main"),
        ({"source": "cli"}, "main"),
        ({"source": {"subagent": "review"}}, "review"),
        ({"source": {"subagent": {"thread_spawn": {"agent_role": "explorer"}}}}, "explorer"),
        (
            {
                "source": {
                    "subagent": {
                        "thread_spawn": {"agent_role": "default", "agent_nickname": "Euler"}
                    }
                }
            },
            "Euler",
        ),
        ({"source": {"subagent": {"thread_spawn": {"parent_thread_id": "x"}}}}, "subagent"),
        ({"thread_source": "subagent"}, "subagent"),
    ],
)
def test_a_subagent_is_named_by_its_type(tmp_path: Path, meta: dict[str, Any], agent: str) -> None:
    calls, _ = read(tmp_path, a=[head("s", 0, **meta), *turn(0, None), count(60, 1000, 1000)])
    assert [call.agent for call in calls] == [agent]
