"""What parts of prompts cost: the sum is the bill, and each part pays for where it stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from content_prompts import NOW, OPUS, TABLE, call, row, text, view_of
from profiling import profile_of
from tokencost_pricing import money
from tokencost_profiles.attribution.content import ContentView
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.dimensions import dimension
from tokencost_profiles.costs.grouping import groups, total


def bill_of(calls: list[Call]) -> Decimal:
    profile = profile_of(calls, Pricer(TABLE, NOW))
    sums = total(profile, groups(profile, [dimension("model")], charged=True).values())
    return sums.cost or Decimal(0)


def test_the_first_prompt_shows_what_no_log_has() -> None:
    first = [text(100)]
    second = [*first, text(40, "assistant", "a"), text(60, "user", "y")]
    view = view_of(
        [
            call(tuple(first), [text(40, "assistant", "a")], input=300, output=40),
            call(tuple(second), input=420),
        ]
    )
    # Overhead is 300 - 100; of the 420 tokens 220 are left for 200 counted ones.
    assert row(view, "overhead").input_tokens == 400
    assert row(view, "user", size=100).input_tokens == 100 + 110
    assert row(view, "user", size=60).input_tokens == 66
    assert row(view, "assistant").input_tokens == 44
    assert row(view, "assistant").made_cost == Decimal("0.001")  # 40 x 25 USD a million
    assert row(view, "user", size=100).calls_carried == 2


def test_a_part_across_the_cached_boundary_is_split_at_the_token() -> None:
    parts = (text(100), text(100, mark="y"), text(100, mark="z"))
    view = view_of([call(parts, cache_read=150, cache_write_1h=100, cache_write_5m=30, input=20)])
    read, hour, minutes, fresh = (Decimal(rate) for rate in ("0.5", "10", "6.25", "5"))
    million = Decimal(1_000_000)
    assert view.rows[row_at(view, "x")].carrying_cost == 100 * read / million
    assert view.rows[row_at(view, "y")].carrying_cost == (50 * read + 50 * hour) / million
    expected = (50 * hour + 30 * minutes + 20 * fresh) / million
    assert view.rows[row_at(view, "z")].carrying_cost == expected


def row_at(view: ContentView, mark: str) -> int:
    parts = [instance for thread in view.threads for instance in thread.instances]
    order = {"x": 0, "y": 1, "z": 2}
    return parts[order[mark]].row


def test_a_tool_call_without_a_result_is_not_sent() -> None:
    parts = (
        text(10),
        text(20, "tool_call", name="read", call_id="1"),
        text(30, "tool_call", "b", name="read", call_id="2"),
        text(40, "tool_result", call_id="2"),
    )
    view = view_of([call(parts, input=80)])
    assert row(view, "tool_call", "read", 20).input_tokens == 0
    assert row(view, "tool_call", "read", 30).input_tokens == 30
    assert row(view, "tool_result", "read").input_tokens == 40, "named after its call"


def test_thinking_of_finished_turns_is_sent_to_models_that_keep_it() -> None:
    parts = (text(10), text(50, "reasoning"), text(10, mark="y"), text(30, "reasoning", "t"))
    calls = [call(parts, input=100)]
    assert row(view_of(calls), "reasoning", size=50).input_tokens == 50
    calls = [call(parts, input=50)]
    calls[0].model = "claude-sonnet-4-5"
    view = view_of(calls)
    assert row(view, "reasoning", size=50).input_tokens == 0
    assert row(view, "reasoning", size=30).input_tokens == 30


def test_copies_and_births_are_counted() -> None:
    again = (text(10), text(10))
    calls = [
        call((text(10),), input=10),
        call(again, input=20),
        call((text(5, mark="s"),), input=5),
        call((text(5, mark="s"), text(10)), input=15),
    ]
    one = row(view_of(calls), "user", size=10)
    assert (one.instances, one.copies, one.calls_carried) == (3, 2, 3)


def test_an_answer_is_as_long_as_it_was_billed() -> None:
    answer = [text(100, "assistant", "a")]
    calls = [
        call((text(50),), answer, input=50, output=60),
        call((text(50), *answer), input=110),
    ]
    view = view_of(calls)
    assert row(view, "assistant").input_tokens == 60
    calls[0].usage = {"input": 50, "output": 3}  # a number written before the answer was
    calls[1].usage = {"input": 150}
    assert row(view_of(calls), "assistant").input_tokens == 100


def test_calls_that_are_not_asked_for_explain_the_others() -> None:
    calls = [call((text(10),), input=110), call((text(10), text(90, mark="y")), input=200)]
    view = view_of(calls, selected=calls[1:])
    assert row(view, "overhead").input_tokens == 100
    assert sum(one.input_tokens for one in view.rows) == 200


def test_without_text_there_is_one_row() -> None:
    calls = [Call(model=OPUS, session="s", usage={"input": 5, "output": 7})]
    view = view_of(calls)
    assert [(one.kind, one.name) for one in view.rows] == [
        ("no text", "prompts"),
        ("no text", "answers"),
    ]
    assert view.textless_calls == 1


MODELS = [OPUS, "gpt-5", "gemini-2.5-pro", "no-such-model", None]
ROLES = ["system", "tools", "user", "assistant", "reasoning", "tool_call", "tool_result"]
parts = st.builds(
    lambda role, size, mark, call_id: Part(role, mark * size, "", id=call_id),
    st.sampled_from(ROLES),
    st.integers(0, 50),
    st.sampled_from("abc"),
    st.sampled_from(["", "1", "2"]),
)
UNITS = ["input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning"]
usages = st.dictionaries(
    st.sampled_from([*UNITS, "web_search"]), st.integers(0, 300_000), max_size=6
)


@st.composite
def sessions(draw: st.DrawFn) -> list[Call]:
    shared: list[Part] = []
    calls = []
    for at in range(draw(st.integers(1, 8))):
        shared += draw(st.lists(parts, max_size=4))
        prompt: Any = draw(
            st.sampled_from([ThreadParts(shared), tuple(shared), tuple(shared[:2]), None])
        )
        calls.append(
            Call(
                model=draw(st.sampled_from(MODELS)),
                session=draw(st.sampled_from(["s", "t", None])),
                thread=draw(st.sampled_from([None, "agent"])),
                at=1.7e9 + at,
                usage=draw(st.one_of(st.none(), usages)),
                status=draw(st.sampled_from(["ok", "aborted"])),
                cost=draw(st.sampled_from([None, Decimal("0.37")])),
                cost_basis="provider",
                parts=prompt,
                answer=tuple(draw(st.lists(parts, max_size=3))),
                has_request=draw(st.booleans()),
                key=str(at),
            )
        )
    return calls


@given(sessions())
def test_the_rows_sum_to_the_bill(calls: list[Call]) -> None:
    view = view_of(calls)
    assert money.total(one.cost for one in view.rows) == bill_of(calls)


@given(sessions())
def test_instances_cost_what_their_rows_do(calls: list[Call]) -> None:
    view = view_of(calls)
    carried = [instance for thread in view.threads for instance in thread.instances]
    for at, one in enumerate(view.rows):
        if one.hash:
            assert one.carrying_cost == money.total(c.cost for c in carried if c.row == at)
    for thread in view.threads:
        since_first = thread.cost_since([0] * len(thread.instances))
        assert list(since_first) == [one.cost for one in thread.instances]


def test_rates_that_only_the_first_calls_pay_have_fewer_parts() -> None:
    shared: list[Part] = []
    calls = []
    for at in range(200):
        shared.append(Part("user", f"{at} ", ""))
        calls.append(call(ThreadParts(shared), input=1000 + at))
    calls[0].model = "gpt-5"
    view = view_of(calls)
    assert money.total(one.cost for one in view.rows) == bill_of(calls)
