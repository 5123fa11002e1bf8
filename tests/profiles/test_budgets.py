"""The verdict: exactly at a limit passes, one step above fails, for every limit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from profiles.gate_sides import PLACE, alone, answered, limits, pair, side
from tokencost_profiles.gate.check import compare
from tokencost_profiles.gate.comparison import Comparison
from tokencost_profiles.gate.items import Side
from tokencost_profiles.gate.verdict import judge

# limit, its name as a warning, value, what is exactly at it, what is one step above, code
BOUNDARIES = [
    ("max_increase", "warn_increase", "0.10", pair(1000, 1100), pair(1000, 1101), "max-increase"),
    ("max_increase", "warn_increase", "0", pair(1000, 1000), pair(1000, 1001), "max-increase"),
    (
        "max_increase",
        "warn_increase",
        "0.333333",
        pair(10**6, 1_333_333),
        pair(10**6, 1_333_334),
        "max-increase",
    ),
    (
        "max_increase_usd",
        "warn_increase_usd",
        "0.0001",
        pair(1000, 1100),
        pair(1000, 1101),
        "max-increase-usd",
    ),
    (
        "max_item_increase",
        "warn_item_increase",
        "0.10",
        pair(1000, 1100),
        pair(1000, 1101),
        "max-item-increase",
    ),
    ("budget", "warn_budget", "0.001", alone(1000), alone(1001), "budget"),
    ("max_tokens", "warn_tokens", "1000", alone(1000), alone(1001), "max-tokens"),
    (
        "context_window",
        "warn_context_window",
        "0.8",
        alone(1, window=0.8),
        alone(1, window=0.8000000000000002),
        "context-window",
    ),
]


@pytest.mark.parametrize(
    ("limit", "warning", "value", "at", "above", "code"), BOUNDARIES, ids=lambda x: str(x)[:20]
)
def test_exactly_at_a_limit_passes_and_one_step_above_fails(
    limit: str, warning: str, value: str, at: Comparison, above: Comparison, code: str
) -> None:
    for name, verdict in ((limit, "fail"), (warning, "warn")):
        policy = limits(**{name: Decimal(value)})
        assert judge(at, policy).verdict == "pass"
        answer = judge(above, policy)
        assert answer.verdict == verdict
        assert [(reason.level, reason.code) for reason in answer.reasons] == [(verdict, code)]


@pytest.mark.parametrize(
    ("before", "at", "above", "judged_on"),
    [
        (
            answered(100, 900, "assumed"),
            answered(110, 900, "assumed"),
            answered(111, 900, "assumed"),
            "input",
        ),
        (
            answered(100, 20, "ceiling"),
            answered(110, 900, "ceiling"),
            answered(111, 20, "ceiling"),
            "input",
        ),
        (
            answered(100, 900, "given"),
            answered(110, 990, "assumed"),
            answered(111, 0, "assumed"),
            "input",
        ),
        (
            answered(100, 900, "given"),
            answered(200, 900, "given"),
            answered(201, 900, "given"),
            "whole",
        ),
        (
            answered(100, 900, "workload"),
            answered(150, 950, "workload"),
            answered(151, 950, "workload"),
            "whole",
        ),
        (
            answered(100, 900, "assumed"),
            answered(100, 1000, "assumed", terms="batch"),
            answered(101, 1000, "assumed", terms="batch"),
            "whole",
        ),
    ],
)
def test_an_increase_is_judged_on_the_input_where_nobody_chose_the_answer(
    before: Side, at: Side, above: Side, judged_on: str
) -> None:
    for name in ("max_increase", "max_item_increase"):
        policy = limits(**{name: Decimal("0.1")})
        for head, verdict in ((at, "pass"), (above, "fail")):
            comparison = compare({PLACE: before}, {PLACE: head}, against="main")
            assert comparison.items[0].judged_on == judged_on
            assert judge(comparison, policy).verdict == verdict


def test_a_sum_adds_inputs_and_complete_calls() -> None:
    base = {PLACE: answered(100, 900, "assumed"), ("b.txt", "p/m"): answered(100, 300, "given")}
    head = {PLACE: answered(150, 900, "assumed"), ("b.txt", "p/m"): answered(100, 300, "given")}
    comparison = compare(base, head, against="main")
    assert (
        judge(comparison, limits(max_increase=Decimal("0.1"))).verdict == "pass"
    )  # 50 of 100 + 400
    answer = judge(comparison, limits(max_increase=Decimal("0.09")))
    assert (answer.verdict, answer.reasons[0].judged_on) == ("fail", "mixed")
    assert [item.path for item in answer.reasons[0].items] == ["a.txt"]


@pytest.mark.parametrize(("tokens", "verdict"), [(1100, "warn"), (1101, "fail")])
def test_what_has_no_price_is_judged_on_its_tokens(tokens: int, verdict: str) -> None:
    unpriced: dict[str, Any] = {"cost": None, "lines": {}, "unpriced": "no price"}
    comparison = compare(
        {PLACE: side(1000, **unpriced)}, {PLACE: side(tokens, **unpriced)}, against="b"
    )
    for name in ("max_increase", "max_item_increase"):
        answer = judge(comparison, limits(**{name: Decimal("0.1")}, unpriced="warn"))
        assert answer.verdict == verdict
        assert any(reason.in_tokens for reason in answer.reasons) == (verdict == "fail")


@pytest.mark.parametrize(
    ("per", "value", "at", "above"),
    [
        ("item", "0.001", alone(1000), alone(1001)),
        ("call", "0.001", alone(1000), alone(1001)),
        ("run", "0.001", alone(1000), alone(1001)),
        ("month", "0.3", alone(1000, per_day=10), alone(1001, per_day=10)),
    ],
)
def test_a_budget_is_per_item_call_run_or_month(
    per: str, value: str, at: Comparison, above: Comparison
) -> None:
    policy = limits(budget=Decimal(value), budget_per=per)
    assert judge(at, policy).verdict == "pass"
    assert judge(above, policy).verdict == "fail"
