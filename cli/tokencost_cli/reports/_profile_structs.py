"""From the sums of a profile to the structs of its document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, cast

from msgspec import UNSET

from tokencost_cli.reports.documents.fields import at, money
from tokencost_cli.reports.documents.profile import (
    GrowthEntry,
    SpreadEntry,
    UnpricedModel,
)
from tokencost_cli.reports.documents.totals import summary_fields
from tokencost_pricing.money import plain
from tokencost_pricing.units import TOKEN_UNITS
from tokencost_profiles.costs.percentiles import RANKS, Growth, Spread
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.totals import Summary
from tokencost_profiles.costs.unsure import Ends, Place

_MEASURES: Final = {
    "input": "input_tokens",
    "output": "output_tokens",
    "latency": "duration_seconds",
    "first_token": "time_to_first_token_seconds",
}


def total_fields(group: Summary) -> dict[str, Any]:
    """Return the fields of `ProfileTotals`, for it and for structs that extend it."""
    cell = group.cell
    return {
        **summary_fields(group),
        "sessions": len(group.sessions),
        "cost_reported": money(group.reported),
        "reported_calls": group.reported_calls,
        "estimated_calls": group.estimated_calls,
        "estimated_tokens": group.estimated_tokens,
        "calls_without_usage": cell.without_usage,
        "calls_without_time": group.untimed_calls,
        "cache_hit_share": group.hit_rate,
        "output_tokens_per_second": group.tokens_per_second,
        "time_to_first_token_seconds": group.first_token,
        "first_at": at(cell.first),
        "last_at": at(cell.last),
    }


def growth_entry(growth: Growth) -> GrowthEntry:
    """Return how the prompts of a session grew."""
    return GrowthEntry(
        session=growth.session,
        calls=growth.calls,
        first_tokens=growth.first,
        last_tokens=growth.last,
        largest_tokens=growth.largest,
        points=list(growth.points),
    )


def spread_entry(spread: Spread) -> SpreadEntry:
    """Return the percentiles of a measure."""
    entry = SpreadEntry(
        measure=_MEASURES.get(spread.measure, spread.measure),
        of=cast("Any", spread.of),
        count=spread.number,
    )
    for rank, value in zip(RANKS, spread.values, strict=False):
        name = "max" if rank == 100 else f"p{rank}"
        setattr(entry, name, plain(value) if isinstance(value, Decimal) else value)
    return entry


def unpriced_entries(
    models: Iterable[tuple[Place, int]], profile: Profile, ends: Mapping[Place, Ends]
) -> list[UnpricedModel]:
    """Return the models that have no price, with the tokens of their calls.

    `ends`: between which amounts the calls of those lie that many hosts sell.
    """
    tokens: dict[Place, int | None] = {}
    for key, cell in profile.cells.items():
        if key.reason is not None:
            place = (key.provider, key.name or key.model, key.reason)
            known = tokens.get(place, 0)
            number = sum(cell.usage.get(unit, 0) for unit in TOKEN_UNITS)
            is_known = known is not None and not cell.charged_calls
            tokens[place] = (known or 0) + number if is_known else None
    return [
        UnpricedModel(
            provider=place[0],
            model=place[1],
            calls=calls,
            tokens=tokens.get(place, 0),
            reason=place[2],
            cost_low=plain(ends[place].low) if place in ends else UNSET,
            cost_high=plain(ends[place].high) if place in ends else UNSET,
        )
        for place, calls in models
    ]
