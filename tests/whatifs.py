"""Calls and replays, for the tests of what-if."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.whatif.call_set import CallSet, of_calls
from tokencost_profiles.whatif.models import Models
from tokencost_profiles.whatif.outcome import Outcome
from tokencost_profiles.whatif.replay import replay
from tokencost_profiles.whatif.scenario import parse

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = datetime(2026, 10, 1, tzinfo=UTC).timestamp()
LONG = "The miller's daughter wrote seventeen letters, and none of them was short. " * 40


def models_of(table: PriceTable, cache: Path, calls: CallSet) -> Models:
    return Models(table, Pricer(table, NOW), Counter(cache), calls, NOW)


def tried(table: PriceTable, cache: Path, calls: Iterable[Call], terms: str) -> Outcome:
    call_set = of_calls(calls)
    return replay(call_set, parse(terms), models_of(table, cache, call_set))


def call(model: str = "gpt-4o", **more: Any) -> Call:
    fields: dict[str, Any] = {"usage": {"input": 1000, "output": 200}, "at": DAY}
    return Call(model=model, **{**fields, **more})
