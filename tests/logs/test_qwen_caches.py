"""Explicit caches of Qwen: writes and reads at their prices."""

from __future__ import annotations

from decimal import Decimal

from logs.answers import (
    chat,
    cost_of,
    lines,
    response,
)
from logs.reading import totals
from tokencost_pricing.table import PriceTable


def test_marked_caches_of_qwen_are_written_and_read_at_their_prices(table: PriceTable) -> None:
    wrote = {
        "text_tokens": 10_000,
        "cached_tokens": 0,
        "cache_type": "ephemeral",
        "cache_creation_input_tokens": 8000,
        "cache_creation": {"ephemeral_5m_input_tokens": 8000},
    }
    usage = {"prompt_tokens": 10_000, "total_tokens": 10_100, "prompt_tokens_details": wrote}
    calls = lines(chat("qwen3-max", usage))
    assert totals(calls) == {"input": 2000, "cache_write_5m": 8000, "output": 100}
    assert cost_of(table, calls) == Decimal("0.0024") + Decimal("0.012") + Decimal("0.0006")
    read = {"cached_tokens": 8000, "cache_type": "ephemeral", "cache_creation_input_tokens": 0}
    marked = lines(chat("qwen3-max", {**usage, "prompt_tokens_details": read}))
    assert cost_of(table, marked) == Decimal("0.0024") + Decimal("0.00096") + Decimal("0.0006")
    reads = lines(chat("qwen3-max", {**usage, "prompt_tokens_details": {"cached_tokens": 8000}}))
    assert cost_of(table, reads) == Decimal("0.0024") + Decimal("0.00192") + Decimal("0.0006")


def test_the_responses_api_of_qwen_has_its_cache_one_level_down() -> None:
    inside = {
        "cache_creation": {"ephemeral_5m_input_tokens": 200},
        "cached_tokens": 700,
        "cache_creation_input_tokens": 200,
        "cache_type": "ephemeral",
    }
    answer = response("qwen3-max")
    answer["usage"]["x_details"] = [{"input_tokens": 1000, "prompt_tokens_details": inside}]
    assert totals(lines(answer)) == {
        "input": 100,
        "cache_read_explicit": 700,
        "cache_write_5m": 200,
        "output": 100,
    }
