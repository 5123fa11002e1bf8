"""No name of a public list resolves to another price, unless a reviewed rule says why."""

from __future__ import annotations

from decimal import Decimal

import pytest

from price_guard import Deviation, Guard, Line, Rule, lines, rules
from tokencost_pricing.table import PriceTable

MOST_RULES = 150


@pytest.fixture(scope="module")
def deviations() -> list[Deviation]:
    return list(Guard(PriceTable.load()).deviations(list(lines())))


def test_no_name_resolves_to_another_price_without_a_reason(deviations: list[Deviation]) -> None:
    reasons = rules()
    unexplained = [one for one in deviations if not any(rule.matches(one) for rule in reasons)]
    text = "\n".join(
        f"{one.list}: {one.provider} {one.id} ({one.asked}) -> {one.resolved}/{one.model} "
        f"[{one.rule}], {one.field}: {one.theirs:f} there, {one.ours:f} here"
        for one in unexplained[:40]
    )
    assert not unexplained, f"{len(unexplained)} prices differ:\n{text}"


def test_every_rule_explains_something(deviations: list[Deviation]) -> None:
    reasons = rules()
    idle = [rule.reason for rule in reasons if not any(map(rule.matches, deviations))]
    assert idle == []
    assert len(reasons) <= MOST_RULES
    assert all(len(rule.reason) > 20 for rule in reasons)


def test_a_rule_of_an_unknown_key_is_an_error() -> None:
    with pytest.raises(ValueError, match="host"):
        Rule({"reason": "because", "host": "x"})


def test_the_guard_reports_a_false_price_typed_and_logged() -> None:
    line = Line(
        "list", "2026-11-20", "openai", "gpt-5", {"input": Decimal(2), "output": Decimal(10)}
    )
    reports = Guard(PriceTable.load()).deviations([line])
    assert [(one.asked, one.field, one.theirs, one.ours) for one in reports] == [
        ("logged", "input", Decimal(2), Decimal("1.25")),
        ("typed", "input", Decimal(2), Decimal("1.25")),
    ]


def test_a_typed_name_is_held_against_any_seller_where_its_biller_is_not_listed() -> None:
    line = Line("list", "2026-11-20", "kyma", "gpt-5", {"input": Decimal(2)})
    by_maker = line._replace(provider="openai", rates={"input": Decimal("1.25")})
    guard = Guard(PriceTable.load())
    assert [one.asked for one in guard.deviations([line])] == ["typed"]
    assert list(guard.deviations([line, by_maker])) == []
