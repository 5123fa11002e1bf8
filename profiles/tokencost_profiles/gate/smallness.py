"""Which increases are too small to matter: by money, or by the tokens that made them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from tokencost_pricing.money import ZERO, add
from tokencost_profiles.gate.comparison import CACHE, MODE, MODEL, PRICE, REGION, Change
from tokencost_profiles.gate.limits import Limits

# The mean rates of calls are quotients: what is below this is their last digit.
_ROUNDED: Final = Decimal("1e-12")


def small(growth: Decimal, items: Iterable[Change], limits: Limits) -> bool:
    """Whether an increase of items is below what the policy ignores."""
    if limits.ignore_below_usd is not None and growth < limits.ignore_below_usd:
        return True
    if limits.ignore_below_tokens is None:
        return False
    tokens = _dearer_tokens(items)
    return tokens is not None and tokens < limits.ignore_below_tokens


def _dearer_tokens(items: Iterable[Change]) -> int | None:
    """Return how many tokens made items cost more; None: it was not their number.

    Summed for each model and cause: fewer tokens of a cheap model do not make up for more tokens of
    a dear one, and another model is an increase though every token stays.
    """
    sums: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for item in items:
        for effect in item.effects:
            place = (item.model, effect.cause)
            tokens, cost = sums.get(place, (0, ZERO))
            sums[place] = tokens + effect.tokens, add(cost, effect.cost)
    dearer = {
        place: tokens
        for place, (tokens, cost) in sums.items()
        if cost > _ROUNDED and place[1] != PRICE
    }
    if any(cause in (MODEL, MODE, REGION, CACHE) for _, cause in dearer):
        return None
    return sum(abs(tokens) for tokens in dearer.values())
