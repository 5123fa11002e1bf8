"""Folding a tree and holding two against each other: no dollar is lost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages import branch, leaf
from tokencost_profiles.attribution.frame import INPUT_TOKENS, Frame, fold
from tokencost_profiles.attribution.frame_change import note_old_costs


def walk(root: Frame) -> Iterator[Frame]:
    yield root
    for child in root.children:
        yield from walk(child)


@pytest.mark.parametrize("cost", ["0", "0.25"])
@pytest.mark.parametrize("by", ["cost", INPUT_TOKENS])
def test_any_number_of_frames_of_the_same_weight_is_folded(cost: str, by: str) -> None:
    parts = [leaf(f"part {at}", "tool_result", cost) for at in range(300)]
    root = branch("all", "root", *(branch(f"file {at}", "file", *parts) for at in range(100)))
    folded = fold(root, by, most=5000)
    assert folded.size <= 5000
    assert folded.cost == root.cost


@given(st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=60), min_size=1, max_size=20))
def test_a_folded_tree_sums_to_the_same_and_is_small(costs: list[list[int]]) -> None:
    groups = [
        branch(f"file {at}", "file", *(leaf(f"{n}", "part", str(c)) for n, c in enumerate(group)))
        for at, group in enumerate(costs)
    ]
    root = branch("all", "root", *groups)
    folded = fold(root, most=60)
    assert folded.size <= 73  # a tenth more, and their parents
    for frame in walk(folded):
        if frame.children:
            assert frame.cost == sum(child.cost for child in frame.children)


def test_what_frames_cost_before_is_noted_by_their_names() -> None:
    old = branch(
        "all",
        "root",
        branch("s1", "session", leaf("step 1: Read", "step", "2"), leaf("step 2", "step", "3")),
    )
    new = branch(
        "all",
        "root",
        branch("s9", "session", leaf("step 1: Bash", "step", "1"), leaf("step 3", "step", "1")),
    )
    assert note_old_costs(new, old) == Decimal(3)
    session = new.children[0]
    assert new.old_cost == session.old_cost == Decimal(5)
    assert [step.old_cost for step in session.children] == [Decimal(2), None]


def test_folded_frames_have_the_old_costs_of_those_they_stand_for() -> None:
    small = [leaf(f"part {at}", "part", "0.001") for at in range(5)]
    new = branch("all", "root", leaf("large", "part", "9"), *small)
    old = branch("all", "root", leaf("part 0", "part", "4"), leaf("part 3", "part", "2"))
    note_old_costs(new, old)
    more = fold(new).children[-1]
    assert (more.folded, more.old_cost) == (5, Decimal(6))
