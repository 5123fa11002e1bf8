"""What a call costs whose log does not say who billed: nothing, between two amounts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hosts import ROWS, WEIGHTS, HostTable, host_folder, hosts
from tokencost_pricing.cost import cost_of
from tokencost_pricing.terms import Terms
from tokencost_pricing.usage import Usage
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.profile import Profile, Profiler
from tokencost_profiles.costs.totals import Summary

__all__ = ["hosts"]

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)


def call(number: int = 0, at: datetime = OCTOBER, **usage: int) -> Call:
    return Call(
        model=WEIGHTS,
        usage=usage,
        at=at.timestamp(),
        session=f"s{number}",
        file="a.jsonl",
        line=number,
    )


def profiled(table: HostTable, calls: list[Call], **options: Any) -> Summary:
    return summed(profile_of(table, calls), **options)


def summed(profile: Profile, **options: Any) -> Summary:
    sums = Summary(profile.cards, **options)
    for key, cell in profile.cells.items():
        sums.take(key, cell)
    return sums


def profile_of(table: HostTable, calls: list[Call]) -> Profile:
    profiler = Profiler(Pricer(table, NOW))
    for one in calls:
        profiler.take(one, profiler.key(one))
    return profiler.profile


def of_hosts(table: HostTable, one: Call) -> list[Decimal]:
    """Return what every host would charge for a call, lowest first."""
    at = datetime.fromtimestamp(one.at or 0.0, UTC)
    costs = [
        cost_of(table.find(WEIGHTS, host), Usage(one.usage or {}), Terms(at)).total for host in ROWS
    ]
    return sorted(cost for cost in costs if cost is not None)


def test_a_call_lies_between_the_cheapest_and_the_dearest_host(hosts: HostTable) -> None:
    # Input 1M and output 1M: 0.1 + 2, 0.4 + 0.5, 1 + 3; the fourth host has no row in October.
    sums = profiled(hosts, [call(input=1_000_000, output=1_000_000)])
    assert sums.cost is None
    assert sums.ends == (Decimal("0.9"), Decimal(4))
    assert (sums.unpriced_calls, sums.unsure_calls) == (1, 1)


def test_a_host_counts_from_the_day_of_its_row(hosts: HostTable) -> None:
    sums = profiled(hosts, [call(at=NOW, input=1_000_000)])
    assert sums.ends == (Decimal("0.1"), Decimal(9))


def test_a_host_that_has_no_rate_for_cached_input_charges_it_as_input(hosts: HostTable) -> None:
    # 0.1 as input at the first host; 0.4 at the second; 0.2 at the third, which has a rate.
    sums = profiled(hosts, [call(cache_read=1_000_000)])
    assert sums.ends == (Decimal("0.1"), Decimal("0.4"))


def test_the_cheapest_host_differs_by_call(hosts: HostTable) -> None:
    """The sum of the least is less than what any one host would have charged."""
    calls = [call(1, input=1_000_000), call(2, output=1_000_000)]
    sums = profiled(hosts, calls)
    assert sums.ends == (Decimal("0.1") + Decimal("0.5"), Decimal(1) + Decimal(3))


USAGE = st.fixed_dictionaries(
    {"input": st.integers(0, 10**7), "output": st.integers(0, 10**7)},
    optional={"cache_read": st.integers(0, 10**7)},
)


def test_the_range_of_a_group_is_the_sum_of_its_calls(tmp_path: Path) -> None:
    table = HostTable.load(folder=host_folder(tmp_path))
    assert isinstance(table, HostTable)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50)
    @given(st.lists(USAGE, min_size=1, max_size=6), st.booleans())
    def law(usages: list[dict[str, int]], is_late: bool) -> None:
        calls = [
            call(number, NOW if is_late and number % 2 else OCTOBER, **usage)
            for number, usage in enumerate(usages)
        ]
        single = [of_hosts(table, one) for one in calls]
        wanted = (sum(costs[0] for costs in single), sum(costs[-1] for costs in single))
        assert profiled(table, calls).ends == wanted
        half = len(calls) // 2
        both = profile_of(table, calls[half:]).combine(profile_of(table, calls[:half]))
        assert summed(both).ends == wanted

    law()


def test_what_is_priced_stands_in_both_ends(hosts: HostTable) -> None:
    priced = Call(model=WEIGHTS, provider="dear", usage={"input": 1_000_000}, at=call().at)
    sums = profiled(hosts, [priced, call(input=1_000_000)])
    assert sums.cost == Decimal(1)
    assert sums.ends == (Decimal("1.1"), Decimal(2))


def test_a_router_has_its_listed_price_and_a_range(hosts: HostTable) -> None:
    """The listed input is above the dearest host's: the range never leaves it out."""
    routed = Call(model=f"maker/{WEIGHTS}", provider="router", at=call().at)
    routed.usage = {"input": 1_000_000, "output": 1_000_000}
    sums = profiled(hosts, [routed])
    assert sums.cost == Decimal("1.3")
    assert sums.ends == (Decimal("0.9"), Decimal("4.3"))
    assert (sums.unpriced_calls, sums.unsure_calls) == (0, 0)


def test_a_call_that_its_log_charged_has_that_cost_alone(hosts: HostTable) -> None:
    charged = call(1, input=1_000_000)
    charged.cost = Decimal("0.25")
    calls = [charged, call(2, input=1_000_000)]
    as_charged = profiled(hosts, calls, charged=True)
    assert (as_charged.cost, as_charged.ends) == (
        Decimal("0.25"),
        (Decimal("0.35"), Decimal("1.25")),
    )
    assert as_charged.unsure_calls == 1
    assert profiled(hosts, calls).ends == (Decimal("0.2"), Decimal(2))


def test_what_no_host_has_a_price_for_has_no_range(hosts: HostTable) -> None:
    assert profiled(hosts, [call(pages=5)]).ends is None
