"""What-if: the same calls cost the same; other models and modes, by hand."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.test_profile import CALLS, pricer, total_of
from profiling import profile_of
from tokencost_pricing.errors import TokencostError, UnpricedError, UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.costs import saved_profile
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.saved_form import SavedHead
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.whatif.call_set import of_calls, of_profile
from tokencost_profiles.whatif.compare import whatif
from tokencost_profiles.whatif.replay import replay
from tokencost_profiles.whatif.scenario import Scenario, parse
from whatifs import DAY, LONG, NOW, call, models_of, tried

__all__ = ["pricer"]


@settings(max_examples=80, deadline=None)
@given(calls=st.lists(CALLS, max_size=16))
def test_the_same_calls_cost_what_the_profile_says(
    pricer: Pricer, table: PriceTable, cache: Path, calls: list[Call]
) -> None:
    profile = profile_of(calls, pricer)
    wanted = total_of(profile, charged=False)
    for call_set in (of_calls(calls), of_profile(profile)):
        outcome = replay(call_set, Scenario("same"), models_of(table, cache, call_set))
        assert (outcome.cost or 0) == (wanted.cost or 0)
        assert outcome.totals.lines == wanted.lines
        assert outcome.calls == len(calls)


@settings(max_examples=40, deadline=None)
@given(calls=st.lists(CALLS, min_size=1, max_size=8))
def test_the_same_model_by_name_changes_nothing(
    table: PriceTable, cache: Path, calls: list[Call]
) -> None:
    renamed = [
        Call(model="claude-sonnet-4-5", usage=one.usage, at=one.at, batch=one.batch)
        for one in calls
    ]
    same = tried(table, cache, renamed, "anthropic/claude-sonnet-4-5")
    assert same.cost == tried(table, cache, renamed, "no-retries").cost


def test_a_saved_profile_read_again_costs_the_same(table: PriceTable, cache: Path) -> None:
    calls = [call(at=DAY + n, usage={"input": 300_000 * n, "output": n}) for n in range(3)]
    profile = profile_of(calls, Pricer(table, NOW))
    content = saved_profile.save(profile, SavedHead("0.1.0", None, {}))
    call_set = of_profile(saved_profile.load(BytesIO(content), "saved").profile)
    base = replay(call_set, Scenario("same"), models_of(table, cache, call_set))
    batch = replay(call_set, parse("batch"), models_of(table, cache, call_set))
    logged = of_calls(calls)
    assert base.cost == replay(logged, Scenario("same"), models_of(table, cache, logged)).cost
    assert base.cost is not None
    assert batch.cost is not None
    assert batch.cost * 2 == base.cost


@pytest.mark.parametrize(
    ("terms", "wanted"),
    [
        # gpt-4o on 2026-10-01: 2.50 in, 10 out for a million; 1,000 in and 200 out.
        ("standard", "0.0045"),
        ("batch", "0.00225"),
        ("priority", "0.00765"),  # 4.25 and 17
        ("region=us", "0.0045"),  # no regional price there
        ("max-output=50", "0.003"),
        ("hit-rate=0.25", "0.003375"),
        ("hit-rate=1", None),
        ("route=openai/gpt-4o:0.5,model=gpt-4o:0.5", "0.0045"),
        ("cascade=gpt-4o>gpt-4o:0.2", "0.0054"),
    ],
)
def test_one_call_by_hand(table: PriceTable, cache: Path, terms: str, wanted: str | None) -> None:
    cost = tried(table, cache, [call()], terms).cost
    assert cost == (Decimal(wanted) if wanted else 0)


@pytest.mark.parametrize(
    ("model", "mode", "input_rate", "output_rate"),
    [
        # USD a million in their standard rows on 2026-10-01, times what the mode makes of them.
        ("gpt-5", "flex", "0.625", "5"),
        ("gpt-5", "priority", "2.5", "20"),
        ("gpt-5", "batch", "0.625", "5"),
        ("claude-opus-4-8", "fast", "10", "50"),
        ("claude-opus-4-8", "batch", "2.5", "12.5"),
        ("gemini-2.5-pro", "batch", "0.625", "5"),
        ("gemini-2.5-pro", "flex", "0.625", "5"),
        ("gpt-6.1-sol", "ultrafast", "12", "60"),
    ],
)
def test_modes_by_hand(
    table: PriceTable, cache: Path, model: str, mode: str, input_rate: str, output_rate: str
) -> None:
    cost = tried(table, cache, [call(model)], mode).cost
    assert cost == (1000 * Decimal(input_rate) + 200 * Decimal(output_rate)) / 1_000_000


def test_text_is_counted_again_with_the_other_tokenizer(table: PriceTable, cache: Path) -> None:
    counter = Counter(cache)
    parts = (Part("user", LONG, "messages[0].content"),)
    billed = counter.text(LONG, "o200k_base") + 7
    one = call(parts=parts, api="chat.completions", usage={"input": billed, "output": 100})
    outcome = tried(table, cache, [one], "claude-sonnet-4-5")
    assert outcome.totals.usage["input"] == counter.text(LONG, "claude-3") + 7
    assert not outcome.notes


def test_calls_that_have_no_text_are_scaled_and_noted(table: PriceTable, cache: Path) -> None:
    outcome = tried(table, cache, [call()], "claude-opus-5-5")
    assert outcome.totals.usage["input"] > 1200
    assert outcome.error > 0.1
    assert any("scaled by a usual text" in note for note in outcome.notes)


def test_the_cost_of_scaled_tokens_is_a_range(table: PriceTable, cache: Path) -> None:
    outcome = tried(table, cache, [call(), call("claude-opus-5-5")], "claude-opus-5-5")
    assert (outcome.estimated_calls, outcome.calls) == (1, 2)
    exact = tried(table, cache, [call("claude-opus-5-5")], "claude-opus-5-5")
    assert exact.cost_range is None
    assert outcome.cost is not None
    assert exact.cost is not None
    assert outcome.cost_range is not None
    error = (outcome.cost - exact.cost) * Decimal("0.12")
    assert outcome.cost_range == (outcome.cost - error, outcome.cost + error)
    scaled = sum(outcome.totals.usage.values()) - sum(exact.totals.usage.values())
    assert outcome.estimated_tokens == scaled


def test_calls_with_text_give_the_ratio_for_the_others(table: PriceTable, cache: Path) -> None:
    parts = (Part("user", LONG, "messages[0].content"),)
    counted = Counter(cache).text(LONG, "o200k_base") + 7
    known = call(parts=parts, usage={"input": counted, "output": 1})
    outcome = tried(
        table, cache, [known, call(usage={"input": counted, "output": 1})], "claude-haiku-4-5"
    )
    alone = tried(table, cache, [known], "claude-haiku-4-5")
    assert outcome.totals.usage["input"] == 2 * alone.totals.usage["input"]
    assert any("scaled by calls that have text" in note for note in outcome.notes)


def test_cached_tokens_stay_cached_where_the_other_model_has_a_cache(
    table: PriceTable, cache: Path
) -> None:
    usage = {"input": 100, "cache_read": 900, "cache_write_5m": 500, "output": 10}
    claude = call("claude-sonnet-4-5", usage=usage)
    same_family = tried(table, cache, [claude], "claude-haiku-4-5").totals.usage
    assert same_family == usage
    old = tried(table, cache, [claude], "gpt-4").totals.usage  # no cache at all
    assert set(old) == {"input", "output"}
    writes_free = tried(table, cache, [claude], "gpt-4o").totals.usage
    assert set(writes_free) == {"input", "cache_read", "output"}


def test_units_that_few_providers_have_are_the_nearest_of_the_target(
    table: PriceTable, cache: Path
) -> None:
    qwen = call("qwen3-coder-plus", usage={"input": 100, "cache_read_explicit": 900, "output": 10})
    read = tried(table, cache, [qwen], "claude-haiku-4-5").totals.usage
    assert set(read) == {"input", "cache_read", "output"}
    assert "cache_read_explicit" not in tried(table, cache, [qwen], "gpt-4").totals.usage
    searched = call("gpt-4o", usage={"input": 100, "web_search_preview": 2, "output": 10})
    assert tried(table, cache, [searched], "claude-haiku-4-5").totals.usage["web_search"] == 2
    assert tried(table, cache, [searched], "gpt-5").totals.usage["web_search_preview"] == 2


def test_reasoning_is_left_out_where_the_target_does_not_think(
    table: PriceTable, cache: Path
) -> None:
    thinking = call("o3", usage={"input": 10, "output": 100, "reasoning": 900})
    assert "reasoning" not in tried(table, cache, [thinking], "gpt-4o").totals.usage
    usage = tried(table, cache, [thinking], "gpt-4o+keep-reasoning").totals.usage
    assert usage["reasoning"] == 900


def test_what_does_not_fit_is_counted(table: PriceTable, cache: Path) -> None:
    outcome = tried(
        table, cache, [call("gpt-4.1", usage={"input": 500_000, "output": 1})], "gpt-4o"
    )
    assert outcome.over_window == 1
    long_answer = call("gpt-5", usage={"input": 5, "output": 20_000})
    assert tried(table, cache, [long_answer], "gpt-4").over_output == 1


def test_models_that_cannot_be_called_are_errors(table: PriceTable, cache: Path) -> None:
    with pytest.raises(TokencostError, match="no-such-model"):
        tried(table, cache, [call()], "no-such-model")
    retired = next(
        f"{model.provider}/{model.id}" for model in table.models() if model.status == "retired"
    )
    with pytest.raises(UnpricedError, match="can no longer be called"):
        tried(table, cache, [call()], retired)


def test_a_mode_that_no_model_has_is_refused(table: PriceTable, cache: Path) -> None:
    call_set = of_calls([call("gpt-4")])
    with pytest.raises(UsageError, match="none of these models is offered in mode 'flex'"):
        whatif(call_set, "flex", table=table, counter=Counter(cache), now=NOW)
