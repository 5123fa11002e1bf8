"""Groups in which calls cost what their log states: causes sum up, no limit counts them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiling import profile_of
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.dimensions import dimension
from tokencost_profiles.gate.baseline import AUTO, COMPUTED, REPORTED, group_sides
from tokencost_profiles.gate.check import compare
from tokencost_profiles.gate.effects import CHARGED, FAILED, PRICE
from tokencost_profiles.gate.limits import Limits, Policy
from tokencost_profiles.gate.verdict import judge

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = 1_780_000_000.0
CALLS = st.lists(
    st.builds(
        Call,
        model=st.sampled_from(["gpt-5.4-mini", "no-such-model", "none-either"]),
        usage=st.dictionaries(
            st.sampled_from(["input", "output", "cache_read"]), st.integers(0, 9_000), min_size=1
        ),
        at=st.just(DAY),
        team=st.sampled_from(["web", "ops"]),
        cost=st.decimals("0.0001", 10, places=4),
        cost_basis=st.just("gateway"),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module")
def pricer(table: PriceTable) -> Pricer:
    return Pricer(table, NOW)


@settings(max_examples=60, deadline=None)
@given(
    base=CALLS,
    head=CALLS,
    by=st.sampled_from(["model", "team"]),
    cost=st.sampled_from([AUTO, REPORTED, COMPUTED]),
)
def test_causes_sum_up_and_charges_are_one_of_them(
    pricer: Pricer, base: list[Call], head: list[Call], by: str, cost: str
) -> None:
    sides = [
        group_sides(profile_of(calls, pricer), (by,), [dimension(by)], cost=cost)
        for calls in (base, head)
    ]
    comparison = compare(*sides, against="base", grouped=True)
    for item in comparison.items:
        if item.status == FAILED:
            assert cost == COMPUTED
            continue
        if not item.compared:
            continue
        assert sum(effect.cost for effect in item.effects) == item.cost
        charged = sum(effect.cost for effect in item.effects if effect.cause == CHARGED)
        assert charged == item.charged_growth
        assert item.growth is not None
        rates = sum(e.cost for e in item.effects if e.cause not in (CHARGED, PRICE))
        assert item.growth <= max(rates, Decimal(0))
        if cost == REPORTED:
            assert item.growth <= 0


@settings(max_examples=40, deadline=None)
@given(
    calls=CALLS, more=st.decimals("0.0001", 1000, places=4), by=st.sampled_from(["model", "team"])
)
def test_dearer_charges_break_no_limit_on_increases(
    pricer: Pricer, calls: list[Call], more: Decimal, by: str
) -> None:
    dearer = [
        Call(
            model=c.model,
            usage=c.usage,
            at=c.at,
            team=c.team,
            cost=(c.cost or 0) + more,
            cost_basis=c.cost_basis,
        )
        for c in calls
    ]
    sides = [
        group_sides(profile_of(side, pricer), (by,), [dimension(by)], cost=AUTO)
        for side in (calls, dearer)
    ]
    limits = Limits(
        max_increase=Decimal(0), max_increase_usd=Decimal(0), max_item_increase=Decimal(0)
    )
    verdict = judge(compare(*sides, against="base", grouped=True), Policy(limits))
    assert verdict.verdict == "pass"
    unknown = any(call.model != "gpt-5.4-mini" for call in calls)
    assert any(reason.code == "charged-increase" for reason in verdict.reasons) is unknown


@pytest.mark.parametrize(("source", "method"), [("reported", "exact"), ("counted", "estimated")])
def test_a_group_states_whether_its_tokens_were_counted(
    pricer: Pricer, source: str, method: str
) -> None:
    calls = [Call(model="gpt-5.4-mini", at=DAY, usage={"input": 9}, usage_source=source)]
    (side,) = group_sides(profile_of(calls, pricer), ("model",), [dimension("model")]).values()
    assert side.method == method
