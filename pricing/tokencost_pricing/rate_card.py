"""A rate card: what one call pays for each unit, and what it has no price for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from tokencost_pricing.fees import Fee
from tokencost_pricing.terms import Evidence
from tokencost_pricing.units import MEASURED_UNITS, UNITS


class Card(NamedTuple):
    """The rates of one distinct (offer, terms, tier): multiply any usage by them.

    `low` and `high`: the rates of the least and the most that it may cost, where that is not one
    number. An unpriced card may have them too: of the cheapest and the dearest host.
    """

    rates: Mapping[str, Decimal]
    fees: Mapping[str, Fee]
    evidence: Evidence
    warnings: tuple[str, ...] = ()
    unpriced: str | None = None
    peak: Decimal | None = None  # highest rate of the day over the lowest, where time is unknown
    search_context: str | None = None
    fees_from: str | None = None  # when the newest of the fees began, where they are dated
    per_call: bool = False  # whether a fee is paid once a call: see `billed`
    media: str | None = None  # quality and size that the fees are of, where they depend on these
    low: Card | None = None
    high: Card | None = None


def billed(usage: Mapping[str, int], card: Card, calls: int | None = 1) -> dict[str, int]:
    """Return what the requests behind a usage pay for.

    A fee for the request itself is added, and a fee that a request pays once, however many it
    counts, is counted once a request; one that has a minimum counts at least that. `calls` is
    None where it is not known how many there were.
    """
    counts = dict(usage)
    for unit, fee in card.fees.items():
        if unit == "requests":
            counts.setdefault(unit, calls or 1)
        elif calls is not None and counts.get(unit):
            if fee.once:
                counts[unit] = min(counts[unit], calls)
            counts[unit] = max(counts[unit], fee.minimum * calls)
    return counts


def lack_of_price(usage: Mapping[str, int], card: Card) -> str | None:
    """Return why a usage has no price under a card, or None where it has one.

    A token without a rate has none; what is bought beside tokens has none where nothing that is
    bought is priced; the fees of tools are left out with a warning.
    """
    if card.unpriced is not None:
        return card.unpriced
    model = card.evidence.model
    bought = [name for name, count in usage.items() if count]
    for name in bought:
        unit = UNITS[name]
        if unit.chain and not any(rate in card.rates for rate in unit.chain):
            billed_by = "" if card.rates else _billed_by(card)
            return f"the table has no {unit.noun} rate for {model}{billed_by}"
    measured = [name for name in bought if name in MEASURED_UNITS]
    if any(UNITS[name].chain or has_fee(card, name) for name in bought):
        return None
    if measured:
        nouns = ", ".join(UNITS[name].noun for name in measured)
        listed = (card.fees[name].unpriced for name in measured if name in card.fees)
        reason = next((f": {text}" for text in listed if text), "")
        return f"the table has no price of {nouns} for {model}{reason}"
    return None if card.rates else f"{model} has no count of what it bills{_billed_by(card)}"


def token_rate(card: Card, unit: str) -> tuple[str, Decimal] | None:
    """Return the rate that tokens of a unit pay, by its name, in USD per million; None: none."""
    name = next((rate for rate in UNITS[unit].chain if rate in card.rates), None)
    return None if name is None else (name, card.rates[name])


def has_fee(card: Card, unit: str) -> bool:
    """Whether a card has a price for something that is not a token."""
    fee = card.fees.get(unit)
    return fee is not None and not fee.ended and not fee.unpriced


def _billed_by(card: Card) -> str:
    nouns = ", ".join(
        UNITS[name].noun for name in card.fees if name in MEASURED_UNITS and has_fee(card, name)
    )
    return f" (billed by {nouns})" if nouns else ""
