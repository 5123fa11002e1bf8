"""Calls of models that are retired or soon will be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.money import ZERO, add, subtract
from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit, cost_as
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.costs.call_offers import offer_of

_NEAR: Final = timedelta(days=90)
_RECENT: Final = timedelta(days=30)  # who called it no later than that has moved already


def _find(inspected: Inspected) -> Iterator[Hit]:
    by_model: dict[tuple[str | None, str], list[PricedCall]] = {}
    for priced in inspected.calls:
        if priced.is_priced and priced.call.model:
            by_model.setdefault((priced.call.provider, priced.call.model), []).append(priced)
    last_day = max((priced.call.at or 0.0 for priced in inspected.calls), default=0.0)
    for (provider, name), calls in by_model.items():
        latest = max(priced.call.at or 0.0 for priced in calls)
        if latest < last_day - _RECENT.total_seconds():
            continue
        try:
            model = offer_of(inspected.pricer.table, name, provider).model
        except UnknownModelError:
            continue
        retires = model.retires
        if retires is None or retires > (inspected.now + _NEAR).date():
            continue
        verb = "retires" if retires > inspected.now.date() else "was to retire"
        subject = f"{model.id} {verb} {retires}"
        if model.replacement is not None:
            subject += f", replaced by {model.replacement}"
        yield calls_hit(calls, _saved(inspected, calls, model.replacement), subject=subject)


def _saved(
    inspected: Inspected, calls: list[PricedCall], replacement: str | None
) -> Decimal | None:
    """Return what the same tokens would save with the model that is named to follow, if less."""
    if replacement is None:
        return None
    total = ZERO
    for priced in calls:
        today = inspected.now.timestamp()
        cost = cost_as(inspected.pricer, priced, model=replacement, at=today)
        if cost is None or priced.cost is None:
            return None
        total = add(total, subtract(priced.cost, cost))
    return total if total > ZERO else None


FINDING: Final = Detector(
    "retiring-model",
    "models that are deprecated or about to retire",
    "Move to the model that follows before the day, and try `tokencost whatif --to` first.",
    "The model's maker has named a day after which it cannot be called, and that day is past or "
    "at most 90 days away; calls that ended a month before the newest of the log do not count. "
    "Cost: these calls. Saved: where the price table names the model that follows, what the same "
    "tokens would cost less with it; else no dollars.",
    MEASURED,
    _find,
)
