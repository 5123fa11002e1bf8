"""Costs worked out by hand, to the last decimal."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tokencost_pricing.cost import Cost, cost_of
from tokencost_pricing.offer import Conditions
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_pricing.usage import Usage

OPUS = {"input": 2000, "output": 1500, "cache_read": 100_000, "cache_write_5m": 8000}
OPUS_1H = {"input": 2000, "output": 1500, "cache_read": 100_000, "cache_write_1h": 8000}
GEMINI = {"input": 50_000, "cache_read": 100_000, "output": 1000}
DEEPSEEK = {"input": 30_000, "cache_read": 90_000, "output": 4000}
US: Conditions = (("inference_geo", "us"),)


def price(
    table: PriceTable,
    model: str,
    usage: dict[str, int],
    day: str = "2026-11-22",
    *modes: str,
    conditions: Conditions = (),
    timed: bool = True,
) -> Cost:
    at = datetime.fromisoformat(day)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return cost_of(table.find(model), Usage(usage), Terms(at, timed, modes, conditions))


@pytest.mark.parametrize(
    ("modes", "conditions", "usage", "expected"),
    [
        ((), (), OPUS, "0.1475"),
        ((), US, OPUS, "0.16225"),
        (("batch",), US, OPUS, "0.081125"),
        (("fast",), US, OPUS, "0.3245"),
        ((), (), OPUS_1H, "0.1775"),
    ],
)
def test_claude_opus_4_8(
    table: PriceTable,
    modes: tuple[str, ...],
    conditions: Conditions,
    usage: dict[str, int],
    expected: str,
) -> None:
    cost = price(table, "claude-opus-4-8", usage, "2026-11-22", *modes, conditions=conditions)
    assert cost.total == Decimal(expected)


@pytest.mark.parametrize(("prompt", "expected"), [(200_000, "0.26"), (200_001, "0.5150025")])
def test_a_tier_re_prices_all_of_the_request(table: PriceTable, prompt: int, expected: str) -> None:
    cost = price(table, "gemini-2.5-pro", {"input": prompt, "output": 1000})
    assert cost.total == Decimal(expected)


def test_cached_tokens_count_towards_the_tier(table: PriceTable) -> None:
    below = price(table, "gemini-2.5-pro", {"input": 100_000, "cache_read": 100_000})
    above = price(table, "gemini-2.5-pro", {"input": 100_000, "cache_read": 100_001})
    assert (below.evidence.tier_from, above.evidence.tier_from) == (None, 200_001)


@pytest.mark.parametrize(("day", "expected"), [("2025-07-01", "0.10375"), ("2026-11-22", "0.085")])
def test_the_price_is_that_of_the_day(table: PriceTable, day: str, expected: str) -> None:
    assert price(table, "gemini-2.5-pro", GEMINI, day).total == Decimal(expected)


def test_cache_storage_is_paid_by_the_hour(table: PriceTable) -> None:
    cost = price(table, "gemini-2.5-pro", {**GEMINI, "cache_storage_hour": 3 * 100_000})
    assert cost.total == Decimal("1.435")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-05-01", "0.07917"),
        ("2026-07-01", "0.01685625"),
        ("2026-11-17T02:00:00Z", "0.0594"),  # Tuesday, peak
        ("2026-11-17T04:00:00Z", "0.0297"),  # the window ends
        ("2026-11-17T03:59:59Z", "0.0594"),
        ("2026-11-21T02:00:00Z", "0.0297"),  # Saturday
        ("2026-10-01T02:00:00Z", "0.0297"),  # Thursday, a holiday in China
    ],
)
def test_deepseek_by_the_hour(table: PriceTable, moment: str, expected: str) -> None:
    assert price(table, "deepseek-v4-pro", DEEPSEEK, moment).total == Decimal(expected)


def test_an_unknown_hour_gives_a_range(table: PriceTable) -> None:
    cost = price(table, "deepseek-v4-pro", DEEPSEEK, timed=False)
    assert (cost.total, cost.high) == (Decimal("0.0297"), Decimal("0.0594"))
    assert any("depends on the hour" in text for text in cost.warnings)


def test_the_off_peak_window_of_2025_crosses_midnight(table: PriceTable) -> None:
    usage = {"input": 1_000_000}
    night = price(table, "deepseek-chat", usage, "2025-03-01T00:15:00Z")
    day = price(table, "deepseek-chat", usage, "2025-03-01T00:30:00Z")
    assert (night.total, day.total) == (Decimal("0.135"), Decimal("0.27"))


def test_a_holiday_calendar_that_has_ended_is_reported(table: PriceTable) -> None:
    cost = price(table, "deepseek-v4-pro", DEEPSEEK, "2027-03-01T02:00:00Z")
    assert any("does not cover 2027-03-01" in text for text in cost.warnings)


def test_xai_counts_its_threshold_in(table: PriceTable) -> None:
    below = price(table, "grok-4.7", {"input": 199_999})
    at = price(table, "grok-4.7", {"input": 200_000})
    assert below.evidence.tier_from is None
    assert at.evidence.tier_from == 200_000


@pytest.mark.parametrize(
    ("day", "expected"), [("2024-05-20", "0.065"), ("2024-10-02", "0.035"), ("2026-11-22", "0.035")]
)
def test_gpt_4o_changed_its_price_in_october_2024(
    table: PriceTable, day: str, expected: str
) -> None:
    cost = price(table, "gpt-4o", {"input": 10_000, "output": 1000}, day)
    assert cost.total == Decimal(expected)


def test_an_announced_price_waits_for_its_day(table: PriceTable) -> None:
    usage = {"input": 1_000_000}
    assert price(table, "gemini-3.8-flash", usage, "2026-12-31").total == Decimal("0.75")
    assert price(table, "gemini-3.8-flash", usage, "2027-01-01").total == Decimal("1.5")


def test_a_retired_slug_is_billed_as_its_successor_from_that_moment(table: PriceTable) -> None:
    usage = {"input": 100_000}
    assert price(table, "grok-3", usage, "2026-05-15T18:59:59Z").total == Decimal("0.3")
    assert price(table, "grok-3", usage, "2026-05-15T19:00:00Z").total == Decimal("0.125")


def test_fees_are_added_and_free_quotas_are_stated(table: PriceTable) -> None:
    cost = price(table, "claude-opus-4-8", {"input": 0, "web_search": 3})
    assert cost.total == Decimal("0.03")
    grounded = price(table, "gemini-3.8-flash", {"input": 0, "web_search": 3})
    assert grounded.total == Decimal("0.042")
    assert any("free" in text for text in grounded.warnings)


def test_a_fee_by_search_context(table: PriceTable) -> None:
    usage = {"requests": 1000}
    for context, fee in (("low", "5"), ("medium", "8"), ("high", "12")):
        cost = price(table, "sonar", usage, conditions=(("search_context", context),))
        assert (cost.total, cost.warnings) == (Decimal(fee), ())
    unknown = price(table, "sonar", usage)
    assert unknown.total == Decimal("5")
    assert any("search context is not known" in text for text in unknown.warnings)


def test_a_fee_has_dates(table: PriceTable) -> None:
    sources = {"input": 0, "search_sources": 10}
    live = price(table, "grok-4", sources, "2025-09-01")
    assert live.total == Decimal("0.25")
    ended = price(table, "grok-4", sources, "2026-01-12")
    assert ended.total == Decimal("0")
    assert any("left out" in text and "2026-01-12" in text for text in ended.warnings)
    high = (("search_context", "high"),)
    preview = {"input": 0, "web_search_preview": 1}
    for day, fee in (("2025-06-25", "0.05"), ("2025-06-26", "0.025")):
        cost = price(table, "gpt-4.1", preview, day, conditions=high)
        assert cost.total == Decimal(fee)
    assert price(table, "gpt-5.4", preview, "2026-09-01").total == Decimal("0.01")


@pytest.mark.parametrize(
    ("model", "searches", "fee"),
    [
        ("gemini-2.5-flash", 3, "0.035"),
        ("gemini-2.0-flash", 1, "0.035"),
        ("gemini-3.5-flash", 3, "0.042"),
        ("vertex/gemini-2.5-pro", 7, "0.035"),
    ],
)
def test_a_grounded_prompt_is_one_fee_and_later_a_query_is(
    table: PriceTable, model: str, searches: int, fee: str
) -> None:
    cost = price(table, model, {"input": 0, "web_search": searches}, "2026-10-01")
    assert cost.total == Decimal(fee)


def test_a_search_model_pays_a_search_with_every_request(table: PriceTable) -> None:
    cost = price(table, "gpt-4o-search-preview", {"input": 1000, "output": 100}, "2026-03-01")
    assert cost.total == Decimal("0.0035") + Decimal("0.025")
    assert price(table, "gpt-4o", {"input": 1000, "output": 100}).total == Decimal("0.0035")


def test_marked_caches_of_qwen_have_prices(table: PriceTable) -> None:
    usage = {"input": 1000, "cache_write_5m": 2000, "cache_read_explicit": 4000, "cache_read": 8000}
    cost = price(table, "qwen3-coder-plus", usage)
    assert cost.total == Decimal("0.001") + Decimal("0.0025") + Decimal("0.0004") + Decimal(
        "0.0016"
    )


def test_audio_by_the_second(table: PriceTable) -> None:
    cost = price(table, "voxtral-small-2507", {"input": 0, "input_audio_seconds": 3600})
    assert cost.total == Decimal("0.24")


def test_reasoning_has_a_separate_price_where_the_table_says_so(table: PriceTable) -> None:
    separate = price(table, "sonar-deep-research", {"reasoning": 1_000_000})
    same = price(table, "gpt-6.1-sol", {"reasoning": 1_000_000})
    assert (separate.total, same.total) == (Decimal("3"), Decimal("10"))


def test_a_missing_cache_price_is_the_input_price_with_a_warning(table: PriceTable) -> None:
    cost = price(table, "gpt-4", {"cache_read": 1_000_000})
    assert cost.total == Decimal("30")
    assert any("input rate" in text for text in cost.warnings)


def test_openai_priority_above_its_limit_is_billed_as_standard(table: PriceTable) -> None:
    standard = price(table, "gpt-5.5", {"input": 272_001})
    asked = price(table, "gpt-5.5", {"input": 272_001}, "2026-11-22", "priority")
    assert asked.total == standard.total
    assert asked.evidence.modes == ()
    below = price(table, "gpt-5.5", {"input": 272_000}, "2026-11-22", "priority")
    assert below.total == Decimal("3.4")  # 272,000 x 5 x 2.5


def test_a_mode_that_has_ended_is_unpriced(table: PriceTable) -> None:
    before = price(table, "claude-opus-4-7", {"input": 1_000_000}, "2026-08-05", "fast")
    after = price(table, "claude-opus-4-7", {"input": 1_000_000}, "2026-08-06", "fast")
    assert before.total == Decimal("30")
    assert after.total is None
    assert after.unpriced is not None
    assert "ended on 2026-08-06" in after.unpriced


@pytest.mark.parametrize(
    ("model", "day", "modes", "reason"),
    [
        ("claude-opus-4-8", "2026-11-22", ("fast", "batch"), "together with batch"),
        ("claude-opus-4-8", "2026-11-22", ("flex",), "modes it has: batch, fast"),
        ("claude-opus-4-8", "2026-05-27", (), "first known is from 2026-05-28"),
        ("gemini-2.5-pro", "2026-11-22", ("ultrafast",), "no ultrafast price"),
    ],
)
def test_what_has_no_price_is_unpriced_with_the_reason(
    table: PriceTable, model: str, day: str, modes: tuple[str, ...], reason: str
) -> None:
    cost = price(table, model, {"input": 10}, day, *modes)
    assert cost.total is None
    assert cost.unpriced is not None
    assert reason in cost.unpriced


def test_an_embedding_model_has_no_output_rate(table: PriceTable) -> None:
    assert price(table, "text-embedding-3-small", {"input": 10, "output": 0}).total is not None
    cost = price(table, "text-embedding-3-small", {"input": 10, "output": 5})
    assert cost.total is None
    assert "output rate" in str(cost.unpriced)


def test_the_lines_add_up_to_the_total(table: PriceTable) -> None:
    cost = price(table, "claude-opus-4-8", {**OPUS, "web_search": 2})
    assert sum(line.amount for line in cost.lines) == cost.total


def test_fast_at_openai_is_priority(table: PriceTable) -> None:
    fast = price(table, "gpt-6.1-sol", {"input": 1_000_000}, "2026-11-22", "fast")
    priority = price(table, "gpt-6.1-sol", {"input": 1_000_000}, "2026-11-22", "priority")
    assert fast.total == priority.total == Decimal("8")


PLAIN = {"input": 1_000_000, "output": 1_000_000}


@pytest.mark.parametrize(
    ("model", "modes", "expected"),
    [
        ("groq/llama-3.3-70b-versatile", ("flex",), "1.38"),  # what it costs on demand
        ("groq/llama-3.3-70b-versatile", ("batch",), "0.69"),
        ("bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0", ("batch",), "9"),
        ("bedrock/us.anthropic.claude-opus-4-8", ("batch",), "16.5"),
        ("bedrock/global.anthropic.claude-sonnet-5-5[1m]", ("batch",), "6"),
        ("bedrock/amazon.nova-pro-v1:0", ("flex",), "2"),
    ],
)
def test_modes_of_hosts(
    table: PriceTable, model: str, modes: tuple[str, ...], expected: str
) -> None:
    assert price(table, model, PLAIN, "2026-11-22", *modes).total == Decimal(expected)
