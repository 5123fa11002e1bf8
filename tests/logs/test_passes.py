"""Passes of one response: each at its price, refused ones with no output for free."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from logs.answers import (
    a_pass,
    cost_of,
    lines,
    message,
)
from logs.reading import totals
from tokencost_pricing.table import PriceTable
from tokencost_profiles.providers.answers.passes import SHORT


def test_a_refused_pass_that_put_out_nothing_is_free(table: PriceTable) -> None:
    entries = [
        a_pass("message", 1000, 0, "claude-opus-5-5"),
        a_pass("fallback_message", 1000, 0, "claude-opus-5"),
        a_pass("fallback_message", 1000, 100, "claude-opus-4-8"),
    ]
    usage = {"input_tokens": 1000, "output_tokens": 100, "iterations": entries}
    calls = lines({"timestamp": "2026-10-01T00:00:00Z", "response": message(usage)})
    assert [(c.model, c.usage) for c in calls] == [
        ("claude-opus-4-8", {"input": 1000, "output": 100})
    ]
    assert cost_of(table, calls) == Decimal("0.0075")
    entries[0]["output_tokens"] = 10  # refused while it answered: billed
    assert len(lines(message(usage))) == 2


@pytest.mark.parametrize("entries", [[], [a_pass("message", 1000, 0)]])
def test_a_refused_message_without_output_is_free(
    table: PriceTable, entries: list[dict[str, Any]]
) -> None:
    usage = {"input_tokens": 1000, "output_tokens": 0, "iterations": entries}
    refused = message(usage, stop_reason="refusal")
    row = {
        "sessionId": "s1",
        "uuid": "u1",
        "type": "assistant",
        "requestId": "req_1",
        "timestamp": "2026-10-01T00:00:00Z",
        "message": refused,
    }
    started = {
        **row,
        "message": message({"input_tokens": 1000, "output_tokens": 3}, stop_reason=None),
    }
    for calls in (lines(refused), lines(row), lines(started, row)):
        assert (len(calls), cost_of(table, calls)) == (1, Decimal(0))
        assert any("not billed" in note for note in calls[0].warnings)
    assert cost_of(table, lines({**refused, "stop_reason": "end_turn"})) == Decimal("0.005")


def test_a_compaction_alone_is_all_that_is_billed(table: PriceTable) -> None:
    compaction = a_pass("compaction", 180_000, 3500)
    usage = {"input_tokens": 0, "output_tokens": 0, "iterations": [compaction]}
    bare = message(usage, "claude-sonnet-4-6")
    row = {
        "sessionId": "s1",
        "uuid": "u1",
        "type": "assistant",
        "requestId": "req_1",
        "cwd": "/p",
        "timestamp": "2026-10-01T00:00:00Z",
        "message": bare,
    }
    for calls in (lines(bare), lines(row)):
        assert [c.usage for c in calls] == [{"input": 180_000, "output": 3500}]
        assert cost_of(table, calls) == Decimal("0.5925")
    assert (lines(row)[0].session, lines(row)[0].project) == ("s1", "/p")


def test_each_pass_has_the_tier_of_its_context(table: PriceTable) -> None:
    entries = [a_pass("message", 60_000, 10), a_pass("message", 70_000, 20)]
    usage = {
        "input_tokens": 130_000,
        "output_tokens": 30,
        "iterations": entries,
        "server_tool_use": {"web_search_requests": 2},
        "output_tokens_details": {"thinking_tokens": 15},
    }
    calls = lines(message(usage, "claude-haiku-5-5"))
    assert [c.prompt_tokens for c in calls] == [60_000, 70_000]
    assert totals(calls) == {"input": 130_000, "output": 15, "reasoning": 15, "web_search": 2}
    one = lines(message({"input_tokens": 130_000, "output_tokens": 30}, "claude-haiku-5-5"))
    short = lines(message({"input_tokens": 60_000, "output_tokens": 30}, "claude-haiku-5-5"))
    dear, cheap, both = (cost_of(table, c) or Decimal(0) for c in (one, short, calls))
    assert both - Decimal("0.02") < dear / 2 < dear
    assert cheap < both - Decimal("0.02")


def test_no_context_tier_of_claude_is_so_short_that_passes_must_be_apart(table: PriceTable) -> None:
    bands = [
        tier.from_prompt_tokens
        for model in table.models()
        if "claude" in model.id
        for row in model.prices
        for tier in row.tiers
    ]
    assert bands
    assert min(bands) > SHORT


def test_a_message_that_one_log_splits_is_not_counted_again_from_another() -> None:
    entries = [a_pass("message", 60_000, 10), a_pass("message", 70_000, 20)]
    usage = {"input_tokens": 130_000, "output_tokens": 30}
    calls = lines(
        message({**usage, "iterations": entries}), {**message(usage), "stop_reason": None}
    )
    assert totals(calls) == {"input": 130_000, "output": 30}
