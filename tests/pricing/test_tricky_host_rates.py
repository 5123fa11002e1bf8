"""Prices of makers and hosts that are easily computed wrongly, with the arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tokencost_pricing.cost import cost_of
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_pricing.usage import Usage


def total(
    table: PriceTable, name: str, provider: str, at: str, usage: dict[str, int], *modes: str
) -> Decimal | None:
    moment = datetime.fromisoformat(at)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return cost_of(table.find(name, provider), Usage(usage), Terms(moment, True, modes)).total


@pytest.mark.parametrize(
    ("prompt", "modes", "expected"),
    [
        # 199,999 at 2 and 1,000 out at 6 a million: 0.399998 + 0.006
        (199_999, (), "0.405998"),
        # the threshold is inclusive: 200,000 at 4 and 1,000 at 12: 0.8 + 0.012
        (200_000, (), "0.812"),
        # a batch costs 0.8: 0.812 * 0.8
        (200_000, ("batch",), "0.6496"),
    ],
)
def test_xai_bands_include_their_threshold(
    table: PriceTable, prompt: int, modes: tuple[str, ...], expected: str
) -> None:
    usage = {"input": prompt, "output": 1000}
    assert total(table, "grok-4.7", "xai", "2026-11-27", usage, *modes) == Decimal(expected)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        # 32,000 at 1, 1,000 out at 5; then 32,001 at 1.8, 1,000 at 9
        (32_000, "0.037"),
        (32_001, "0.0666018"),
    ],
)
def test_qwen3_coder_plus_bands(table: PriceTable, prompt: int, expected: str) -> None:
    usage = {"input": prompt, "output": 1000}
    assert total(table, "qwen3-coder-plus", "alibaba", "2026-11-27", usage) == Decimal(expected)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # 1,000,000 fresh at 0.66, 1,000,000 hits at 0.022, 100,000 out at 1.98, twice at peak
        ("2026-11-17T02:00:00+00:00", "1.76"),
        ("2026-11-17T04:00:00+00:00", "0.88"),
        ("2026-11-21T02:00:00+00:00", "0.88"),
    ],
)
def test_deepseek_doubles_at_peak(table: PriceTable, at: str, expected: str) -> None:
    usage = {"input": 1_000_000, "cache_read": 1_000_000, "output": 100_000}
    assert total(table, "deepseek-v4-pro", "deepseek", at, usage) == Decimal(expected)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # 1,000,000 fresh, 1,000,000 cached, 100,000 out in a batch, half of the row of the day:
        # (0.68 + 0.07 + 0.209) / 2, (1.36 + 0.14 + 0.418) / 2, (0.7 + 0.07 + 0.21) / 2
        ("2026-10-10", "0.4795"),
        ("2026-10-22", "0.959"),
        ("2026-11-27", "0.49"),
    ],
)
def test_mistral_large_4_in_batch(table: PriceTable, at: str, expected: str) -> None:
    usage = {"input": 1_000_000, "cache_read": 1_000_000, "output": 100_000}
    assert total(table, "mistral-large-4", "mistral", at, usage, "batch") == Decimal(expected)


def test_groq_in_batch(table: PriceTable) -> None:
    # 1,000,000 at 0.59 / 2 and 1,000,000 out at 0.79 / 2
    usage = {"input": 1_000_000, "output": 1_000_000}
    charged = total(table, "llama-3.3-70b-versatile", "groq", "2026-11-27", usage, "batch")
    assert charged == Decimal("0.69")


def test_whisper_at_groq(table: PriceTable) -> None:
    # half an hour of audio at 0.111 an hour
    usage = {"input_audio_seconds": 1800}
    assert total(table, "whisper-large-v3", "groq", "2026-11-27", usage) == Decimal("0.0555")


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        # 600,000 at 0.6 and 100,000 out at 2.4; 512,000 at 0.3 and 100,000 at 1.2
        (600_000, "0.6"),
        (512_000, "0.2736"),
    ],
)
def test_minimax_m3_bands(table: PriceTable, prompt: int, expected: str) -> None:
    usage = {"input": prompt, "output": 100_000}
    assert total(table, "MiniMax-M3", "minimax", "2026-11-27", usage) == Decimal(expected)
