"""Models that routers alone serve: trained further, or of no known vocabulary."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.compare_counts import target_of
from tokencost_profiles.providers.requests import read
from tokencost_profiles.tokens.counter import Counter

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("model", "frame"),
    [
        ("sao10k/l3-lunaris-8b", 10),  # Llama 3, no dates
        ("sao10k/l3.1-70b-hanami-x1", 35),  # with the dates of 3.1
        ("nousresearch/hermes-3-llama-3.1-70b", 8),
        ("nvidia/nemotron-3-nano-30b-a3b", 16),
        ("liquid/lfm-2.5-1.2b-thinking:free", 9),
        ("rekaai/reka-edge", 5),
        ("stepfun/step-3.5-flash", 12),
        ("baidu/ernie-4.5-vl-424b-a47b", 0),
    ],
)
def test_the_frame_of_the_published_template(
    cache: Path, table: PriceTable, model: str, frame: int
) -> None:
    request = read({"messages": [{"role": "user", "content": "Hello world!"}]})
    assert request is not None
    target = target_of(table, model, "openrouter", DAY)
    assert Counter(cache).request(request, target).tokens == 3 + frame
