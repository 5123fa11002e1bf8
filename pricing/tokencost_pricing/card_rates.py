"""The rate card of a call: what the table charges for each unit under its terms.

The order of evaluation: row by date, tier by prompt length (it re-prices the complete request),
region, schedule, mode, modifiers, the user's discount; then, in `cost`, tokens x rate, then fees.
A model, mode or day that has no price is *unpriced*, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from tokencost_pricing import schedule as schedules
from tokencost_pricing.fees import Fee, chosen, fees_on, media
from tokencost_pricing.model import Price, Rates, Tier
from tokencost_pricing.moments import written
from tokencost_pricing.money import ONE, divide, multiply
from tokencost_pricing.offer import Offer, discount_at
from tokencost_pricing.ranges import scaled, widened
from tokencost_pricing.rate_card import Card
from tokencost_pricing.service_modes import UnpricedMode, in_modes, tier_of
from tokencost_pricing.terms import Evidence, Terms


def card(offer: Offer, terms: Terms, prompt_tokens: int) -> Card:
    """Evaluate the rates of requests of `prompt_tokens` tokens under `terms`."""
    listed = _listed(offer, terms, prompt_tokens)
    row = offer.model.price_on(terms.at)
    if listed.unpriced is not None or row is None:
        return listed
    low, high = (
        None
        if base is None
        else listed._replace(
            rates=widened(listed.rates, _listed(offer, terms, prompt_tokens, base).rates, pick)
        )
        for base, pick in ((row.low, min), (row.high, max))
    )
    if listed.peak is not None:
        dearest = high or listed
        high = dearest._replace(rates=scaled(dearest.rates, listed.peak))
    return listed if low is high else listed._replace(low=low or listed, high=high or listed)


def _listed(offer: Offer, terms: Terms, prompt_tokens: int, base: Rates | None = None) -> Card:
    """Return the rates of a row; `base`: those of another host in the place of the listed ones."""
    row = offer.model.price_on(terms.at)
    evidence = _evidence(offer, row)
    if row is None:
        return Card({}, {}, evidence, unpriced=_before_first(offer, terms.at))
    warnings: list[str] = []
    conditions = dict(offer.conditions + terms.conditions)
    tier = tier_of(row.tiers, prompt_tokens)
    rates, region = _row_rates(row, tier, conditions.get("region", ""))
    hour, peak, state = _hour(offer, row.schedule, terms, warnings)
    try:
        rates, modes, mode_fees = in_modes(
            offer, rates if base is None else base, terms, prompt_tokens, warnings
        )
    except UnpricedMode as stop:
        return Card({}, {}, evidence, tuple(warnings), str(stop))
    factor, modifiers = _modifiers(offer, conditions, terms.at)
    factor = multiply(multiply(offer.multiply, hour), factor)
    if factor != ONE:
        rates = {name: multiply(rate, factor) for name, rate in rates.items()}
    fees = fees_on(offer.fees, terms.at) | mode_fees
    return Card(
        rates,
        {unit: chosen(fee, conditions) for unit, fee in fees.items()},
        evidence._replace(
            tier_from=tier.from_prompt_tokens if tier else None,
            modes=modes,
            modifiers=region + modifiers,
            schedule=state,
        ),
        tuple(warnings),
        peak=peak,
        search_context=conditions.get("search_context"),
        fees_from=_newest_fee(offer, fees),
        per_call="requests" in fees or any(fee.per_call for fee in fees.values()),
        media=media(fees, conditions),
    )


def _evidence(offer: Offer, row: Price | None) -> Evidence:
    """Return the entry of the table and its row, before anything is applied to them."""
    return Evidence(
        offer.provider,
        offer.model.id,
        offer.rule,
        row.since if row else None,
        row.basis if row else None,
        overlay=offer.overlay,
        unverified=offer.model.unverified,
    )


def _row_rates(
    row: Price, tier: Tier | None, region: str
) -> tuple[Mapping[str, Decimal], tuple[str, ...]]:
    """Return the rates of a row for a length of prompt in a region, and the region applied."""
    rates = tier.rates if tier else row.rates
    regional = row.regions.get(region)
    if regional is None:
        return rates, ()
    return {**rates, **regional}, (f"rates of {region}",)


def _modifiers(
    offer: Offer, conditions: Mapping[str, str], at: datetime
) -> tuple[Decimal, tuple[str, ...]]:
    """Return the factor of the modifiers and of the user's discount, and what these are called."""
    factor = ONE
    names: tuple[str, ...] = ()
    for modifier in offer.modifiers:
        if modifier.applies(conditions, at):
            factor = multiply(factor, modifier.multiply)
            names += (modifier.name,)
    label, discount = discount_at(offer, at)
    if label is None:
        return factor, names
    return multiply(factor, discount), (*names, label)


def _newest_fee(offer: Offer, fees: Mapping[str, Fee]) -> str | None:
    """Return when the newest of the fees began, where they are dated."""
    dated = [
        fees[unit].start
        for unit, entries in offer.fees.items()
        if len(entries) > 1 and unit in fees
    ]
    return written(max(dated)) if dated else None


def _hour(
    offer: Offer, name: str | None, terms: Terms, warnings: list[str]
) -> tuple[Decimal, Decimal | None, str | None]:
    """Return (factor now, peak factor of an unknown hour, the evidence) of a schedule, if any."""
    if name is None:
        return ONE, None, None
    schedule = offer.schedules[name]
    factor = schedule.multiply
    if not terms.timed:
        low, high = min(ONE, factor), max(ONE, factor)
        windows = ", ".join(schedule.windows)
        warnings.append(f"the price depends on the hour: {factor}x at {windows} UTC")
        return low, divide(high, low), f"{name}: hour unknown"
    if not schedules.covers(schedule, offer.calendars, terms.at):
        warnings.append(
            f"the public-holiday calendar of '{name}' does not cover {terms.at:%Y-%m-%d}"
        )
    if schedules.applies(schedule, offer.calendars, terms.at):
        return factor, None, f"{name}: inside"
    return ONE, None, f"{name}: outside"


def _before_first(offer: Offer, at: datetime) -> str:
    first: Price = offer.model.prices[0]
    known = f"from {first.since}" if first.since else f"of {first.seen}, its first sighting"
    return f"no price of {offer.key} on {at:%Y-%m-%d}: the first known is {known}"
