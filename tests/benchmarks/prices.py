"""A price look-up plus cost, per distinct key, after loading.

    python tests/benchmarks/prices.py

Every model of the table is looked up, its card evaluated and a usage of four units multiplied: once
with all names seen for the first time, once as a log does it (the offer known, another day).
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tokencost_pricing.cost import cost_of
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_pricing.usage import Usage

ROUNDS = 40


def main() -> None:
    """Print microseconds per key."""
    cache = Path(tempfile.gettempdir()) / "tokencost-benchmark"
    PriceTable.load(cache=cache)
    started = time.process_time()
    table = PriceTable.load(cache=cache)
    loaded = time.process_time() - started
    keys = [f"{model.provider}/{model.id}" for model in table.models()]
    usage = Usage(input=2000, output=1500, cache_read=100_000, cache_write_5m=8000)
    day = datetime(2026, 11, 22, tzinfo=UTC)
    table = PriceTable.load(cache=cache)
    started = time.process_time()
    for key in keys:
        cost_of(table.find(key), usage, Terms(day))
    first = (time.process_time() - started) / len(keys)
    offers = [table.find(key) for key in keys]
    started = time.process_time()
    for round_ in range(ROUNDS):
        terms = Terms(day - timedelta(days=round_ % 3))
        for offer in offers:
            cost_of(offer, usage, terms)
    again = (time.process_time() - started) / len(keys) / ROUNDS
    print(f"load the compiled table    {loaded * 1e3:8.1f} ms")
    print(f"name, card, cost: first    {first * 1e6:8.1f} us a key")
    print(f"card, cost: another day    {again * 1e6:8.1f} us a key")


if __name__ == "__main__":
    main()
