"""Summaries, the choice of a policy, and the blocks that prompts are made of."""

from __future__ import annotations

from decimal import Decimal

import pytest

from caches import IMPLICIT, MARKS, OBJECT, OWN_MARK, RATES, SYSTEM, TOOLS, block, run, turn
from tokencost_profiles.calls.content import Part
from tokencost_profiles.whatif.prompt_cache.simulator import (
    BlockMaker,
    Fitter,
    Grower,
    Simulator,
    blocks_of,
    price_with,
    simulate,
)
from tokencost_profiles.whatif.prompt_cache.summary import Misses


def test_the_summary_counts_hits_and_says_why_the_others_missed() -> None:
    turns = [
        turn(0, MARKS, TOOLS),
        turn(1, MARKS, TOOLS),
        turn(900, MARKS, TOOLS),
        turn(901, MARKS, SYSTEM._replace(tokens=2000)),
    ]
    summary = simulate(turns, "auto").summary
    assert (summary.calls, summary.hits, summary.storage) == (4, 1, 0)
    assert summary.usage == {"input": 0, "cache_write_5m": 6000, "cache_read": 2000}
    assert summary.misses == {
        "never written": Misses(1, 0),
        "expired": Misses(1, 2000),
        "prefix changed: system": Misses(1, 2000),
    }


def test_best_chooses_for_each_session() -> None:
    once = [turn(0, MARKS, block("single", 4000), scope="x", session="once")]
    busy = [turn(at, MARKS, TOOLS, scope="y", session="busy") for at in range(0, 1000, 100)]
    slow = [turn(at, MARKS, SYSTEM, TOOLS, scope="z", session="slow") for at in range(0, 9000, 900)]
    result = simulate([*once, *busy, *slow], "best", price=price_with(RATES))
    assert result.policies == {"once": "off", "busy": "auto", "slow": "1h"}


def test_a_policy_is_a_name_or_a_lifetime() -> None:
    assert run("30m", turn(0, OWN_MARK, TOOLS)) == [{"input": 0, "cache_write_30m": 2000}]
    with pytest.raises(ValueError, match="'often' is not a lifetime"):
        simulate([], "often")


def test_an_implicit_cache_is_not_an_object() -> None:
    system = block("system", 5000, "system")
    rules = (IMPLICIT, OBJECT)
    simulator = Simulator()
    assert simulator.take(turn(0, rules, system), "auto").usage == {"input": 5000}
    first = simulator.take(turn(10, rules, system), "1h")
    assert (first.usage, first.storage) == ({"input": 5000}, 5000 * 3600)


def test_without_text_a_longer_prompt_continues_and_a_shorter_one_begins_anew() -> None:
    grow = Grower()
    turns = [
        turn(at, MARKS, *grow("s", billed)) for at, billed in enumerate((3000, 3500, 4100, 3200))
    ]
    assert [sum(item.tokens for item in given.blocks) for given in turns] == [
        3000,
        3500,
        4100,
        3200,
    ]
    assert [usage.get("cache_read", 0) for usage in run("5m", *turns)] == [0, 3000, 3500, 3000]
    assert [item.tokens for item in grow("s", 900)] == [900]


def test_best_needs_a_price() -> None:
    with pytest.raises(ValueError, match="price"):
        simulate([], "best")


def test_the_price_counts_storage_by_the_hour() -> None:
    rates = {"input": Decimal("2"), "cache_storage_hour": Decimal("4.5")}
    only = turn(0, OBJECT, block("system", 1_000_000, "system"))
    price = price_with(rates)
    assert price(only, simulate([only], "1h").outcomes[0]) == Decimal("6.5")


def test_blocks_stand_in_the_order_tools_system_messages() -> None:
    parts = [
        Part("user", "hello", "messages[0]"),
        Part("system", "be kind", "system"),
        Part("tools", "{}", "tools[0]"),
        Part("assistant", "hi", "messages[1]"),
    ]
    found = blocks_of(parts, len)
    assert [item.role for item in found] == ["tools", "system", "user", "assistant"]
    assert [item.tokens for item in found] == [2, 7, 5, 2]
    maker = BlockMaker(len)
    assert maker(parts) == found == maker([part._replace(place="elsewhere") for part in parts])
    assert found[2].digest != blocks_of([Part("system", "hello", "")], len)[0].digest


def test_a_fitter_makes_blocks_sum_to_the_bill() -> None:
    fit = Fitter()
    a, b, c = block("a", 100), block("b", 50, "assistant"), block("c", 150)
    first = fit("s", (a,), 5000)
    assert [(item.role, item.tokens) for item in first] == [("head", 4900), ("user", 100)]
    second = fit("s", (a, b, c), 5400)
    assert second[:2] == first, "what was sent before keeps its tokens"
    assert [item.tokens for item in second[2:]] == [100, 300]
    assert sum(item.tokens for item in fit("s", (a,), 4950)) == 4950
