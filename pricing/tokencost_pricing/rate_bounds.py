"""Between which rates a name lies that several providers sell."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from tokencost_pricing.moments import moment
from tokencost_pricing.money import multiply, plain
from tokencost_pricing.offer import Offer

_KINDS: Final = ("input", "output")


def rate_bounds(offers: Iterable[Offer], day: str) -> dict[str, tuple[str, str]]:
    """Return the lowest and the highest rate of input and output on a day, as texts.

    Those of the cheapest and the dearest host behind a router count too. A kind that none of the
    offers has a rate for is left out.
    """
    values: dict[str, list[Decimal]] = {kind: [] for kind in _KINDS}
    for offer in offers:
        row = offer.model.price_on(moment(day))
        for rates in (row.rates, row.low, row.high) if row is not None else ():
            for kind in _KINDS:
                if rates is not None and kind in rates:
                    values[kind].append(multiply(rates[kind], offer.multiply))
    return {kind: (plain(min(known)), plain(max(known))) for kind, known in values.items() if known}


def input_rate(offer: Offer, day: str) -> Decimal:
    """Return what a million input tokens cost on a day; what has no price comes last."""
    row = offer.model.price_on(moment(day))
    rate = None if row is None else row.rates.get("input")
    return Decimal("Infinity") if rate is None else multiply(rate, offer.multiply)
