"""Money of many parts at once, exact: integers of a unit so small that every rate is an integer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tokencost_pricing.money import EXACT
from tokencost_pricing.rate_card import Card, token_rate

# Tokens of the parts of each rate: (name of the rate card, unit) -> an integer a part.
TokenSums = Mapping[tuple[str, str], NDArray[np.int64]]
_LARGEST = 1 << 62
_MILLION = 6  # places: rates are per million tokens


class ExactSums:
    """Turns sums of tokens into money, at the rates of cards."""

    def __init__(self, cards: Mapping[str, Card]) -> None:
        self._cards = cards

    def costs(self, sums: TokenSums, size: int) -> list[Decimal]:
        """Return the cost of each of `size` parts in USD."""
        rates = {key: self._rate(*key) for key in sums}
        places = max((_places(rate) for rate in rates.values()), default=0)
        integers = {key: int(EXACT.scaleb(rate, places)) for key, rate in rates.items()}
        total: NDArray[Any] = np.zeros(size, dtype=_type(sums, integers))
        for key, tokens in sums.items():
            known = tokens[:size]
            total[: len(known)] += known.astype(total.dtype) * integers[key]
        return [EXACT.scaleb(Decimal(amount), -places - _MILLION) for amount in total.tolist()]

    def _rate(self, card: str, unit: str) -> Decimal:
        known = token_rate(self._cards[card], unit) if card in self._cards else None
        return Decimal(0) if known is None else known[1]


def _places(rate: Decimal) -> int:
    exponent = rate.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _type(sums: TokenSums, rates: Mapping[tuple[str, str], int]) -> type[Any]:
    """Return 64-bit integers, or Python's own where those are too small."""
    most = sum(int(tokens.sum()) * rates[key] for key, tokens in sums.items())
    return np.int64 if most < _LARGEST else object


def total_tokens(sums: TokenSums, units: Iterable[str], size: int) -> NDArray[np.int64]:
    """Return the tokens of some units, a number a part."""
    wanted = set(units)
    total = np.zeros(size, dtype=np.int64)
    for (_, unit), tokens in sums.items():
        if unit in wanted:
            known = tokens[:size]
            total[: len(known)] += known
    return total
