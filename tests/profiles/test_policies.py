"""Limits of paths, of sums, and of recorded runs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from profiles.gate_sides import RATE, at, limits, pair, side
from tokencost_profiles.gate.check import compare
from tokencost_profiles.gate.limits import Limits, Override, Policy
from tokencost_profiles.gate.sampling import Sampled
from tokencost_profiles.gate.verdict import judge


def override(pattern: str, **stated: Any) -> Override:
    return Override(pattern, Limits(**stated), frozenset(stated))


def test_paths_have_separate_limits() -> None:
    policy = Policy(
        Limits(max_tokens=Decimal(100)), (override("long/**", max_tokens=Decimal(5000)),)
    )
    head = {("long/deep/a.txt", "p/m"): side(4000), ("b.txt", "p/m"): side(4000)}
    answer = judge(compare(None, head), policy)
    assert answer.items == ("fail", "pass")
    assert [reason.item.path for reason in answer.reasons if reason.item] == ["b.txt"]


def test_paths_with_a_limit_on_sums_are_summed_apart() -> None:
    base = {("long/a.txt", "p/m"): side(1000), ("b.txt", "p/m"): side(1000)}
    head = {("long/a.txt", "p/m"): side(1300), ("b.txt", "p/m"): side(1000)}
    comparison = compare(base, head, against="main")
    assert judge(comparison, limits(max_increase=Decimal("0.2"))).verdict == "pass"
    assert judge(comparison, limits(max_increase=Decimal("0.1"))).verdict == "fail"
    free = override("long/**", max_increase=Decimal("0.5"))
    assert judge(comparison, Policy(Limits(max_increase=Decimal("0.1")), (free,))).verdict == "pass"
    tight = override("long/**", max_increase=Decimal("0.2"))
    answer = judge(comparison, Policy(Limits(max_increase=Decimal("0.5")), (tight,)))
    assert (answer.verdict, answer.reasons[0].scope) == ("fail", "long/**")


def sampled(low: float, high: float, cases: int = 9) -> Sampled:
    return Sampled(cases, (cases, cases), 0, (low + high) / 2, low, high, 0.05)


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (sampled(0.05, 0.10), "pass"),
        (sampled(0.05, 0.100001), "inconclusive"),
        (sampled(0.10, 0.20), "inconclusive"),
        (sampled(0.100001, 0.20), "fail"),
        (sampled(0.3, 0.4, cases=5), "fail"),
        (sampled(0.3, 0.4, cases=4), "inconclusive"),
        (sampled(-0.3, -0.2, cases=4), "inconclusive"),
    ],
)
def test_sampled_runs_pass_fail_or_are_inconclusive(seen: Sampled, verdict: str) -> None:
    comparison = pair(1000, 5000)  # the sum alone would fail
    policy = limits(max_increase=Decimal("0.1"))
    assert judge(comparison, policy, seen).verdict == verdict
    strict = limits(max_increase=Decimal("0.1"), fail_on=frozenset({"inconclusive"}))
    expected = "fail" if verdict == "inconclusive" else verdict
    assert judge(comparison, strict, seen).verdict == expected


def test_fewer_tokens_of_a_cheap_model_do_not_hide_more_of_a_dear_one() -> None:
    cheap: dict[str, Any] = {"cost": 1000 * RATE / 100, "rates": at(RATE / 100)}
    base = {
        ("a.txt", "p/m"): side(1000),
        ("b.txt", "p/c"): side(1000)._replace(model="p/c", **cheap),
    }
    head = {
        ("a.txt", "p/m"): side(1500),
        ("b.txt", "p/c"): side(500)._replace(model="p/c", **{**cheap, "cost": 500 * RATE / 100}),
    }
    answer = judge(
        compare(base, head, against="main"), limits(max_increase=Decimal(0), ignore_below_tokens=50)
    )
    assert answer.verdict == "fail"


@pytest.mark.parametrize(("tokens", "verdict"), [(1049, "pass"), (1050, "fail")])
def test_fewer_tokens_than_are_ignored_are_a_note(tokens: int, verdict: str) -> None:
    policy = limits(max_increase=Decimal(0), max_item_increase=Decimal(0), ignore_below_tokens=50)
    assert judge(pair(1000, tokens), policy).verdict == verdict
