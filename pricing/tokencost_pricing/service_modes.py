"""The rates of a call in its service modes: batch, flex, priority, fast, ultrafast."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from tokencost_pricing.fees import Fee
from tokencost_pricing.model import Mode, Tier
from tokencost_pricing.modes import STANDARD
from tokencost_pricing.money import multiply
from tokencost_pricing.offer import Offer
from tokencost_pricing.terms import Terms

# What a cache object costs by the hour is of no request, and so of no mode of one.
_STORAGE: Final = "cache_storage_hour"


class UnpricedMode(Exception):
    """The mode has no price; the text is the reason."""


def in_modes(
    offer: Offer,
    rates: Mapping[str, Decimal],
    terms: Terms,
    prompt_tokens: int,
    warnings: list[str],
) -> tuple[Mapping[str, Decimal], tuple[str, ...], dict[str, Fee]]:
    """Return the rates in the modes of a call, the modes that changed something, and their fees.

    Raise `UnpricedMode` where one of them is not offered.
    """
    applied: tuple[str, ...] = ()
    fees: dict[str, Fee] = {}
    for name in terms.modes:
        rates, changed = _in_mode(offer, name, rates, terms, prompt_tokens, warnings)
        applied += changed
        fees |= _mode_on(offer, name, terms.at).fees if changed else {}
    return rates, applied, fees


def _in_mode(
    offer: Offer,
    name: str,
    rates: Mapping[str, Decimal],
    terms: Terms,
    prompt_tokens: int,
    warnings: list[str],
) -> tuple[Mapping[str, Decimal], tuple[str, ...]]:
    """Return the rates in a service mode, and the mode's name if it changed anything."""
    if name == STANDARD:
        return rates, ()
    mode = _mode_on(offer, name, terms.at)
    clash = [other for other in terms.modes if other in mode.excludes]
    if clash:
        raise UnpricedMode(f"{offer.model.id} does not offer {name} together with {clash[0]}")
    if mode.max_prompt_tokens is not None and prompt_tokens > mode.max_prompt_tokens:
        limit = f"{mode.max_prompt_tokens:,} prompt tokens"
        if mode.above_limit == STANDARD:
            warnings.append(f"{name} is not offered above {limit}: billed as standard")
            return rates, ()
        raise UnpricedMode(f"no {name} price is known above {limit}")
    tier = tier_of(mode.tiers, prompt_tokens)
    stated = {**mode.rates, **(tier.rates if tier else {})}
    if mode.multiply is None:
        return stated, (name,)
    changed = {
        unit: multiply(rate, mode.multiply) if _changes(mode, unit) else rate
        for unit, rate in rates.items()
    }
    return {**changed, **stated}, (name,)


def _changes(mode: Mode, rate: str) -> bool:
    """Tell whether the factor of a mode is on a rate: all, or those named; never on storage."""
    return rate in mode.only if mode.only is not None else rate != _STORAGE


def _mode_on(offer: Offer, name: str, at: datetime) -> Mode:
    entries = offer.modes.get(name)
    if not entries:
        offered = ", ".join(offer.modes) or "none"
        raise UnpricedMode(f"{offer.key} has no {name} price (modes it has: {offered})")
    current = None
    for entry in entries:
        if entry.start <= at:
            current = entry
    if current is None:
        raise UnpricedMode(
            f"the {name} price of {offer.key} is known from {entries[0].start:%Y-%m-%d}"
            f" on, not on {at:%Y-%m-%d}"
        )
    if current.ended:
        raise UnpricedMode(f"{name} of {offer.key} ended on {current.start:%Y-%m-%d}")
    return _mode_on(offer, current.same_as, at) if current.same_as else current


def tier_of(tiers: tuple[Tier, ...], prompt_tokens: int) -> Tier | None:
    """Return the highest band that a prompt of this length falls into."""
    highest = None
    for tier in tiers:
        if prompt_tokens >= tier.from_prompt_tokens:
            highest = tier
    return highest
