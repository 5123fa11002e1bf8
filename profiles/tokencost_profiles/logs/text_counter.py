"""Counts texts and answers of logs that do not report how many tokens they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.token_count import Count


class TextCounter:
    """Counts as the model of a call does; as a usual one where the table lacks it.

    `cache`: the folder where tokenizers keep what they compiled from their vocabularies.
    """

    def __init__(self, table: PriceTable, day: date, cache: Path | None = None) -> None:
        self._table, self._day, self._cache = table, day, cache
        self._offers: dict[str | None, Offer | None] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return TextCounter, (self._table, self._day, self._cache)

    def text(self, model: str | None, text: str) -> Count:
        """Return the tokens of a text alone."""
        from tokencost_profiles.tokens.tokenizers import FALLBACK, tokenizer

        offer = self._offer(model)
        family = offer.model.tokenizer if offer is not None else None
        return tokenizer(family or FALLBACK, self._cache).count(text)

    def answer(self, model: str | None, parts: Sequence[Part]) -> Count:
        """Return the tokens of an answer: its words and calls, and what stands around them."""
        from tokencost_profiles.tokens.counter import Counter
        from tokencost_profiles.tokens.logged_requests import request_of

        offer = self._offer(model)
        if offer is None:
            return self.text(model, "\n".join(part.text for part in parts))
        counter = Counter(self._cache)
        target = counter.target(offer, self._day)
        counted = counter.answer(request_of(parts, None, model), target)
        return Count(counted.tokens, counted.method, max(counted.margin))

    def _offer(self, model: str | None) -> Offer | None:
        if model not in self._offers:
            try:
                self._offers[model] = self._table.find(model) if model else None
            except UnknownModelError:
                self._offers[model] = None
        return self._offers[model]
