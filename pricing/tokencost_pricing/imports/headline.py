"""Routers: the headline price of a model, and the cheapest and dearest host behind it.

A router's list states one price a model, and that floats. Several copies of the list are read on
different days; the best of them goes before on the days that it covers, the others fill in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from tokencost_pricing.imports import Row
from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.rates import money

# Copies of OpenRouter's list, the best first. The endpoint that one tool chose is no headline: it
# fills in where no copy reaches.
COPIES: Final = {
    "openrouter": (
        ("openrouter-api",),
        ("openrouter-api (genai-prices)", "openrouter-api (openai-cost-calculator)"),
        ("pi-ai", "models.dev", "portkey-models", "litellm"),
        ("openrouter-one-endpoint (catwalk)",),
    )
}
_ROUTERS_LIST: Final = {"openrouter": "OR"}
ENDPOINTS: Final = "openrouter-endpoints"
RANGED: Final = ("input", "output", "cache_read")
_AROUND: Final = 45  # days around a row whose hosts are counted among its own


def headline(provider: str, facts: Sequence[Fact], newest: Mapping[str, str]) -> list[Fact]:
    """Return the facts of one field of a model that make up its headline.

    Before the days of the router's list, lists of other families are its witnesses.
    """
    copies = COPIES.get(provider)
    if copies is None:
        return list(facts)
    covered: list[tuple[str, str]] = []
    chosen: list[Fact] = []
    for lists in copies:
        spans = []
        for fact in facts:
            if fact.family != _ROUTERS_LIST[provider] or fact.list not in lists:
                continue
            end = fact.last_seen or max(newest.get(fact.list, ""), fact.first_seen)
            spans.append((fact.first_seen, end))
            if not any(first <= fact.first_seen <= last for first, last in covered):
                chosen.append(fact._replace(list=f"{provider} headline", last_seen=end))
        if spans:
            covered.append((min(first for first, _ in spans), max(last for _, last in spans)))
    start = min((first for first, _ in covered), default="9999")
    return [*chosen, *_earlier(facts, _ROUTERS_LIST[provider], start)]


def _earlier(facts: Iterable[Fact], family: str, start: str) -> Iterator[Fact]:
    """Yield the facts of other families until the day before `start`."""
    for fact in facts:
        if fact.family != family and fact.first_seen < start:
            if start == "9999":
                yield fact
                continue
            yield fact._replace(last_seen=min(fact.last_seen or start, _moved(start, -1)))


def add_ranges(rows: Sequence[Row], facts: Mapping[str, Sequence[Fact]], newest: str) -> None:
    """Add to each row the rates of the cheapest and the dearest host around its days."""
    for number, row in enumerate(rows):
        start = row.get("from", "")
        end = rows[number + 1]["from"] if number + 1 < len(rows) else newest
        ranges = {
            kind: bounds
            for kind in RANGED
            if (bounds := _bounds(facts.get(kind, ()), start, end, row["rates"].get(kind)))
        }
        if not {"input", "output"} <= set(ranges):
            continue
        if "cache_read" in ranges:  # a host without a cache bills all input at its full rate
            ranges["cache_read"] = (ranges["cache_read"][0], ranges["input"][1])
        else:
            ranges.pop("cache_read", None)
        low, high = ({kind: both[side] for kind, both in ranges.items()} for side in (0, 1))
        if low != high:
            row["range"] = {
                "low": {kind: money(value) for kind, value in low.items()},
                "high": {kind: money(value) for kind, value in high.items()},
            }


def _bounds(
    facts: Iterable[Fact], start: str, end: str, rate: str | None
) -> tuple[Decimal, Decimal] | None:
    """Return the least and the greatest value that any list held around some days."""
    first = _moved(start, -_AROUND) if start else ""
    last = _moved(end, _AROUND)
    values = [
        fact.value
        for fact in facts
        if fact.value and fact.first_seen <= last and (fact.last_seen or "9999") >= first
    ]
    if rate is not None:
        values.append(Decimal(rate))
    return (min(values), max(values)) if values else None


def _moved(day: str, days: int) -> str:
    return str(date.fromisoformat(day[:10]) + timedelta(days=days))
