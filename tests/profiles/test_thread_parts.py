"""The prompts of a thread share a list; each is equal to the tuple that it stands for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.thread_parts import ThreadParts

TEXTS = st.lists(st.sampled_from("abc"), max_size=6)


def parts(texts: list[str] | str) -> list[Part]:
    return [Part("user", text, "") for text in texts]


@given(TEXTS, TEXTS, TEXTS)
def test_it_is_compared_as_the_tuple_it_stands_for(
    first: list[str], second: list[str], more: list[str]
) -> None:
    a, b = ThreadParts(parts(first)), ThreadParts(parts(second))
    for left, right in ((a, b), (b, a), (a.followed_by(parts(more)), b.followed_by(parts(more)))):
        assert (left == right) == (tuple(left) == tuple(right))
        assert (left < right, left > right) == (
            tuple(left) < tuple(right),
            tuple(left) > tuple(right),
        )
        assert left == tuple(left)
        if left == right:
            assert hash(left) == hash(right)


def test_lists_that_were_compared_differ_where_they_go_on_differently() -> None:
    a, b = ThreadParts(parts("ab")), ThreadParts(parts("ab"))
    assert a == b
    a, b = a.followed_by(parts("cd")), b.followed_by(parts("ce"))
    assert a != b
    assert ThreadParts(a.parts, 3) == ThreadParts(b.parts, 3)
    assert a != ThreadParts(a.parts, 3)


def test_a_fork_copies_and_a_continuation_does_not() -> None:
    first = ThreadParts(parts("a"))
    left = first.followed_by(parts("b"))
    right = first.followed_by(parts("c"))
    assert left.parts is first.parts
    assert right.parts is not first.parts
    assert [part.text for part in first] == ["a"]
    assert [part.text for part in left] == ["a", "b"]
    assert [part.text for part in right] == ["a", "c"]


def test_it_is_a_sequence_that_ends_before_its_list() -> None:
    thread = ThreadParts(parts("abcd"), 3)
    assert len(thread) == 3
    assert [part.text for part in thread[-2:]] == ["b", "c"]
    assert (thread[0].text, thread[-1].text) == ("a", "c")
    assert [part.text for part in reversed(thread)] == ["c", "b", "a"]
    assert parts("d")[0] not in thread
    for at in (3, -4):
        with pytest.raises(IndexError):
            thread[at]
