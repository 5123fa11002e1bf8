"""What profiles need to know of rate cards: a name, what has a price, where prices change."""

from __future__ import annotations

from tokencost_pricing.rate_card import Card, has_fee, lack_of_price
from tokencost_pricing.units import MEASURED_UNITS, UNITS
from tokencost_profiles.calls.call import CACHED, Call


def name_of(card: Card) -> str:
    """Return what distinguishes one card from every other that a table can give."""
    evidence = card.evidence
    parts = [
        f"{evidence.provider}/{evidence.model}",
        evidence.price_from,
        evidence.tier_from,
        *evidence.modes,
        *evidence.modifiers,
        evidence.schedule,
        card.search_context,
        card.media,
        evidence.overlay,
        f"by {evidence.router}" if evidence.router else None,
        f"fees {card.fees_from}" if card.fees_from else None,
    ]
    if card.unpriced is not None:
        parts.append("unpriced")
        if card.low is not None and card.high is not None:
            parts.append(f"({name_of(card.low)} to {name_of(card.high)})")
    return " ".join(str(part) for part in parts if part)


def priced_units(card: Card) -> frozenset[str]:
    """Return the units that a card has a price for, or whose lack is only noted."""
    if card.unpriced is not None:
        return frozenset()
    return frozenset(
        name
        for name, unit in UNITS.items()
        if (any(rate in card.rates for rate in unit.chain) if unit.chain else _is_noted(card, name))
    )


def _is_noted(card: Card, unit: str) -> bool:
    return unit not in MEASURED_UNITS or has_fee(card, unit)


def reason_of(call: Call, card: Card) -> str | None:
    """Return why a call has no price, or None where it has one or nothing to price."""
    if call.usage is None or call.status == CACHED:
        return None
    return lack_of_price(call.usage, card)
