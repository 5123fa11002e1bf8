"""Turns, steps and the steps that sub-agents stand in."""

from __future__ import annotations

from typing import Any

import pytest

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.turns import number_turns

Place = tuple[Any, ...]


def call(at: float | None, *, session: str | None = "s", **fields: Any) -> Call:
    return Call(at=at, session=session, usage={"input": 10}, **fields)


def places(*calls: Call) -> list[Place]:
    number_turns(calls)
    return [(one.turn_number, one.step, one.substep) for one in calls]


READ = ("Read",)


def test_a_turn_begins_after_an_answer_that_asked_for_no_tools() -> None:
    calls = [call(1, tools=READ), call(2, tools=READ), call(3), call(4, tools=READ), call(5)]
    assert places(*calls) == [(1, 1, None), (1, 2, None), (1, 3, None), (2, 1, None), (2, 2, None)]


def test_the_id_of_the_message_decides_where_there_is_one() -> None:
    calls = [call(1, turn="a"), call(2, turn="a"), call(3, turn="b", tools=READ), call(4, turn="c")]
    assert places(*calls) == [(1, 1, None), (1, 2, None), (2, 1, None), (3, 1, None)]
    late = [call(1, turn="a"), call(2, turn="b"), call(3, turn="a")]
    assert places(*late) == [(1, 1, None), (2, 1, None), (1, 2, None)]


@pytest.mark.parametrize(
    ("first", "same"),
    [({"status": "error"}, True), ({"status": "aborted"}, True), ({"status": "ok"}, False)],
)
def test_a_retry_is_a_step_of_the_same_turn(first: dict[str, Any], same: bool) -> None:
    assert places(call(1, **first), call(2))[1] == ((1, 2, None) if same else (2, 1, None))


def test_another_prompt_after_an_aborted_answer_is_a_turn() -> None:
    longer = call(2)
    longer.usage = {"input": 500}
    assert places(call(1, status="aborted"), longer)[1] == (2, 1, None)


def test_passes_of_one_response_are_one_step() -> None:
    passes = [call(1, scope="pass", response_id="r") for _ in range(2)]
    assert places(*passes, call(2)) == [(1, 1, None), (1, 1, None), (2, 1, None)]


def test_threads_stand_in_the_step_that_started_them() -> None:
    calls = [
        call(1, tools=("Task",)),
        call(2, thread="a", agent="explore", tools=READ),
        call(2, thread="b", agent="explore"),
        call(3, thread="a", agent="explore"),
        call(9),
        call(10, thread="a"),
        call(11),
    ]
    assert places(*calls) == [
        (1, 1, None),
        (1, 1, 1),
        (1, 1, 1),
        (1, 1, 2),
        (1, 2, None),
        (1, 1, 3),
        (2, 1, None),
    ]


def test_sessions_stand_in_the_step_of_the_session_that_started_them() -> None:
    calls = [
        call(1, tools=READ),
        call(2, tools=("spawn",)),
        call(3, session="child", started_by="s", tools=("spawn",)),
        call(4, session="grandchild", started_by="child"),
        call(5, session="child", started_by="s"),
        call(6),
    ]
    assert places(*calls)[2:5] == [(1, 2, 1), (1, 2, 1), (1, 2, 2)]
    assert [one.root for one in calls] == ["s"] * 6
    assert calls[3].session == "grandchild"


def test_a_parent_that_no_log_has_is_no_root() -> None:
    alone = call(1, session="child", started_by="gone")
    assert places(alone) == [(1, 1, None)]
    assert alone.root == "child"
    assert places(call(1, thread="a"), call(2, thread="b")) == [(1, 1, 1), (2, 1, 1)]


def test_sessions_that_started_each_other_end() -> None:
    calls = [
        call(1, session="a", started_by="b"),
        call(2, session="b", started_by="a"),
        call(3, session="c", started_by="c"),
    ]
    number_turns(calls)
    assert {one.root for one in calls[:2]} == {"a"}
    assert calls[2].root == "c"


def test_ids_of_turns_place_a_resumed_sub_agent() -> None:
    calls = [
        call(1, turn="t1", tools=("Task",)),
        call(2, turn="t1", thread="x"),
        call(5, turn="t2", tools=("Task",)),
        call(6, turn="t2", thread="x"),
    ]
    assert places(*calls) == [(1, 1, None), (1, 1, 1), (2, 1, None), (2, 1, 2)]


def test_calls_of_no_session_are_turns_of_their_file() -> None:
    calls = [call(at, session=None, file="log", tools=READ) for at in (1, 2)]
    assert places(*calls) == [(1, 1, None), (2, 1, None)]
    traced = [call(at, session=None, trace="t", tools=READ) for at in (1, 2)]
    assert places(*traced) == [(1, 1, None), (1, 2, None)]
    assert (calls[0].root, traced[0].root) == ("log", "t")


def test_a_message_while_it_works_is_a_turn_where_ids_say_so() -> None:
    assert places(call(None, turn="a", tools=READ), call(None, turn="b"))[1] == (2, 1, None)


def test_long_chains_of_sessions_are_numbered_at_once() -> None:
    calls = [call(n, session=f"s{n}", started_by=f"s{n - 1}") for n in range(1, 3000)]
    number_turns([call(0, session="s0"), *reversed(calls)])
    assert {(one.root, one.turn_number, one.step) for one in calls} == {("s0", 1, 1)}
