"""A profile is a monoid: any split of the calls, in any order, gives the same bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiling import profile_of
from tokencost_pricing.errors import InputError, UsageError
from tokencost_pricing.money import plain
from tokencost_pricing.table import PriceTable
from tokencost_pricing.units import UNITS
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.merging import Store, settle
from tokencost_profiles.costs import saved_profile
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.cell_table import CellTable
from tokencost_profiles.costs.dimensions import NAMES, Key, conditions, dimension
from tokencost_profiles.costs.grouping import groups, total
from tokencost_profiles.costs.percentiles import cost_of, growths, spreads
from tokencost_profiles.costs.profile import Profile, Profiler
from tokencost_profiles.costs.saved_content import SavedContentRow
from tokencost_profiles.costs.saved_form import SavedHead
from tokencost_profiles.costs.totals import Summary

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = 1_780_000_000.0

MODELS = st.sampled_from(
    ["claude-sonnet-4-5", "gpt-5.4-mini", "deepseek-chat", "no-such-model", None]
)
COUNTS = st.integers(0, 3_000_000)
USAGES = st.one_of(
    st.none(),
    st.dictionaries(
        st.sampled_from(["input", "cache_read", "cache_write_5m", "output", "reasoning"]), COUNTS
    ),
)
CALLS = st.builds(
    Call,
    reader=st.just("synthetic"),
    file=st.sampled_from(["a", "b"]),
    line=st.integers(1, 10**6),
    key=st.one_of(st.none(), st.sampled_from(["id:1", "id:2", "id:3"])),
    model=MODELS,
    usage=USAGES,
    at=st.one_of(st.none(), st.floats(DAY, DAY + 1e7)),
    session=st.sampled_from([None, "s1", "s2"]),
    team=st.sampled_from([None, "web", "ops"]),
    batch=st.booleans(),
    latency=st.one_of(st.none(), st.floats(0, 600)),
    cost=st.one_of(st.none(), st.decimals(0, 10, places=6)),
    tools=st.sampled_from([(), ("Bash",), ("Bash", "Read")]),
    tags=st.sampled_from([(), (("feature", "chat"),)]),
)


@pytest.fixture(scope="module")
def pricer(table: PriceTable) -> Pricer:
    return Pricer(table, NOW)


HEAD = SavedHead("0.1.0", None, {})


def written(profile: Profile) -> tuple[bytes, str]:
    sums(total_of(profile, charged=False))
    return saved_profile.save(profile, HEAD), json.dumps(sums(total_of(profile)), default=plain)


def total_of(profile: Profile, *, charged: bool = True) -> Summary:
    return total(profile, groups(profile, [], charged=charged).values())


def sums(group: Summary) -> list[Any]:
    sides = [
        group.cost_of([unit for unit in group.lines if UNITS[unit].side == side])
        for side in ("input", "output", "fee")
    ]
    assert (group.cost or 0) == sum(sides) + (group.charged_cost or 0)
    return [
        group.usage,
        group.cost,
        group.lines,
        group.cell.calls,
        sorted(group.sessions),
        *sides,
        group.charged_cost,
        group.charged_calls,
        group.unpriced_calls,
    ]


@settings(max_examples=60, deadline=None)
@given(calls=st.lists(CALLS, max_size=24), random=st.randoms(use_true_random=False))
def test_any_split_in_any_order_gives_the_same_bytes(
    pricer: Pricer, calls: list[Call], random: Any
) -> None:
    total_profile = profile_of(calls, pricer)
    parts = [profile_of([c for c in calls if hash(c.line) % 3 == n], pricer) for n in range(3)]
    random.shuffle(parts)
    first = parts[0].combine(parts[1]).combine(parts[2])
    second = parts[2].combine(parts[0].combine(parts[1]))
    assert written(first) == written(second) == written(total_profile)
    assert written(total_profile.combine(Profile())) == written(total_profile)


@settings(max_examples=60, deadline=None)
@given(records=st.lists(CALLS, max_size=24), random=st.randoms(use_true_random=False))
def test_any_split_of_the_records_gives_the_same_bytes(
    pricer: Pricer, records: list[Call], random: Any
) -> None:
    """Repeats of one response stand in several parts; each is still one call."""
    contents = set()
    for _ in range(3):
        stores = [Store() for _ in range(3)]
        for record in random.sample(records, len(records)):
            random.choice(stores).add(record)
        random.shuffle(stores)
        total_profile = stores[0].combine(stores[1]).combine(stores[2])
        calls, audit = settle(total_profile)
        contents.add(written(profile_of(calls, pricer, audit)))
    assert len(contents) == 1


@settings(max_examples=40, deadline=None)
@given(calls=st.lists(CALLS, max_size=24))
def test_the_total_is_the_sum_of_the_calls(pricer: Pricer, calls: list[Call]) -> None:
    costs = [cost_of(call, pricer) for call in calls]
    profile = profile_of(calls, pricer)
    group = total_of(profile, charged=False)
    assert group.cell.calls == len(calls)
    priced = [cost for cost in costs if cost is not None]
    assert (group.cost or 0) == sum(priced)
    assert group.unpriced_calls == sum(
        cost is None and call.usage is not None for cost, call in zip(costs, calls, strict=True)
    )
    charges = [
        call.charge
        for cost, call in zip(costs, calls, strict=True)
        if cost is None and call.charge is not None
    ]
    charged = total_of(profile)
    assert (charged.charged_cost or 0) == sum(charges)
    assert charged.charged_calls == len(charges)
    assert charged.uncosted_calls == group.uncosted_calls - len(charges)


@settings(max_examples=30, deadline=None)
@given(
    calls=st.lists(CALLS, max_size=24), name=st.sampled_from([n for n in NAMES if n != "tag:KEY"])
)
def test_groups_are_a_partition(pricer: Pricer, calls: list[Call], name: str) -> None:
    profile = profile_of(calls, pricer)
    by_key = groups(profile, [dimension(name), dimension("tag:feature")], charged=True)
    assert sums(total(profile, by_key.values())) == sums(total_of(profile))


@settings(max_examples=30, deadline=None)
@given(calls=st.lists(CALLS, max_size=24))
def test_a_saved_profile_is_the_profile(pricer: Pricer, calls: list[Call]) -> None:
    profile = profile_of(calls, pricer)
    saved = saved_profile.load(BytesIO(saved_profile.save(profile, HEAD)), "saved")
    assert saved.profile.cells == profile.cells
    assert saved.profile.cards.keys() >= {key.rates for key in profile.cells}
    assert written(saved.profile) == written(profile)


@settings(max_examples=60, deadline=None)
@given(calls=st.lists(CALLS, max_size=24), random=st.randoms(use_true_random=False))
def test_a_table_beside_coarse_sums_is_the_profile(
    pricer: Pricer, calls: list[Call], random: Any
) -> None:
    table = CellTable()
    profiler = Profiler(pricer, None, {"model"}, (), table)
    for call in random.sample(calls, len(calls)):
        profiler.take(call, profiler.key(call))
    everything = profile_of(calls, pricer)
    assert saved_profile.save(profiler.profile, HEAD, table) == saved_profile.save(everything, HEAD)
    assert sums(total_of(profiler.profile)) == sums(total_of(everything))


def test_costs_are_exact_and_by_unit(pricer: Pricer) -> None:
    call = Call(
        model="claude-sonnet-4-5",
        at=DAY,
        usage={"input": 3, "cache_read": 7, "cache_write_5m": 1, "output": 11},
    )
    group = total_of(profile_of([call] * 3, pricer))
    assert group.lines == {
        "input": Decimal("0.000027"),
        "cache_read": Decimal("0.0000063"),
        "cache_write_5m": Decimal("0.00001125"),
        "output": Decimal("0.000495"),
    }
    assert group.cost == Decimal("0.00053955")
    assert group.hit_rate == pytest.approx(7 / 11)


def test_days_are_those_of_the_time_zone(pricer: Pricer) -> None:
    late = datetime(2026, 3, 1, 23, 50, tzinfo=UTC).timestamp()
    profile = profile_of([Call(model="gpt-5.4", at=late, usage={"input": 1})], pricer)
    (key,) = profile.cells
    for zone, day, hour in (
        ("UTC", "2026-03-01", "2026-03-01 23:00"),
        ("Europe/Berlin", "2026-03-02", "2026-03-02 00:00"),
        ("Asia/Kathmandu", "2026-03-02", "2026-03-02 05:00"),
    ):
        assert dimension("day", ZoneInfo(zone))(key) == day
        assert dimension("hour", ZoneInfo(zone))(key) == hour
    assert dimension("week")(key) == "2026-W09"
    assert dimension("month")(key) == "2026-03"


def test_conditions() -> None:
    key = Key(model="claude-opus-4-5", team="web", tags=(("feature", "chat"),))
    for text, met in (
        (["model=claude-*"], True),
        (["model=gpt-*"], False),
        (["team!=web"], False),
        (["team=ops", "team=web"], True),
        (["team=web", "model=gpt-5"], False),
        (["tag:feature=chat"], True),
        (["user="], True),
        (["user!="], False),
        ([], True),
    ):
        assert conditions(text)(key) is met, text
    for wrong, message in (("model", "not a condition"), ("modle=x", "did you mean 'model'")):
        with pytest.raises(UsageError, match=message):
            conditions([wrong])


def test_percentiles_are_values_that_occurred(pricer: Pricer) -> None:
    calls = [
        Call(model="gpt-5.4", at=DAY, usage={"input": n}, session=f"s{n % 4}")
        for n in range(1, 101)
    ]
    measured = {(spread.of, spread.measure): spread for spread in spreads(calls, pricer)}
    assert measured["call", "input"].values == (50, 90, 95, 99, 100)
    assert measured["call", "cost"].values[0] == Decimal("0.000125")
    assert measured["session", "calls"].values == (25,) * 5
    assert ("call", "latency") not in measured


def test_growth_is_that_of_the_main_thread() -> None:
    calls = [
        Call(session="s", agent="main", at=DAY + n, usage={"input": 10, "cache_read": 100 * n})
        for n in range(60)
    ] + [Call(session="s", agent="helper", at=DAY, usage={"input": 5})]
    (growth,) = growths(calls).values()
    assert (growth.calls, growth.first, growth.last, growth.largest) == (60, 10, 5910, 5910)
    assert len(growth.points) == 24
    assert growth.points == tuple(sorted(growth.points))


def test_a_saved_profile_may_hold_the_content_of_prompts(pricer: Pricer) -> None:
    profile = profile_of([Call(model="gpt-5.4-mini", usage={"input": 5}, session="s1")], pricer)
    row = SavedContentRow(
        "tool_result", "read", "a.py", b"\x01\xff", tokens=5, carrying_cost=Decimal("0.0000125")
    )
    loaded = saved_profile.load(BytesIO(saved_profile.save(profile, HEAD, None, [row])), "saved")
    assert loaded.content == (row,)
    assert loaded.unknown_blocks == ()
    odd = SavedContentRow("fee", fee_cost=Decimal("1e999"))
    with pytest.raises(InputError, match="saved: not a valid saved profile: content"):
        saved_profile.load(BytesIO(saved_profile.save(profile, HEAD, None, [odd])), "saved")
