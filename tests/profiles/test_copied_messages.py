"""Forks that copy messages under new ids: equal times, models and counts are one call."""

from __future__ import annotations

import random

import msgspec

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.merging import Store, settle

DAY = 1_780_000_000.25


def message(number: int, name: str, **more: object) -> Call:
    call = Call(
        reader="opencode",
        file=f"{name}-{number}.json",
        line=1,
        session=name,
        key=f"opencode:{name}:msg_{number}",
        model="claude-sonnet-4-5",
        at=DAY + number % 10,
        usage={"input": 100, "output": 50 + number % 10},
    )
    return msgspec.structs.replace(call, **more)


def settled(*calls: Call) -> tuple[list[Call], int]:
    """Return what is left in any order, and how many copies were taken out."""
    outcomes = []
    for seed in range(3):
        store = Store()
        store.audit.session_formats = {"opencode", "pi"}
        store.extend(random.Random(seed).sample(calls, len(calls)))
        left, audit = settle(store)
        outcomes.append((left, audit.replayed))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    return outcomes[0]


ORIGINAL = [message(1, "a"), message(2, "a")]


def test_a_copy_with_an_equal_time_is_the_same_call() -> None:
    fork = [message(11, "b"), message(12, "b"), message(13, "b")]
    calls, replayed = settled(*ORIGINAL, *fork)
    assert [call.key for call in calls] == [
        "opencode:a:msg_1",
        "opencode:a:msg_2",
        "opencode:b:msg_13",
    ]
    assert replayed == 2


def test_what_differs_in_time_model_or_counts_is_another() -> None:
    for change in (
        {"at": DAY + 1.001},
        {"model": "claude-opus-4-5"},
        {"usage": {"input": 100, "output": 9}},
        {"reader": "pi"},
        {"session": "a"},
        {"session": None},
        {"response_id": "msg_01differentResponse0001"},
        {"trace": "t"},
        {"at": None},
        {"scope": "session"},
    ):
        calls, replayed = settled(*ORIGINAL, message(11, "b", **change))
        assert (len(calls), replayed) == (3, 0), change


def test_logs_of_services_are_left_alone() -> None:
    rows = [message(1, name, reader="litellm") for name in ("a", "b")]
    assert len(settled(*rows)[0]) == 2
