"""The verdict on what is small, less, new, unpriced, estimated, or of other prices."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from profiles.gate_sides import PLACE, limits, pair, side
from tokencost_profiles.gate.check import compare
from tokencost_profiles.gate.comparison import Comparison
from tokencost_profiles.gate.items import Side
from tokencost_profiles.gate.limits import Policy
from tokencost_profiles.gate.verdict import judge
from tokencost_profiles.tokens.margin import even


@pytest.mark.parametrize(
    ("stated", "ignored", "judged"),
    [
        ({"ignore_below_tokens": 101}, pair(1000, 1100), pair(1000, 1101)),
        ({"ignore_below_usd": Decimal("0.000101")}, pair(1000, 1100), pair(1000, 1101)),
    ],
)
def test_what_is_below_ignore_below_is_a_note(
    stated: dict[str, Any], ignored: Comparison, judged: Comparison
) -> None:
    for name in ("max_increase", "max_item_increase", "max_increase_usd"):
        value = Decimal("0.00001") if name.endswith("usd") else Decimal("0.01")
        policy = limits(**{name: value}, **stated)
        answer = judge(ignored, policy)
        assert (answer.verdict, [reason.level for reason in answer.reasons]) == ("pass", ["note"])
        assert judge(judged, policy).verdict == "fail"


def test_a_decrease_never_fails() -> None:
    policy = limits(max_increase=Decimal(0), max_item_increase=Decimal(0))
    assert judge(pair(1000, 999), policy).verdict == "pass"


def test_any_increase_from_nothing_exceeds_every_share() -> None:
    answer = judge(pair(0, 1), limits(max_increase=Decimal(1)))
    assert (answer.verdict, answer.reasons[0].value) == ("fail", None)


def estimated(error: float, tokenizer: str) -> Callable[[int], Side]:
    return lambda tokens: side(tokens, margin=even(error), method="estimated", tokenizer=tokenizer)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        # 1000 ± 5 % and 1095 ± 5 %: 50 + 55 tokens may be error, 95 are no certain increase
        (estimated(0.05, "one")(1000), estimated(0.05, "other")(1095), "pass"),
        (estimated(0.05, "one")(1000), estimated(0.05, "other")(1200), "fail"),
        # the same tokenizer and method err alike on both sides
        (estimated(0.05, "one")(1000), estimated(0.05, "one")(1095), "fail"),
    ],
)
def test_an_increase_within_the_stated_error_is_a_note(
    before: Side, after: Side, verdict: str
) -> None:
    place = ("a.txt", "p/m")
    comparison = compare({place: before}, {place: after}, against="main")
    for name in ("max_increase", "max_item_increase"):
        answer = judge(comparison, limits(**{name: Decimal("0.01")}))
        assert answer.verdict == verdict
        assert [reason.level for reason in answer.reasons] == [
            "note" if verdict == "pass" else "fail"
        ]


def test_new_and_missing_fail_only_where_asked_and_are_no_increase() -> None:
    both = {("both.txt", "p/m"): side(9)}
    here, there = {("new.txt", "p/m"): side(7)}, {("old.txt", "p/m"): side(5)}
    comparison = compare(there | both, here | both, against="main")
    assert [item.status for item in comparison.items] == ["unchanged", "added", "removed"]
    assert judge(comparison, limits(max_increase=Decimal(0))).verdict == "pass"
    for name, path in (("new", "new.txt"), ("missing", "old.txt")):
        answer = judge(comparison, limits(fail_on=frozenset({name})))
        assert answer.verdict == "fail"
        assert [(r.code, r.item.path if r.item else "") for r in answer.reasons] == [(name, path)]


def test_where_nothing_is_on_both_sides_no_increase_was_judged() -> None:
    comparison = compare({("old.txt", "p/m"): side(5)}, {PLACE: side(900)}, against="main")
    answer = judge(comparison, limits(max_increase=Decimal(0)))
    assert (answer.verdict, [reason.code for reason in answer.reasons]) == ("warn", ["empty-base"])


def test_a_new_file_hides_no_increase_and_a_removed_one_pays_for_none() -> None:
    base = {("a.txt", "p/m"): side(1000), ("old.txt", "p/m"): side(9000)}
    head = {("a.txt", "p/m"): side(1200)}
    answer = judge(compare(base, head, against="main"), limits(max_increase=Decimal("0.1")))
    assert answer.verdict == "fail"
    assert answer.reasons[0].value == Decimal("0.2")


def test_what_has_no_price_is_an_error_unless_it_may_warn() -> None:
    malformed = {("a.txt", "p/m"): side(cost=None, unpriced="no price")}
    comparison = compare({("a.txt", "p/m"): side()}, malformed, against="main")
    (item,) = comparison.items
    assert (item.status, item.cost, item.effects) == ("failed", None, ())
    assert judge(comparison, Policy()).verdict == "error"
    assert judge(comparison, limits(unpriced="warn")).verdict == "warn"


def test_a_base_without_a_price_is_a_warning_and_no_saving() -> None:
    lost = {("a.txt", "p/m"): side(cost=None, unpriced="no price")}
    comparison = compare(lost, {("a.txt", "p/m"): side()}, against="main")
    answer = judge(comparison, limits(max_increase=Decimal(0)))
    assert answer.verdict == "warn"
    assert comparison.items[0].cost is None


def test_what_cannot_be_read_is_an_error() -> None:
    malformed = {("a.txt", "p/m"): Side("p/m", {}, None, problem="is empty")}
    assert judge(compare(None, malformed), Policy()).verdict == "error"


def test_estimated_fails_where_asked() -> None:
    comparison = compare(None, {("a.txt", "p/m"): side(method="estimated", margin=even(0.1))})
    assert judge(comparison, Policy()).verdict == "pass"
    assert judge(comparison, limits(fail_on=frozenset({"estimated"}))).verdict == "fail"


@pytest.mark.parametrize(("asked", "verdict"), [((), "pass"), (("price-change",), "fail")])
def test_prices_alone_fail_only_where_asked(asked: tuple[str, ...], verdict: str) -> None:
    place = ("a.txt", "p/m")
    base = {place: side(saved=Decimal("0.0005"))}  # was half the price
    policy = limits(max_increase=Decimal(0), fail_on=frozenset(asked))
    answer = judge(compare(base, {place: side()}, against="main"), policy)
    assert answer.verdict == verdict
    assert [(reason.code, reason.value) for reason in answer.reasons] == [
        ("price-change", Decimal(1))
    ]


def test_saved_prices_are_a_separate_effect_and_no_increase() -> None:
    place = ("a.txt", "p/m")
    base = {place: side(cost=Decimal("0.0005"), priced=Decimal("0.001"))}
    comparison = compare(base, {place: side(1100)}, against="main")
    (item,) = comparison.items
    assert [(effect.cause, effect.cost) for effect in item.effects] == [
        ("price", Decimal("0.0005")),
        ("tokens", Decimal("0.0001")),
    ]
    assert item.cost == Decimal("0.0006")
    assert judge(comparison, limits(max_increase=Decimal("0.1"))).verdict == "pass"
    assert judge(comparison, limits(max_increase=Decimal("0.09"))).verdict == "fail"
