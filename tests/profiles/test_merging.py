"""Records of one response: what each field of the merged call holds, and which records are one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from profiling import profile_of
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.merging import Store, merge, settle
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.grouping import groups, total

AT = 1_780_000_000.0
HOUR = 3600.0
STRONG_ID = "msg_01ABCDEFGHIJKLMNOPQRS"


@pytest.fixture(scope="module")
def pricer(table: PriceTable) -> Pricer:
    return Pricer(table, datetime(2026, 11, 22, tzinfo=UTC))


def record(**fields: Any) -> Call:
    defaults: dict[str, Any] = {
        "reader": "otlp",
        "file": "a.jsonl",
        "line": 1,
        "model": "claude-sonnet-4-5",
        "at": AT,
        "usage": {"input": 100, "output": 10},
    }
    return Call(**{**defaults, **fields})


def span(number: int, **fields: Any) -> Call:
    """Return the span of one trace; all spans have the same response id."""
    return record(
        key=f"span:{number}",
        trace=f"t{number}",
        span=f"s{number}",
        line=number,
        response_id=STRONG_ID,
        **fields,
    )


def test_the_longer_prompt_stays_whatever_the_order() -> None:
    short = record(parts=(Part("user", "hello", "messages[0]"),))
    long = record(
        parts=(Part("system", "be brief", "system"), Part("user", "hello", "messages[0]"))
    )
    for merged in (merge(short, long), merge(long, short)):
        assert merged.parts == long.parts


@pytest.mark.parametrize(
    ("name", "one", "other", "merged"),
    [
        ("scope", "turn", "call", "call"),
        ("status", "error", "ok", "ok"),
        ("latency", 1.5, 2.5, 2.5),
        ("first_token", 0.4, 0.2, 0.2),
        ("tools", ("bash",), ("read",), ("bash", "read")),
        ("session", None, "s", "s"),
        ("unknown_keys", {"x": 3}, {"x": 2, "y": 1}, {"x": 3, "y": 1}),
    ],
)
def test_a_field_of_two_records(name: str, one: Any, other: Any, merged: Any) -> None:
    first, second = record(**{name: one}), record(**{name: other})
    for call in (merge(first, second), merge(second, first)):
        assert getattr(call, name) == merged


def test_a_closing_record_beats_larger_counts_of_a_running_one() -> None:
    running = record(usage={"input": 100, "output": 90}, final=False)
    closing = record(usage={"input": 100, "output": 40}, final=True)
    for call in (merge(running, closing), merge(closing, running)):
        assert call.usage == {"input": 100, "output": 40}
        assert call.final


@pytest.mark.parametrize(
    ("one", "other", "sessions"),
    [
        (("a", ()), ("a", ()), ()),
        (("a", ()), (None, ()), ()),
        (("a", ()), ("b", ()), ("a", "b")),
        (("a", ("a", "b")), ("a", ("a", "c")), ("a", "b", "c")),
        (("a", ("a", "b")), ("a", ()), ("a", "b")),
    ],
)
def test_a_call_keeps_all_sessions_that_hold_it(
    one: tuple[str, tuple[str, ...]],
    other: tuple[str | None, tuple[str, ...]],
    sessions: tuple[str, ...],
) -> None:
    first = record(session=one[0], sessions=one[1])
    second = record(session=other[0], sessions=other[1])
    for call in (merge(first, second), merge(second, first)):
        assert (call.session, call.sessions) == ("a", sessions)


def test_between_equals_each_unit_has_its_larger_count() -> None:
    early, late = record(usage={"input": 100, "output": 1}), record(usage={"output": 25})
    assert merge(early, late).usage == {"input": 100, "output": 25}


@pytest.mark.parametrize(
    ("seconds", "calls"), [(0, 1), (HOUR - 1, 1), (HOUR, 2), (HOUR + 1, 2), (-HOUR + 1, 1)]
)
def test_spans_of_one_response_lie_within_an_hour(seconds: float, calls: int) -> None:
    store = Store()
    store.extend([span(1), span(2, at=AT + seconds)])
    assert len(settle(store)[0]) == calls


def test_spans_with_one_id_and_other_numbers_are_two_calls() -> None:
    store = Store()
    store.extend([span(1), span(2, usage={"input": 100, "output": 11})])
    assert len(settle(store)[0]) == 2


def test_reasoning_counts_in_tokens_per_second(pricer: Pricer) -> None:
    call = record(latency=2.0, usage={"input": 100, "output": 40, "reasoning": 60})
    assert tokens_per_second(pricer, [call]) == pytest.approx(50)


def test_calls_without_a_duration_take_no_part_in_tokens_per_second(pricer: Pricer) -> None:
    timed = record(latency=2.0, usage={"input": 1, "output": 40})
    untimed = record(usage={"input": 1, "output": 4000})
    assert tokens_per_second(pricer, [timed, untimed]) == pytest.approx(20)


def tokens_per_second(pricer: Pricer, calls: list[Call]) -> float | None:
    profile = profile_of(calls, pricer)
    return total(profile, groups(profile, []).values()).tokens_per_second
