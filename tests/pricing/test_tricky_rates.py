"""Prices of OpenAI, Anthropic, Google and the clouds that are easily computed wrongly, by hand.

Each case has its arithmetic in a comment; rates are USD per million tokens.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tokencost_pricing.cost import Cost, cost_of
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_pricing.usage import Usage

TODAY = "2026-11-27"
EU = (("region", "eu"),)


def cost(
    table: PriceTable,
    name: str,
    usage: dict[str, int],
    day: str = TODAY,
    modes: tuple[str, ...] = (),
    conditions: tuple[tuple[str, str], ...] = (),
    provider: str | None = None,
) -> Cost:
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return cost_of(table.find(name, provider), Usage(usage), Terms(at, True, modes, conditions))


@pytest.mark.parametrize(
    ("name", "usage", "modes", "conditions", "expected"),
    [
        # Batch halves cached input too: (10,000 x 2 + 90,000 x 0.1 + 1,000 x 10) / 2 = 19,500.
        ("gpt-6.1-sol", (10_000, 90_000, 1000), ("batch",), (), "0.0195"),
        # Flex is half: (10,000 x 2.5 + 1,000 x 15) / 2 = 20,000.
        ("gpt-5.4", (10_000, 0, 1000), ("flex",), (), "0.02"),
        # Priority of gpt-4o is 1.7: (10,000 x 2.5 + 1,000 x 10) x 1.7 = 59,500.
        ("gpt-4o", (10_000, 0, 1000), ("priority",), (), "0.0595"),
        # Of gpt-6-sol it is 2: (10,000 x 2 + 1,000 x 10) x 2 = 60,000.
        ("gpt-6-sol", (10_000, 0, 1000), ("priority",), (), "0.06"),
        # 300,000 are in the upper band, in priority: (300,000 x 8 + 1,000 x 30) x 2 = 4,860,000.
        ("gpt-5.6-sol", (300_000, 0, 1000), ("priority",), (), "4.86"),
        # And in batch: (300,000 x 8 + 1,000 x 30) / 2 = 1,215,000.
        ("gpt-5.6-sol", (300_000, 0, 1000), ("batch",), (), "1.215"),
        # Priority of gpt-5.5 ends at 272,000: billed as standard, 300,000 x 10 + 1,000 x 45.
        ("gpt-5.5", (300_000, 0, 1000), ("priority",), (), "3.045"),
        # 272,000 are below: 272,000 x 5 + 1,000 x 30 = 1,390,000.
        ("gpt-5.5", (272_000, 0, 1000), (), (), "1.39"),
        # One more re-prices all of it, and a cached one counts: 1 x 10 + 272,000 x 1 + 1,000 x 45.
        ("gpt-5.5", (1, 272_000, 1000), (), (), "0.31701"),
        # Data residency in the EU: (10,000 x 2.5 + 1,000 x 15) x 1.1 = 44,000.
        ("gpt-5.4", (10_000, 0, 1000), (), EU, "0.044"),
        # The 1M beta of Sonnet 4.5 has ended: 250,000 x 0.3 + 1,000 x 15 = 90,000.
        ("claude-sonnet-4-5", (0, 250_000, 1000), (), (), "0.09"),
        # Sonnet 5 stayed at 2/10: the rise to 3/15 was withdrawn. 10,000 x 2 + 1,000 x 10.
        ("claude-sonnet-5", (10_000, 0, 1000), (), (), "0.03"),
        # 3.x halves the cache in batch: (10,000 x 0.75 + 90,000 x 0.075 + 1,000 x 3.75) / 2.
        ("gemini-3.8-flash", (10_000, 90_000, 1000), ("batch",), (), "0.009"),
        # 2.5 does not: 10,000 x 0.625 + 90,000 x 0.125 + 1,000 x 5 = 22,500.
        ("gemini-2.5-pro", (10_000, 90_000, 1000), ("batch",), (), "0.0225"),
        # Vertex the same: (10,000 x 1.5 + 90,000 x 0.15 + 1,000 x 9) / 2 = 18,750.
        ("vertex_ai/gemini-3.5-flash", (10_000, 90_000, 1000), ("batch",), (), "0.01875"),
        # Vertex's own price of 2.0 Flash: 10,000 x 0.15 + 1,000 x 0.6 = 2,100.
        ("vertex_ai/gemini-2.0-flash", (10_000, 0, 1000), (), (), "0.0021"),
        # Azure's snapshot of May 2024: 10,000 x 5 + 1,000 x 15 = 65,000; in a zone 1.1 times that.
        ("azure/gpt-4o-2024-05-13", (10_000, 0, 1000), (), (), "0.065"),
        ("azure/eu/gpt-4o-2024-05-13", (10_000, 0, 1000), (), (), "0.0715"),
        # Azure's batch halves cached input: (10,000 x 1.25 + 90,000 x 0.125 + 1,000 x 10) / 2.
        ("azure/gpt-5.1", (10_000, 90_000, 1000), ("batch",), (), "0.016875"),
        # Azure's gpt-6-sol has priority and flex: (10,000 x 2 + 1,000 x 10) x 2, and / 2.
        ("azure/gpt-6-sol", (10_000, 0, 1000), ("priority",), (), "0.06"),
        ("azure/gpt-6-sol", (10_000, 0, 1000), ("flex",), (), "0.015"),
        # The EU zone of gpt-6 is 1.1, as that of the US: (10,000 x 2 + 1,000 x 10) x 1.1.
        ("azure/eu/gpt-6-sol", (10_000, 0, 1000), (), (), "0.033"),
        # Bedrock's us. profile: (10,000 x 3 + 1,000 x 15) x 1.1 = 49,500.
        ("us.anthropic.claude-sonnet-4-6", (10_000, 0, 1000), (), (), "0.0495"),
        # OpenAI in the region, and its us. profile: (10,000 x 2 + 1,000 x 10) x 1.1 = 33,000.
        ("openai.gpt-6-sol", (10_000, 0, 1000), (), (), "0.033"),
        ("us.openai.gpt-6-sol", (10_000, 0, 1000), (), (), "0.033"),
        # GovCloud is 1.2 over the list: (10,000 x 5 + 1,000 x 25) x 1.2 = 90,000.
        ("us-gov.anthropic.claude-opus-4-8", (10_000, 0, 1000), (), (), "0.09"),
        # Nova Lite in Europe: 10,000 x 0.078 + 90,000 x 0.0195 + 1,000 x 0.312 = 2,847.
        ("eu.amazon.nova-lite-v1:0", (10_000, 90_000, 1000), (), (), "0.002847"),
        # A fine-tuned model in batch: (10,000 x 0.3 + 1,000 x 1.2) / 2 = 2,100.
        ("ft:gpt-4o-mini-2024-07-18:a::b", (10_000, 0, 1000), ("batch",), (), "0.0021"),
    ],
)
def test_today(
    table: PriceTable,
    name: str,
    usage: tuple[int, int, int],
    modes: tuple[str, ...],
    conditions: tuple[tuple[str, str], ...],
    expected: str,
) -> None:
    counts = dict(zip(("input", "cache_read", "output"), usage, strict=True))
    counts = {unit: count for unit, count in counts.items() if count}
    assert cost(table, name, counts, TODAY, modes, conditions).total == Decimal(expected)


@pytest.mark.parametrize(
    ("name", "day", "usage", "expected"),
    [
        # Sonnet 4 and 4.5 in the 1M beta, above 200,000: 250,000 x 6 + 1,000 x 22.5 = 1,522,500.
        ("claude-sonnet-4-20250514", "2025-10-01", {"input": 250_000, "output": 1000}, "1.5225"),
        ("claude-sonnet-4-5", "2025-10-01", {"input": 250_000, "output": 1000}, "1.5225"),
        # The cached part counts and has a rate of the band: 250,000 x 0.6 + 1,000 x 22.5.
        ("claude-sonnet-4-5", "2025-10-01", {"cache_read": 250_000, "output": 1000}, "0.1725"),
        # 4 Argon in its promotion: 10,000 x 2 + 1,000 x 10; from 1 December the double.
        ("gemini-4-argon", "2026-11-30", {"input": 10_000, "output": 1000}, "0.03"),
        ("gemini-4-argon", "2026-12-01", {"input": 10_000, "output": 1000}, "0.06"),
        # 3.8 Flash: 10,000 x 0.75 + 1,000 x 3.75; from 1 January 10,000 x 1.5 + 1,000 x 7.5.
        ("gemini-3.8-flash", "2026-12-31", {"input": 10_000, "output": 1000}, "0.01125"),
        ("gemini-3.8-flash", "2027-01-01", {"input": 10_000, "output": 1000}, "0.0225"),
        # gpt-4o-2024-08-06 in its first months: 10,000 x 2.5 + 1,000 x 10 = 35,000.
        ("gpt-4o-2024-08-06", "2024-09-01", {"input": 10_000, "output": 1000}, "0.035"),
        # Audio in: 10,000 x 1 + 1,000 x 0.3 of text + 1,000 x 2.5 out = 12,800.
        (
            "gemini-2.5-flash",
            TODAY,
            {"input": 1000, "input_audio": 10_000, "output": 1000},
            "0.0128",
        ),
        # An image of 1,290 tokens at 30: 38,700, and 1,000 x 0.3 of the prompt.
        ("gemini-2.5-flash-image", TODAY, {"input": 1000, "output_image": 1290}, "0.039"),
        # Storage: 100,000 tokens x 3 h x 4.5 = 1,350,000, and 1,000 x 1.25 + 100,000 x 0.125.
        (
            "gemini-2.5-pro",
            TODAY,
            {"input": 1000, "cache_read": 100_000, "cache_storage_hour": 300_000},
            "1.36375",
        ),
        # Three queries of Gemini 3 at 14 a thousand; a grounded prompt of 2.5 pays 35 once.
        ("gemini-3.8-flash", TODAY, {"web_search": 3}, "0.042"),
        ("gemini-2.5-flash", TODAY, {"web_search": 3}, "0.035"),
        # A search of Claude: 10 a thousand.
        ("claude-sonnet-5", TODAY, {"web_search": 3}, "0.03"),
    ],
)
def test_by_day_and_unit(
    table: PriceTable, name: str, day: str, usage: dict[str, int], expected: str
) -> None:
    assert cost(table, name, usage, day).total == Decimal(expected)


def test_a_batch_of_one_hour_writes(table: PriceTable) -> None:
    # (2,000 x 5 + 8,000 x 10 + 1,500 x 25) / 2 = 63,750.
    usage = {"input": 2000, "cache_write_1h": 8000, "output": 1500}
    assert cost(table, "claude-opus-4-8", usage, modes=("batch",)).total == Decimal("0.06375")


def test_storage_is_of_no_mode(table: PriceTable) -> None:
    # Half of (1,000 x 1.5 + 100,000 x 0.15) = 8,250, and 100,000 x 3 h x 1 = 300,000.
    usage = {"input": 1000, "cache_read": 100_000, "cache_storage_hour": 300_000}
    batch = cost(table, "gemini-3.5-flash", usage, modes=("batch",))
    assert batch.total == Decimal("0.30825")


def test_fast_at_six_times_and_its_end(table: PriceTable) -> None:
    usage = {"input": 10_000, "output": 1000}
    # (10,000 x 5 + 1,000 x 25) x 6 = 450,000.
    fast = cost(table, "claude-opus-4-7", usage, "2026-08-05", ("fast",))
    assert fast.total == Decimal("0.45")
    assert cost(table, "claude-opus-4-7", usage, "2026-08-06", ("fast",)).total is None
    # By the name that hosts have: the same.
    named = cost(table, "claude-opus-4.7-fast", usage, "2026-08-05", provider="openrouter")
    assert named.total == Decimal("0.45")


def test_vertex_outside_global_by_the_name(table: PriceTable) -> None:
    # (10,000 x 3 + 1,000 x 15) x 1.1 = 49,500.
    name = "projects/p/locations/us-east5/publishers/anthropic/models/claude-sonnet-4-5@20250929"
    assert cost(table, name, {"input": 10_000, "output": 1000}).total == Decimal("0.0495")
