"""The tree by cause sums to the bill, to the last decimal, and shows what started what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiling import profile_of
from tokencost_pricing.table import PriceTable
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS
from tokencost_profiles.attribution.causes import cause_tree
from tokencost_profiles.attribution.frame import Frame, fold
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.turns import number_turns
from tokencost_profiles.costs import saved_profile
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.dimensions import CAUSES, fields_of
from tokencost_profiles.costs.grouping import groups, total
from tokencost_profiles.costs.profile import Profile, Profiler
from tokencost_profiles.costs.saved_form import SavedHead
from tokencost_profiles.costs.totals import Summary
from tokencost_profiles.files.paths import Source, expand_logs
from tokencost_profiles.logs.load import price_logs, recorded_calls
from tokencost_profiles.logs.read import ReadOptions
from tokencost_profiles.logs.selection import Selection

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = 1_780_000_000.0

MODELS = st.sampled_from(
    ["claude-sonnet-4-5", "gpt-5.4", "gemini-2.5-pro", "gpt-4o-search-preview", "no-such", None]
)
UNITS = ["input", "cache_read", "cache_write_5m", "output", "reasoning", "web_search", "x_search"]
USAGES = st.one_of(
    st.none(), st.dictionaries(st.sampled_from(UNITS), st.integers(0, 400_000), max_size=5)
)
CALLS = st.builds(
    Call,
    file=st.sampled_from(["a", "b"]),
    line=st.integers(1, 10**6),
    model=MODELS,
    usage=USAGES,
    at=st.one_of(st.none(), st.floats(DAY, DAY + 1e5)),
    session=st.sampled_from([None, "s1", "s2", "s3"]),
    trace=st.sampled_from([None, "t"]),
    started_by=st.sampled_from([None, None, "s1", "s2"]),
    thread=st.sampled_from([None, None, "x", "y"]),
    agent=st.sampled_from([None, "main", "explore"]),
    turn=st.sampled_from([None, None, "m1", "m2"]),
    tools=st.sampled_from([(), ("Bash",), ("Bash", "Read")]),
    batch=st.booleans(),
    status=st.sampled_from(["ok", "ok", "error", "aborted", "cached"]),
    scope=st.sampled_from(["call", "call", "pass", "session"]),
    cost=st.one_of(st.none(), st.decimals(0, 10, places=9)),
)


@pytest.fixture(scope="module")
def pricer(table: PriceTable) -> Pricer:
    return Pricer(table, NOW)


def bill_of(profile: Profile, *, charged: bool) -> Summary:
    return total(profile, groups(profile, [], charged=charged).values())


def frames(root: Frame) -> Iterator[Frame]:
    yield root
    for child in root.children:
        yield from frames(child)


def assert_sums(root: Frame, billed: Summary) -> None:
    assert root.cost == (billed.cost or 0)
    assert root.calls == billed.cell.calls
    assert root.unpriced_calls == billed.unpriced_calls
    assert root.input_tokens == sum(billed.usage.get(unit, 0) for unit in INPUT_UNITS)
    assert root.output_tokens == sum(billed.usage.get(unit, 0) for unit in OUTPUT_UNITS)
    for frame in frames(root):
        if frame.children and frame.kind != "call":
            assert frame.cost == sum((one.cost for one in frame.children), Decimal(0))
            assert frame.calls == sum(one.calls for one in frame.children)
        elif frame.children:
            assert frame.cost >= sum(one.cost for one in frame.children)


@settings(max_examples=150, deadline=None)
@given(calls=st.lists(CALLS, max_size=30), charged=st.booleans())
def test_the_tree_sums_to_the_bill(pricer: Pricer, calls: list[Call], charged: bool) -> None:
    calls.sort(key=lambda one: one.at or 0.0)
    number_turns(calls)
    profile = profile_of(calls, pricer)
    tree = cause_tree(profile, charged=charged)
    assert_sums(tree, bill_of(profile, charged=charged))
    saved = saved_profile.save(profile, SavedHead("0.1.0", None, {}))
    loaded = saved_profile.load(BytesIO(saved), "saved").profile
    assert cause_tree(loaded, charged=charged) == tree


def tree_of(calls: Sequence[Call], pricer: Pricer) -> Frame:
    number_turns(calls)
    return cause_tree(profile_of(calls, pricer), charged=True)


def outline(frame: Frame, depth: int = 0) -> list[str]:
    lines = [f"{'  ' * depth}{frame.name}"]
    for child in frame.children:
        lines += outline(child, depth + 1)
    return lines


def call(at: float, **fields: Any) -> Call:
    usage = fields.pop("usage", {"input": 1000, "output": 100})
    return Call(
        at=DAY + at, usage=usage, **{"session": "s", "model": "claude-sonnet-4-5", **fields}
    )


def test_sub_agents_stand_in_the_step_that_started_them(pricer: Pricer) -> None:
    calls = [
        call(1, tools=("Task", "Read")),
        call(2, thread="a1", agent="explore", model="claude-haiku-4-5"),
        call(3, session="child", started_by="s", agent="review"),
        call(4),
        call(5, usage={"input": 10, "output": 5, "web_search": 2}),
    ]
    assert outline(tree_of(calls, pricer)) == [
        "all sessions",
        "  s",
        "    turn 1",
        "      step 1: Task, Read",
        "        claude-sonnet-4-5",
        "        explore a1",
        "          claude-haiku-4-5",
        "        review child",
        "          claude-sonnet-4-5",
        "      step 2",
        "        claude-sonnet-4-5",
        "    turn 2",
        "      step 1",
        "        claude-sonnet-4-5",
        "          web searches x2",
    ]


def test_sessions_stand_in_the_order_of_their_first_calls(pricer: Pricer) -> None:
    calls = [call(3, session="a"), call(5, session="b"), call(1, session="c")]
    calls.sort(key=lambda one: one.at or 0.0)
    assert [one.name for one in tree_of(calls, pricer).children] == ["c", "a", "b"]


def no_stdin() -> Source:
    raise AssertionError


def test_the_tree_of_every_sample_sums_to_its_bill(pricer: Pricer, corpora: Path) -> None:
    sources = expand_logs([str(corpora / "samples")], Path(), no_stdin)
    recorded = recorded_calls(sources, ReadOptions())
    for by in (None, ("model",)):
        priced = price_logs(
            recorded, pricer, Selection(), now=NOW, by=by, all_labels=by is None, places=True
        )
        for charged in (True, False):
            tree = cause_tree(priced.profile, charged=charged)
            assert_sums(tree, bill_of(priced.profile, charged=charged))
            assert tree.calls > 1000


def leaves(*costs: int) -> list[Frame]:
    return [Frame(name=f"leaf {cost}", kind="step", cost=Decimal(cost)) for cost in costs]


def branch(name: str, children: list[Frame]) -> Frame:
    frame = Frame(name=name, kind="turn", children=children)
    for child in children:
        frame.take(child)
    return frame


def test_small_frames_are_folded_into_one_and_sums_stay() -> None:
    root = branch("root", leaves(500, 1, 400, 2))
    folded = fold(root, share=Decimal("0.01"))
    assert outline(folded)[1:] == ["  leaf 500", "  leaf 400", "  2 more"]
    assert folded.children[-1].folded == 2
    assert sum(one.cost for one in folded.children) == root.cost
    assert outline(fold(root, share=Decimal("0.003"), sort=True))[1:] == [
        "  leaf 500",
        "  leaf 400",
        "  2 more",
    ]
    assert fold(folded, share=Decimal("0.5"), sort=True).children[-1].name == "3 more"


def test_one_small_frame_stays_in_its_place() -> None:
    root = branch("root", leaves(500, 1, 400))
    assert fold(root, share=Decimal("0.01")) == root
    many = branch("root", [branch("large", leaves(*range(50, 90))), branch("small", leaves(1, 2))])
    folded = fold(many, most=20)
    assert [one.name for one in folded.children] == ["large", "small"]
    assert (folded.children[1].children, folded.children[1].folded) == ([], 2)
    assert folded.size <= 20


def test_a_call_that_was_aborted_is_named_so_where_cells_hold_little_else(pricer: Pricer) -> None:
    profiler = Profiler(pricer, None, fields_of(("model",)) | CAUSES)
    for line, status in enumerate(("ok", "aborted"), 1):
        call = Call(model="gpt-5.4", usage={"input": 1}, session="s1", line=line, status=status)
        profiler.take(call, profiler.key(call))
    (session,) = cause_tree(profiler.profile, charged=True).children
    assert [frame.name for frame in session.children] == ["gpt-5.4", "gpt-5.4 (aborted)"]


def test_cells_that_differ_in_their_reason_alone_keep_their_order(pricer: Pricer) -> None:
    usages: list[dict[str, int] | None] = [None, {}]
    trees = []
    for order in (usages, usages[::-1]):
        calls = [Call(model="no-such", session="s", line=1, usage=usage) for usage in order]
        for call in calls:
            call.root, call.turn_number, call.step = "s", 1, 1
        trees.append(cause_tree(profile_of(calls, pricer), charged=True))
    assert trees[0] == trees[1]
