"""Parts that are left out of a prompt, repeated, or alike: they are counted as they were sent."""

from __future__ import annotations

import pytest

from content_prompts import call, row, text, view_of
from tokencost_pricing.errors import UsageError
from tokencost_profiles.attribution.content_groups import content_groups, ordered_groups
from tokencost_profiles.calls.content import Part


def asked(call_id: str) -> Part:
    return text(20, "tool_call", name="read", call_id=call_id)


def answered(call_id: str, name: str = "read") -> Part:
    return text(40, "tool_result", name=name, call_id=call_id)


def test_the_copies_of_a_call_are_those_that_were_sent() -> None:
    # The first of two equal calls got no result: one copy is in every prompt.
    parts = (text(10), asked("1"), asked("2"), answered("2"))
    view = view_of([call(parts, input=70), call((*parts, text(5, mark="z")), input=75)])
    one = row(view, "tool_call", "read")
    assert (one.instances, one.copies, one.calls_carried, one.input_tokens) == (1, 1, 2, 40)


def test_the_copies_of_thinking_are_those_that_were_sent() -> None:
    parts = (text(10), text(50, "reasoning"), text(9, mark="y"), text(50, "reasoning"))
    calls = [call(parts, input=69)]
    calls[0].model = "claude-sonnet-4-5"  # reads no thinking of the turn before
    one = row(view_of(calls), "reasoning")
    assert (one.copies, one.calls_carried, one.input_tokens) == (1, 1, 50)


def test_equal_blocks_of_an_answer_are_each_as_long_as_they_were_billed() -> None:
    twin = text(10, "assistant", "a")
    calls = [
        call((text(10),), [twin, twin], input=10, output=20),
        call((text(10), twin, twin, text(5, mark="z")), input=35),
    ]
    assert row(view_of(calls), "assistant").input_tokens == 20


def test_a_logged_request_sends_all_that_is_in_it() -> None:
    # Results of some providers have no id: which call they answer is not known.
    one = call((text(10), asked("1"), answered("")), input=70)
    one.has_request = True
    view = view_of([one])
    assert row(view, "tool_call", "read").input_tokens == 20
    assert all(part.kind != "overhead" for part in view.rows)


def test_a_call_that_is_all_overhead_adds_no_part_again() -> None:
    calls = [call((text(10),), input=size) for size in (110, 50, 110)]
    one = row(view_of(calls), "user")
    assert (one.instances, one.calls_carried) == (1, 2)


def test_equal_results_of_different_tools_are_different_parts() -> None:
    parts = (
        text(20, "tool_call", name="read", call_id="1"),
        answered("1", name=""),
        text(21, "tool_call", name="bash", call_id="2"),
        answered("2", name=""),
    )
    view = view_of([call(parts, input=121)])
    assert row(view, "tool_result", "read").input_tokens == 40
    assert row(view, "tool_result", "bash").input_tokens == 40


def test_parts_of_calls_that_were_not_asked_for_are_not_listed() -> None:
    calls = [call((text(10),), input=10), call((text(20, mark="y"),), input=20)]
    calls[1].session = "t"
    view = view_of(calls, selected=calls[1:])
    assert [one.tokens for one in view.by_cost] == [20]
    assert [group.tokens for group in content_groups(view, ["segment"], None)] == [20]


def test_groups_have_the_order_that_is_asked_for() -> None:
    prompt = (text(10), text(30, "system"))
    view = view_of([call(prompt, [text(50, "assistant")], input=40, output=5)])
    groups = content_groups(view, ["segment"], None)

    def order(sort: str | None) -> list[str | None]:
        return [group.key[0] for group in ordered_groups(groups, sort)]

    assert order(None) == ["system", "user", "assistant"]
    assert order("key") == ["assistant", "system", "user"]
    assert order("output")[0] == "assistant"
    assert order("cost") == ["system", "assistant", "user"]
    with pytest.raises(UsageError, match="sessions"):
        order("sessions")
