"""Calls and replays, for the tests of what-if."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.whatif.call_set import CallSet, of_calls
from tokencost_profiles.whatif.models import Models
from tokencost_profiles.whatif.outcome import Outcome
from tokencost_profiles.whatif.replay import replay
from tokencost_profiles.whatif.scenario import parse

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = datetime(2026, 10, 1, tzinfo=UTC).timestamp()
AGENT_MODEL = "claude-sonnet-4-5"
LONG = "The miller's daughter wrote seventeen letters, and none of them was short. " * 40


def models_of(table: PriceTable, cache: Path, calls: CallSet) -> Models:
    return Models(table, Pricer(table, NOW), Counter(cache), calls, NOW)


def tried(table: PriceTable, cache: Path, calls: Iterable[Call], terms: str) -> Outcome:
    call_set = of_calls(calls)
    return replay(call_set, parse(terms), models_of(table, cache, call_set))


def call(model: str = "gpt-4o", **more: Any) -> Call:
    fields: dict[str, Any] = {"usage": {"input": 1000, "output": 200}, "at": DAY}
    return Call(model=model, **{**fields, **more})


def agent(
    turns: int = 12, *, text: bool = True, timed: bool = True, cached: bool = True
) -> CallSet:
    """Return the calls of an agent whose history is sent again, and read from the cache."""
    parts: list[Part] = [Part("tools", f"lookup, a tool: {LONG}", "tools[0]")]
    calls: list[Call] = []
    before = 0
    for turn in range(turns):
        parts.append(Part("user", f"Question {turn}: {LONG}", f"messages[{turn}].user"))
        parts.append(Part("tool_result", f"Result {turn}: {LONG * 3}", f"messages[{turn}].tool"))
        prompt = 800 + 4_000 * (turn + 1)
        usage = {"input": prompt, "output": 60}
        if cached:
            usage = {
                "input": 10,
                "cache_read": before,
                "cache_write_5m": prompt - before - 10,
                "output": 60,
            }
        calls.append(
            call(
                AGENT_MODEL,
                usage=usage,
                session="s",
                at=DAY + 20.0 * turn if timed else None,
                parts=tuple(parts) if text else None,
                tools=("look",),
            )
        )
        before = prompt - 10
    return of_calls(calls)
