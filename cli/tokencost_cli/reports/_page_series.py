"""What a page draws in time: calls one after the other, and spend by span and model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from tokencost_cli.output.page import Miss, Moment, Spend
from tokencost_pricing.money import add
from tokencost_pricing.units import CACHE_WRITE_UNITS
from tokencost_profiles.attribution.timeline import MISS, Point
from tokencost_profiles.costs.dimensions import dimension
from tokencost_profiles.costs.grouping import groups, ordered
from tokencost_profiles.costs.profile import Profile

MOST_MOMENTS: Final = 2000
UNTIMED: Final = "(no time)"
# The longest period, in days, of which each span of time is drawn.
_SPANS: Final = ((3, "hour"), (120, "day"), (730, "week"))
_DAY: Final = 86_400


def span_of(first: float | None, last: float | None) -> str:
    """Return the span of time that a period is drawn by: hour, day, week, month."""
    days = 0.0 if first is None or last is None else (last - first) / _DAY
    return next((name for most, name in _SPANS if days <= most), "month")


def spends_of(profile: Profile, span: str, zone: tzinfo, *, charged: bool) -> list[Spend]:
    """Return what each model cost in each span of time, the earliest first."""
    dimensions = [dimension(span, zone), dimension("model", zone)]
    spends = []
    for (at, model), group in ordered(groups(profile, dimensions, charged=charged), "key"):
        if not group.cell.calls:
            continue
        reads = group.cache_read_tokens
        writes = sum(group.cell.usage.get(unit, 0) for unit in CACHE_WRITE_UNITS)
        spends.append(
            Spend(
                at or UNTIMED,
                model or "(none)",
                group.cell.calls,
                group.cost,
                group.input_tokens - reads - writes,
                reads,
                writes,
                group.output_tokens,
            )
        )
    return spends


def moments_of(points: Sequence[Point], zone: tzinfo, most: int = MOST_MOMENTS) -> list[Moment]:
    """Return the calls in their order; where they are many, those that follow each other as one.

    Of several calls that with the longest prompt is drawn, and their costs are added.
    """
    size = max(1, -(-len(points) // most))
    return [_moment(points[at : at + size], at + 1, zone) for at in range(0, len(points), size)]


def _moment(points: Sequence[Point], number: int, zone: tzinfo) -> Moment:
    longest = max(points, key=lambda point: point.context)
    costs = [point.cost for point in points if point.cost is not None]
    marked = [point for point in points if point.mark]
    cost = None
    for amount in costs:
        cost = amount if cost is None else add(cost, amount)
    return Moment(
        number,
        len(points),
        ""
        if longest.at is None
        else f"{datetime.fromtimestamp(longest.at, zone):%Y-%m-%d %H:%M:%S}",
        longest.session or "",
        _place(longest),
        longest.model or "",
        longest.uncached,
        longest.cache_read,
        longest.cache_written,
        longest.output,
        cost,
        marked[0].mark if marked else "",
        ", ".join(dict.fromkeys(point.cause for point in marked if point.cause)),
    )


def _place(point: Point) -> str:
    parts = [f"turn {point.turn}" if point.turn else "", f"step {point.step}" if point.step else ""]
    return ", ".join([*filter(None, parts), *filter(None, [point.agent])])


def turns_of(points: Sequence[Point]) -> int:
    """Return how many turns the calls are of."""
    return len({(point.root, point.turn) for point in points if point.turn is not None})


def misses_of(points: Sequence[Point]) -> list[Miss]:
    """Return the causes of cache misses, the most frequent first."""
    by_cause: dict[str, list[Point]] = {}
    for point in points:
        if point.mark == MISS:
            by_cause.setdefault(point.cause, []).append(point)
    misses = [
        Miss(cause, len(members), sum(one.uncached + one.cache_written for one in members))
        for cause, members in by_cause.items()
    ]
    return sorted(misses, key=lambda miss: (-miss.calls, miss.cause))
