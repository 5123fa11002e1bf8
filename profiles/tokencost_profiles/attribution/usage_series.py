"""Tokens of calls by day, seller and model, with how long their prompts and answers were."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.money import ZERO, add
from tokencost_pricing.rate_card import Card
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS
from tokencost_profiles.attribution.cell_costs import CellCosts
from tokencost_profiles.attribution.charges import day_of
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.cell import billed_usage
from tokencost_profiles.costs.cell_key import RateNames
from tokencost_profiles.costs.profile import Profile

# Bounds of the histogram that OpenTelemetry's conventions for generative AI ask for.
BOUNDS: Final = tuple(4**power for power in range(14))


class Lengths:
    """How many tokens calls had. `buckets`: calls by length; empty where only sums are known."""

    def __init__(self) -> None:
        self.calls = 0
        self.tokens = 0
        self.buckets: list[int] = []

    def take(self, tokens: int) -> None:
        """Add a call."""
        self.calls += 1
        self.tokens += tokens
        if not self.buckets:
            self.buckets = [0] * (len(BOUNDS) + 1)
        self.buckets[bisect_left(BOUNDS, tokens)] += 1


class SeriesKey(NamedTuple):
    """Whose calls on which day."""

    day: date  # UTC
    provider: str | None
    model: str | None


class Series:
    """The sums of such calls. `cost` is in USD, of those that have a price."""

    def __init__(self) -> None:
        self.calls = 0
        self.unpriced_calls = 0
        self.usage: dict[str, int] = {}
        self.cost = ZERO
        self.input = Lengths()
        self.output = Lengths()

    def take_sums(self, calls: int, unpriced: int, usage: dict[str, int], cost: Decimal) -> None:
        """Add calls that are summed."""
        self.calls += calls
        self.unpriced_calls += unpriced
        self.cost = add(self.cost, cost)
        for unit, count in usage.items():
            if count:
                self.usage[unit] = self.usage.get(unit, 0) + count


def usage_series(
    profile: Profile, calls: Iterable[Call], pricer: Pricer, *, charged: bool, today: date
) -> dict[SeriesKey, Series]:
    """Return the series of a profile, in the order of their days.

    `calls`: those of the profile, for lengths; none where the profile holds others beside them.
    The cells must have their quarters of hours.
    """
    every: dict[SeriesKey, Series] = {}
    costs = CellCosts(profile.cards, charged=charged)
    for key, cell in profile.cells.items():
        place = SeriesKey(day_of(key, today), key.provider, key.model or key.name)
        cost = costs.of(key, cell)
        series = every.setdefault(place, Series())
        series.take_sums(cell.calls, cost.unpriced_calls, cell.usage, cost.cost)
    _take_lengths(every, calls, pricer, today)
    for series in every.values():
        if not series.input.calls:
            _sum_lengths(series)
    return dict(sorted(every.items(), key=lambda item: tuple(str(one or "") for one in item[0])))


def _take_lengths(
    every: dict[SeriesKey, Series], calls: Iterable[Call], pricer: Pricer, today: date
) -> None:
    cards: dict[str, Card] = {}
    names = RateNames(pricer, cards)
    for call in calls:
        rates = names.of(call)
        usage = billed_usage(call, cards[rates.name])
        if not usage:
            continue
        day = today if call.at is None else datetime.fromtimestamp(call.at, UTC).date()
        series = every[SeriesKey(day, rates.provider, rates.model or call.model)]
        series.input.take(_tokens(usage, INPUT_UNITS))
        series.output.take(_tokens(usage, OUTPUT_UNITS))


def _sum_lengths(series: Series) -> None:
    for lengths, units in ((series.input, INPUT_UNITS), (series.output, OUTPUT_UNITS)):
        lengths.calls, lengths.tokens = series.calls, _tokens(series.usage, units)


def _tokens(usage: dict[str, int], units: Iterable[str]) -> int:
    return sum(usage.get(unit, 0) for unit in units)
