"""Comparisons: who is who, and effects that sum to the whole difference."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencost_pricing import money
from tokencost_pricing.money import ZERO, subtract
from tokencost_profiles.files.globs import matches
from tokencost_profiles.gate.check import compare
from tokencost_profiles.gate.comparison import Change
from tokencost_profiles.gate.effects import Effect, effects, summed
from tokencost_profiles.gate.items import Charged, Lines, Side
from tokencost_profiles.tokens.prompt_parts import PARTS, share_out

UNITS = ("input", "cache_read", "cache_write_5m", "output", "reasoning")
counts = st.integers(0, 3_000_000)
prices = st.decimals("0", "100", places=4)


@st.composite
def priced(draw: st.DrawFn) -> Side:
    """Return a side whose rates jump above a length of the prompt, as context tiers do."""
    low = {unit: draw(prices) for unit in UNITS}
    high = {unit: draw(prices) for unit in UNITS}
    edge = draw(st.integers(0, 200_000))

    def rates(usage: Any) -> Lines:
        prompt = sum(usage.get(unit, 0) for unit in UNITS[:3])
        chosen = high if prompt >= edge else low
        return {unit: (chosen[unit] * count).scaleb(-6) for unit, count in usage.items()}

    usage = {unit: draw(counts) for unit in UNITS if unit == "input" or draw(st.booleans())}
    inputs = sum(usage.get(unit, 0) for unit in UNITS[:3])
    shares = {part: float(draw(st.integers(0, 100))) for part in PARTS}
    lines = rates(usage)
    return Side(
        draw(st.sampled_from(["p/a", "p/b"])),
        usage,
        money.total(lines.values()),
        lines=lines,
        parts=share_out(shares, inputs) if draw(st.booleans()) else {},
        priced=draw(st.none() | prices),
        rates=rates,
        output_source=draw(st.sampled_from(["assumed", "ceiling", "given"])),
    )


@given(priced(), priced())
def test_the_effects_of_a_prompt_sum_to_its_difference(base: Side, head: Side) -> None:
    result = effects(base, head)
    assert base.cost is not None
    assert head.cost is not None
    assert money.total(effect.cost for effect in result) == subtract(head.cost, base.cost)
    assert sum(effect.tokens for effect in result) == head.tokens - base.tokens


@st.composite
def group(draw: st.DrawFn) -> Side:
    usage = {unit: draw(counts) for unit in UNITS if draw(st.booleans())}
    lines = {unit: draw(prices) for unit in usage}
    cost = money.total(lines.values())
    return Side(
        "p/a",
        usage,
        cost,
        lines=lines,
        calls=draw(st.integers(0, 1000)),
        priced=draw(st.none() | prices),
    )


@given(group(), group())
def test_the_effects_of_a_group_sum_to_its_difference(base: Side, head: Side) -> None:
    result = effects(base, head)
    assert money.total(effect.cost for effect in result) == subtract(
        head.cost or ZERO, base.cost or ZERO
    )
    assert sum(effect.tokens for effect in result) == head.tokens - base.tokens


@given(st.lists(st.tuples(priced(), priced()), max_size=4))
def test_the_effects_of_all_items_sum_to_the_total(sides: list[tuple[Side, Side]]) -> None:
    base = {(f"{n}", "m"): one for n, (one, _) in enumerate(sides)}
    head = {(f"{n}", "m"): other for n, (_, other) in enumerate(sides)}
    result = compare(base, head, against="base")
    sums = summed(effect for item in result.items for effect in item.effects)
    assert money.total(e.cost for e in sums) == money.total(item.cost for item in result.items)


@given(st.dictionaries(st.sampled_from(PARTS), st.floats(-50, 1e6)), st.integers(0, 10**6))
def test_parts_sum_to_the_tokens(exact: dict[str, float], total: int) -> None:
    result = share_out(exact, total)
    assert sum(result.values()) == total
    assert all(count > 0 for count in result.values())


def flat(tokens: int, digest: str = "", model: str = "p/m", rate: str = "1", **more: Any) -> Side:
    def rates(usage: Any) -> Lines:
        return {unit: count * Decimal(rate) for unit, count in usage.items()}

    usage = {"input": tokens}
    lines = rates(usage)
    return Side(
        model,
        usage,
        money.total(lines.values()),
        rates=rates,
        lines=lines,
        content=lambda: digest or None,
        parts=more.pop("parts", {"user": tokens}),
        **more,
    )


def causes(base: Side, head: Side, bridge: Side | None = None) -> list[tuple[str, str | None, int]]:
    return [(effect.cause, effect.part, int(effect.cost)) for effect in effects(base, head, bridge)]


@pytest.mark.parametrize("tokens", [0, 1, 10])
def test_what_stands_on_one_side_has_its_tokens_and_cost(tokens: int) -> None:
    side = flat(tokens, rate="3")
    assert effects(None, side) == (Effect("added", None, tokens, Decimal(3 * tokens)),)
    assert effects(side, None) == (Effect("removed", None, -tokens, Decimal(-3 * tokens)),)


def test_tokens_are_reported_by_part() -> None:
    base = flat(10, parts={"system": 4, "user": 6})
    head = flat(15, parts={"system": 9, "user": 5, "tools": 1})
    assert causes(base, head) == [
        ("tokens", "system", 5),
        ("tokens", "tools", 1),
        ("tokens", "user", -1),
    ]


def test_fewer_tokens_of_unknown_parts_are_one_cause() -> None:
    base, head = flat(10, parts={}), flat(4, parts={})
    assert causes(base, head) == [("tokens", None, -6)]
    assert causes(head, base) == [("tokens", None, 6)]


def test_an_item_without_a_base_has_no_difference_of_tokens() -> None:
    (item,) = compare(None, {("a", "p/m"): flat(10)}).items
    assert (item.input_tokens, item.output_tokens, item.counted) == (0, 0, False)


@pytest.mark.parametrize(
    ("before", "after", "growth"),
    [("1", "0.5", "0.2"), ("0.5", "1", "0"), ("0.5", "0.6", "0.1"), ("1", "1", "0.2")],
)
def test_only_rising_charges_are_taken_from_a_growth(before: str, after: str, growth: str) -> None:
    change = Decimal("0.2")
    base, head = (
        flat(10)._replace(cost=cost, charged=Charged(Decimal(charged), 1, {}), calls=2)
        for cost, charged in ((Decimal(5), before), (Decimal(5) + change, after))
    )
    item = Change("a", "p/m", "changed", base, head, judged=(base, head))
    assert item.growth == Decimal(growth)


def test_another_model_for_the_same_text_is_the_model_alone() -> None:
    head = flat(12, "same", "p/other", rate="3")
    assert causes(flat(10, "same"), head) == [("model", None, 26)]


def test_text_and_model_at_once_are_separated_where_the_text_is_at_hand() -> None:
    base, head = flat(10, "old"), flat(24, "new", "p/other", rate="3")
    bridge = flat(12, "old", "p/other", rate="3")
    assert causes(base, head, bridge) == [("model", None, 26), ("tokens", "user", 36)]


def test_cache_and_output_are_separate_causes() -> None:
    def rates(usage: Any) -> Lines:
        each = {"input": 10, "cache_read": 1, "output": 20}
        return {unit: Decimal(each[unit] * count) for unit, count in usage.items()}

    def of(**usage: int) -> Side:
        lines = rates(usage)
        return Side("p/m", usage, money.total(lines.values()), rates=rates, lines=lines)

    assert causes(of(input=100, output=5), of(input=40, cache_read=60, output=7)) == [
        ("cache", None, -540),
        ("output", None, 40),
    ]


def test_more_calls_of_the_same_kind_are_volume_alone() -> None:
    def calls(number: int) -> Side:
        lines = {"input": Decimal(3 * number), "output": Decimal(number)}
        usage = {"input": 30 * number, "output": 7 * number}
        return Side("p/m", usage, Decimal(4 * number), lines=lines, calls=number)

    assert causes(calls(3), calls(7)) == [("volume", None, 16)]


def statuses(base: Any, head: Any, **more: Any) -> list[tuple[str | None, str, str]]:
    result = compare(base, head, against="base", **more)
    return [(item.renamed_from, item.path, item.status) for item in result.items]


def test_what_is_on_one_side_is_added_or_removed() -> None:
    base, head = {("a", "m"): flat(1, "x")}, {("b", "m"): flat(2, "y")}
    assert statuses(base, head) == [(None, "a", "removed"), (None, "b", "added")]


def test_models_that_all_changed_are_compared_the_dearest_with_the_dearest() -> None:
    base = {("a", name): flat(10, "x", name, rate) for name, rate in (("p/a", "1"), ("p/b", "5"))}
    head = {
        ("a", name): flat(10, "x", name, rate)
        for name, rate in (("p/c", "9"), ("p/d", "2"), ("p/e", "1"))
    }
    result = compare(base, head, against="base")
    assert [(item.base_model, item.model, item.status) for item in result.items] == [
        ("p/b", "p/c", "changed"),
        ("p/a", "p/d", "changed"),
        (None, "p/e", "added"),
    ]


def test_a_renamed_file_is_known_by_its_content() -> None:
    base, head = {("a", "m"): flat(1, "x")}, {("b", "m"): flat(1, "x")}
    assert statuses(base, head) == [("a", "b", "unchanged")]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("the quick brown fox jumps over a lazy cat", [("a", "b", "changed")]),
        ("nothing of the kind", [(None, "a", "removed"), (None, "b", "added")]),
    ],
)
def test_a_renamed_and_changed_file_is_known_by_likeness(new: str, expected: Any) -> None:
    texts = {"a": ("the quick brown fox jumps over the lazy dog", ""), "b": ("", new)}
    base, head = {("a", "m"): flat(9, "x")}, {("b", "m"): flat(8, "y")}
    assert statuses(base, head, texts=texts) == expected


def test_a_line_put_before_others_moves_them() -> None:
    base = {(f"f.jsonl:{n}", "m"): flat(n, f"{n}") for n in (1, 2)}
    head = {("f.jsonl:1", "m"): flat(9, "new")} | {
        (f"f.jsonl:{n + 1}", "m"): flat(n, f"{n}") for n in (1, 2)
    }
    assert statuses(base, head) == [
        (None, "f.jsonl:1", "added"),
        ("f.jsonl:1", "f.jsonl:2", "unchanged"),
        ("f.jsonl:2", "f.jsonl:3", "unchanged"),
    ]


def test_a_line_taken_out_is_the_one_that_is_gone() -> None:
    base = {(f"f.jsonl:{n}", "m"): flat(n, f"{n}") for n in (1, 2, 3)}
    head = {("f.jsonl:1", "m"): flat(1, "1"), ("f.jsonl:2", "m"): flat(3, "3")}
    assert sorted(statuses(base, head), key=lambda one: one[2], reverse=True) == [
        (None, "f.jsonl:1", "unchanged"),
        ("f.jsonl:3", "f.jsonl:2", "unchanged"),
        (None, "f.jsonl:2", "removed"),
    ]


@pytest.mark.parametrize(
    ("pattern", "path", "met"),
    [
        ("prompts/*.txt", "prompts/a.txt", True),
        ("prompts/*.txt", "prompts/b/a.txt", False),
        ("prompts/**", "prompts/b/a.txt", True),
        ("**/a.txt", "a.txt", True),
        ("prompts/**/a.txt", "prompts/a.txt", True),
        ("*.jsonl", "a.jsonl:12", True),
        ("a[12].txt", "a2.txt", True),
        ("a[!12].txt", "a2.txt", False),
        ("a?.txt", "a/.txt", False),
    ],
)
def test_patterns(pattern: str, path: str, met: bool) -> None:
    assert matches(pattern, path) is met
