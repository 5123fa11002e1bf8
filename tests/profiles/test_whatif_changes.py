"""Routes, shorter prompts, hardware: each does what it says, and wrong ones are named."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiling import profile_of
from tokencost_pricing.errors import UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import ERROR
from tokencost_profiles.calls.content import Part
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.whatif.call_set import CallSet, Entry, of_profile
from tokencost_profiles.whatif.changes.compress import Compression
from tokencost_profiles.whatif.changes.mode import Mode
from tokencost_profiles.whatif.replay import replay
from tokencost_profiles.whatif.scenario import of, parse
from tokencost_profiles.whatif.token_ratios import scaled
from whatifs import DAY, NOW, call, models_of, tried


def test_routes_by_rule(table: PriceTable, cache: Path) -> None:
    small, large = call(usage={"input": 10, "output": 1}), call(usage={"input": 5000, "output": 1})
    outcome = tried(table, cache, [small, large], "route=gpt-4o-mini:input<1000,gpt-4o:else")
    # 10 at 0.15, 1 at 0.60; 5,000 at 2.50, 1 at 10, for a million
    assert outcome.cost == Decimal("0.0000021") + Decimal("0.01251")


def test_failed_and_repeated_calls_are_retries(table: PriceTable, cache: Path) -> None:
    parts = (Part("user", "What is the time?", "messages[0]"),)
    calls = [
        call(parts=parts, session="a"),
        call(parts=parts, session="a", at=DAY + 60),
        call(parts=parts, session="b"),
        call(status=ERROR),
    ]
    outcome = tried(table, cache, calls, "no-retries")
    assert outcome.totals.calls == 2
    assert outcome.notes["retries left out"] == 2


def tool(name: str) -> Part:
    return Part("tools", json.dumps({"name": name, "input_schema": {"type": "object"}}), "tools")


def history(turns: int) -> tuple[Part, ...]:
    parts = [Part("system", "Be brief.", "system")]
    for turn in range(turns):
        parts.append(Part("user", f"question {turn} " * 20, f"messages[{3 * turn}]"))
        parts.append(Part("tool_call", 'look{"at":1}', f"messages[{3 * turn + 1}]"))
        parts.append(Part("tool_result", f"result {turn} " * 200, f"messages[{3 * turn + 2}]"))
    return tuple(parts)


@pytest.mark.parametrize(
    ("terms", "left"),
    [
        ("keep-turns=1", 0.3),
        ("drop-results=1", 0.5),
        ("compress=tool_result:0.5", 0.6),
        ("keep-turns=9", 1.0),
    ],
)
def test_shorter_prompts(table: PriceTable, cache: Path, terms: str, left: float) -> None:
    one = call(parts=history(4), usage={"input": 4000, "cache_read": 6000, "output": 10})
    usage = tried(table, cache, [one], f"{terms}+cache=as-logged").totals.usage
    total = usage["input"] + usage["cache_read"]
    assert total <= 10_000 * left
    assert total > 10_000 * (left - 0.2)
    assert abs(usage["cache_read"] - 0.6 * total) <= 1


def test_only_tools_that_nobody_calls_are_pruned(table: PriceTable, cache: Path) -> None:
    parts = (tool("look"), tool("never"), Part("user", "Look there.", "messages[0]"))
    used = call(parts=parts, tools=("look",), usage={"input": 1000, "output": 5})
    usage = tried(table, cache, [used], "prune-tools").totals.usage
    assert 400 < usage["input"] < 900
    unused = tried(table, cache, [call(parts=parts[:1], tools=("look",))], "prune-tools")
    assert unused.totals.usage["input"] == 1000
    assert any("no call defines a tool" in note for note in unused.notes)


def test_hardware_and_its_break_even(table: PriceTable, cache: Path) -> None:
    spec = "self-hosted=gpus=2,usd=3.60,input=1000,output=100,utilisation=0.5"
    outcome = tried(table, cache, [call()], spec)
    # 1 s in + 2 s out, at 7.20 USD an hour, busy half of the time: 3 * 7.2 / 3600 / 0.5
    assert outcome.cost == Decimal("0.012")
    even = outcome.break_even
    assert even is not None
    assert even.month == Decimal("5184")
    assert even.calls_a_day == Decimal("5184") / 30 / Decimal("0.0045")
    assert even.capacity == 14_400


def test_a_saved_profile_cannot_be_reshaped(table: PriceTable, cache: Path) -> None:
    calls = of_profile(profile_of([call()], Pricer(table, NOW)))
    with pytest.raises(UsageError, match="needs the calls themselves"):
        replay(calls, parse("keep-turns=2"), models_of(table, cache, calls))


@given(
    usage=st.dictionaries(
        st.sampled_from(["input", "cache_read", "cache_write_5m"]), st.integers(0, 10**9)
    ),
    ratio=st.floats(0.01, 10),
)
def test_scaling_rounds_the_sum_once(usage: dict[str, int], ratio: float) -> None:
    result = scaled({**usage, "output": 7}, ratio, ("input", "cache_read", "cache_write_5m"))
    assert result["output"] == 7
    total = sum(usage.values())
    assert abs(sum(result[unit] for unit in usage) - total * ratio) <= max(0.5, total * 1e-12)
    assert all(
        abs(result[unit] - number * ratio) <= 1.001 + number * 1e-12
        for unit, number in usage.items()
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("gpt-4o+gpt-5", "model twice"),
        ("cache=10m", "no '10m'"),
        ("colour=red", "a scenario has no 'colour'"),
        ("max-output=-1", "not an integer"),
        ("hit-rate=2", "not between 0 and 1"),
        ("route=a:0.5,b:0.4", "come to 0.9"),
        ("route=a:0.5,b:tools", "shares or conditions"),
        ("route=a:input<5", "the last entry takes what is left"),
        ("route=a:blue,b:else", "'blue' is no condition"),
        ("cascade=a:0.5", "not as small>large:0.2"),
        ("gpt-4o+cascade=a>b:0.5", "model and cascade exclude each other"),
        ("self-hosted=gpus=4", "usd, input, output missing"),
        ("self-hosted=gpus=0,usd=1,input=1,output=1", "gpus must be more than 0"),
        ("compress=butler:0.5", "no 'butler'"),
        ("compress=user:0.5+compress=user:0.4", "says user twice"),
        ("compressor=1", "compressor without compress"),
        ("hit-rate=1e9999999", "not between 0 and 1"),
        ("hit-rate=0.5+lookup=1e9999999", "not an amount in USD"),
        ("self-hosted=gpus=1e9999999,usd=1,input=1,output=1", "gpus: '1e9999999' is not a number"),
        ("route=a:1e9999999,b:else", "is no condition"),
        ("max-output=" + "9" * 5000, "not an integer"),
        ("route=a:input<" + "9" * 5000 + ",b:else", "is no condition"),
        ("keep-turns=0", "1 at least"),
        ("drop-results=0", "1 at least"),
    ],
)
def test_wrong_scenarios_are_named(text: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        parse(text)


def test_terms_are_joined() -> None:
    text = "gpt-6-luna+batch+cache=5m+max-output=300+compress=system:50%+prune-tools"
    scenario = parse(text)
    assert scenario.name == text
    assert {change.key: value for change, value in scenario.changes} == {
        "model": "gpt-6-luna",
        "mode": Mode("batch"),
        "cache": "5m",
        "max_output": 300,
        "compress": Compression((("system", Decimal("0.5")),)),
        "prune_tools": True,
    }


def test_changes_are_applied_in_the_order_of_their_steps() -> None:
    scenario = parse("cache=5m+batch+max-output=300+gpt-6-luna+hit-rate=0.1+no-retries+prune-tools")
    assert [change.key for change, _ in scenario.in_steps] == [
        "no_retries",
        "prune_tools",
        "hit_rate",
        "model",
        "max_output",
        "mode",
        "cache",
    ]


def test_a_switch_that_is_off_changes_nothing() -> None:
    assert of({"prune_tools": False, "no-retries": "no"}, "same", "s.yaml").changes == ()


@pytest.mark.parametrize("value", [[], {}])
def test_an_empty_route_is_named(value: Any) -> None:
    with pytest.raises(UsageError, match="no entry"):
        of({"route": value}, "A", "s.yaml")


def test_a_route_by_length_looks_at_one_call(table: PriceTable, cache: Path) -> None:
    """A day of alike calls stands as a sum: the length of one decides, not of all."""
    usage = {"input": 1000 * 500, "output": 200 * 500}
    entries = (Entry(call(usage=usage), 1000, 500),)
    calls = CallSet(entries, True, days=1.0)
    for terms in ("input<2000", "output<=200", "input>999"):
        scenario = parse(f"route=gpt-4o-mini:{terms},gpt-4o:else")
        outcome = replay(calls, scenario, models_of(table, cache, calls))
        # 0.15 in, 0.60 out for a million: 500 times 0.00027
        assert outcome.cost == Decimal("0.135")


@pytest.mark.parametrize("terms", ["max-output=50", "route=gpt-4o-mini:input<5,gpt-4o:else"])
def test_sums_do_not_tell_how_long_a_call_is(table: PriceTable, cache: Path, terms: str) -> None:
    calls = of_profile(profile_of([call()], Pricer(table, NOW)))
    with pytest.raises(UsageError, match="needs the calls themselves"):
        replay(calls, parse(terms), models_of(table, cache, calls))


def test_shares_of_a_call_are_one_call(table: PriceTable, cache: Path) -> None:
    calls = [call(), call(usage=None)]
    base = tried(table, cache, calls, "no-retries")
    for terms in ("route=gpt-4o:0.5,openai/gpt-4o:0.5", "cascade=gpt-4o>gpt-4o:1"):
        outcome = tried(table, cache, calls, terms)
        assert outcome.totals.unpriced_calls == 1
        assert outcome.delta(base) is not None


@pytest.mark.parametrize(
    ("terms", "calls"),
    [
        ("hit-rate=0.25", "1.5"),
        ("cascade=gpt-4o>gpt-4o:0.5", "3"),
        ("hit-rate=0.25+self-hosted=gpus=1,usd=1,input=1000,output=100", "1.5"),
        ("route=gpt-4o:0.5,openai/gpt-4o:0.5", "2"),
    ],
)
def test_calls_are_those_that_are_sent(
    table: PriceTable, cache: Path, terms: str, calls: str
) -> None:
    assert tried(table, cache, [call(), call()], terms).totals.calls == Decimal(calls)


def test_a_note_counts_a_call_once(table: PriceTable, cache: Path) -> None:
    outcome = tried(table, cache, [call()], "cascade=claude-haiku-4-5>claude-haiku-4-5:1")
    assert set(outcome.notes.values()) == {1}


def test_unpriced_tokens_are_tokens(table: PriceTable, cache: Path) -> None:
    outcome = tried(table, cache, [call(model="unknown-model"), call()], "standard")
    assert outcome.totals.usage == {"input": 2000, "output": 400}
    hosted = tried(table, cache, [call()], f"hit-rate=0.5+{_HARDWARE}")
    assert hosted.totals.usage == {"input": 500, "output": 100}


_HARDWARE = "self-hosted=gpus=1,usd=1,input=1000,output=100"


def test_hardware_gets_through_more_where_answers_are_cached(
    table: PriceTable, cache: Path
) -> None:
    all_calls = tried(table, cache, [call()], _HARDWARE).break_even
    half = tried(table, cache, [call()], f"hit-rate=0.5+{_HARDWARE}").break_even
    assert all_calls is not None
    assert half is not None
    assert all_calls.capacity == 86_400 / 3  # a second to read, two to write
    assert half.capacity == 86_400 * 2 / 3
    # 720 USD a month over 30 days at 0.0045 a call
    assert round(all_calls.calls_a_day or 0) == 5333


def test_no_break_even_against_unpriced_calls(table: PriceTable, cache: Path) -> None:
    outcome = tried(table, cache, [call(), call(model="unknown-model")], _HARDWARE)
    assert outcome.break_even is not None
    assert outcome.break_even.calls_a_day is None
