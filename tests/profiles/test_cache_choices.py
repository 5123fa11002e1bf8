"""Why caches are missed, the choice of a policy, and the blocks of prompts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from caches import (
    AUTOMATIC_MARK,
    IMPLICIT,
    MARKS,
    OBJECT,
    RATES,
    SYSTEM,
    TOOLS,
    PromptGrower,
    block,
    request,
    run,
)
from tokencost_profiles.calls.content import Part
from tokencost_profiles.whatif.prompt_cache.blocks import BlockMaker, TokenFitter
from tokencost_profiles.whatif.prompt_cache.engine import Simulator
from tokencost_profiles.whatif.prompt_cache.simulator import price_with, simulate


def test_a_call_that_misses_says_why() -> None:
    requests = [
        request(0, MARKS, TOOLS),
        request(1, MARKS, TOOLS),
        request(900, MARKS, TOOLS),
        request(901, MARKS, SYSTEM._replace(tokens=2000)),
    ]
    outcomes = simulate(requests, "auto").outcomes
    assert [(outcome.missed, outcome.role, outcome.expected) for outcome in outcomes] == [
        ("never written", None, 0),
        (None, None, 2000),
        ("expired", None, 2000),
        ("prefix changed", "system", 2000),
    ]
    assert [outcome.read for outcome in outcomes] == [0, 2000, 0, 0]
    assert [outcome.written for outcome in outcomes] == [2000, 0, 2000, 2000]
    assert not any(outcome.storage for outcome in outcomes)


def test_best_chooses_for_each_session() -> None:
    once = [request(0, MARKS, block("single", 4000), scope="x", session="once")]
    busy = [request(at, MARKS, TOOLS, scope="y", session="busy") for at in range(0, 1000, 100)]
    slow = [
        request(at, MARKS, SYSTEM, TOOLS, scope="z", session="slow") for at in range(0, 9000, 900)
    ]
    result = simulate([*once, *busy, *slow], "best", price=price_with(RATES))
    assert result.policies == {"once": "off", "busy": "auto", "slow": "1h"}


def test_a_policy_is_a_name_or_a_lifetime() -> None:
    assert run("30m", request(0, AUTOMATIC_MARK, TOOLS)) == [{"input": 0, "cache_write_30m": 2000}]
    with pytest.raises(ValueError, match="'often' is not a lifetime"):
        simulate([], "often")


def test_an_implicit_cache_is_not_an_object() -> None:
    system = block("system", 5000, "system")
    rules = (IMPLICIT, OBJECT)
    simulator = Simulator()
    assert simulator.add(request(0, rules, system), "auto").usage == {"input": 5000}
    first = simulator.add(request(10, rules, system), "1h")
    assert (first.usage, first.storage) == ({"input": 5000}, 5000 * 3600)


def test_unlogged_text_a_longer_prompt_continues_and_a_shorter_one_begins_anew() -> None:
    grow = PromptGrower()
    requests = [
        request(at, MARKS, *grow("s", billed)) for at, billed in enumerate((3000, 3500, 4100, 3200))
    ]
    assert [sum(item.tokens for item in request.blocks) for request in requests] == [
        3000,
        3500,
        4100,
        3200,
    ]
    assert [usage.get("cache_read", 0) for usage in run("5m", *requests)] == [0, 3000, 3500, 3000]
    assert [item.tokens for item in grow("s", 900)] == [900]


def test_best_needs_a_price() -> None:
    with pytest.raises(ValueError, match="price"):
        simulate([], "best")


def test_the_price_counts_storage_by_the_hour() -> None:
    rates = {"input": Decimal("2"), "cache_storage_hour": Decimal("4.5")}
    only = request(0, OBJECT, block("system", 1_000_000, "system"))
    price = price_with(rates)
    assert price(only, simulate([only], "1h").outcomes[0]) == Decimal("6.5")


def test_blocks_stand_in_the_order_tools_system_messages() -> None:
    parts = [
        Part("user", "hello", "messages[0]"),
        Part("system", "be kind", "system"),
        Part("tools", "{}", "tools[0]"),
        Part("assistant", "hi", "messages[1]"),
    ]
    blocks = BlockMaker(len)(parts)
    assert [item.role for item in blocks] == ["tools", "system", "user", "assistant"]
    assert [item.tokens for item in blocks] == [2, 7, 5, 2]
    maker = BlockMaker(len)
    assert maker(parts) == blocks == maker([part._replace(place="elsewhere") for part in parts])
    assert blocks[2].digest != maker([Part("system", "hello", "")])[0].digest


def test_a_fitter_makes_blocks_sum_to_what_was_billed() -> None:
    fit = TokenFitter()
    a, b, c = block("a", 100), block("b", 50, "assistant"), block("c", 150)
    first = fit("s", (a,), 5000)
    assert [(item.role, item.tokens) for item in first] == [("head", 4900), ("user", 100)]
    second = fit("s", (a, b, c), 5400)
    assert second[:2] == first, "what was sent before keeps its tokens"
    assert [item.tokens for item in second[2:]] == [100, 300]
    assert sum(item.tokens for item in fit("s", (a,), 4950)) == 4950


def test_marks_are_those_of_the_call_at_hand() -> None:
    fit = TokenFitter(head=False)
    marked, plain = block("a", 100, marked="cache_write_1h"), block("a", 100)
    assert [item.marked for item in fit("s", (marked,), 100)] == [True]
    (later,) = fit("s", (plain,), 100)
    assert (later.marked, later.lifetime) == (False, None)
    (again,) = fit("s", (marked,), 100)
    assert (again.marked, again.lifetime) == (True, "cache_write_1h")


def test_a_head_below_the_minimum_is_left_to_the_implicit_cache() -> None:
    system, question = block("system", 4095, "system"), block("q", 1000)
    requests = [request(at, (IMPLICIT, OBJECT), system, question) for at in (0, 10)]
    assert run("1h", *requests) == [{"input": 5095}, {"input": 0, "cache_read": 5095}]
    assert sum(one.storage for one in simulate(requests, "1h").outcomes) == 0
