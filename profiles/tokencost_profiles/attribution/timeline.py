"""The calls of a profile in the order of their times: context, money, compactions, cache misses."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.units import CACHE_WRITE_UNITS, INPUT_UNITS, OUTPUT_UNITS
from tokencost_profiles.attribution.cache_misses import breaks_of
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.calls.call import CACHED

COMPACTION: Final = "compaction"
MISS: Final = "miss"


class Point(NamedTuple):
    """One call on the timeline. Tokens are of its prompt, disjoint; the cost is in USD."""

    at: float | None  # UTC seconds
    root: str | None  # the session, trace or file that its turns are counted in
    session: str | None
    thread: str | None  # of a sub-agent
    agent: str | None
    turn: int | None
    step: int | None
    substep: int | None  # of a sub-agent
    model: str | None
    uncached: int
    cache_read: int
    cache_written: int
    output: int
    cost: Decimal | None  # None: no price
    mark: str = ""  # COMPACTION, MISS, or nothing
    cause: str = ""  # of a miss, in Claude Code's words: ttl_expired_5m, model_changed, ...
    latency: float | None = None  # seconds to the end of the answer

    @property
    def context(self) -> int:
        """Tokens of the prompt."""
        return self.uncached + self.cache_read + self.cache_written


def timeline(inspected: Inspected, *, charged: bool = True) -> list[Point]:
    """Return a point for each call that was asked for, in the order of their times.

    What a call is compared with may be one that was not asked for. `charged`: a call that has no
    price costs what its log states.
    """
    points: list[Point] = []
    for thread in inspected.threads:
        breaks = breaks_of(thread)
        for place, priced in enumerate(thread.calls):
            if not priced.is_selected:
                continue
            mark, cause = "", ""
            if place in breaks.compactions:
                mark = COMPACTION
            elif (miss := breaks.misses.get(place)) is not None:
                mark, cause = MISS, miss.cause
            points.append(_point(priced, mark, cause, charged=charged))
    return sorted(points, key=lambda point: point.at or 0.0)


def _point(priced: PricedCall, mark: str, cause: str, *, charged: bool) -> Point:
    call, usage = priced.call, priced.usage
    read = sum(count for unit, count in usage.items() if unit.startswith("cache_read"))
    written = sum(usage.get(unit, 0) for unit in CACHE_WRITE_UNITS)
    prompt = sum(usage.get(unit, 0) for unit in INPUT_UNITS)
    cost = priced.cost
    if cost is None and charged and call.status != CACHED:
        cost = call.charge
    return Point(
        call.at,
        call.root,
        call.session,
        call.thread,
        call.agent,
        call.turn_number,
        call.step,
        call.substep,
        call.model,
        prompt - read - written,
        read,
        written,
        sum(usage.get(unit, 0) for unit in OUTPUT_UNITS),
        cost,
        mark,
        cause,
        call.latency,
    )
