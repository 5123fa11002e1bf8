"""How much of a prompt is taken to be read from a cache, and what a provider's cache can hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.caching import cache_rules
from tokencost_pricing.offer import Offer


class Cached(NamedTuple):
    """How much of the input is read from a cache: tokens, a text, or a share of each prompt."""

    tokens: int | None = None
    text: str | None = None
    share: Decimal | None = None


NOTHING: Final = Cached()


def cached_input(
    cached: Cached, tokens: int, offer: Offer, at: datetime, count: Callable[[str], int]
) -> tuple[int, tuple[str, ...]]:
    """Return the tokens of a prompt that are read from a cache, and what must be known about them.

    A share is of the prompts that the provider's cache takes: none of one that is too short. What
    was stated as tokens or as a text is taken at its word.
    """
    read = cached.tokens or 0
    if cached.text is not None:
        read = count(cached.text)
    elif cached.share is not None:
        read = int(cached.share * tokens)
    warnings: tuple[str, ...] = ()
    if read > tokens:
        warnings = (f"{read:,} cached tokens are more than the input: {tokens:,} taken",)
        read = tokens
    least = min((rule.min_tokens for rule in cache_rules(offer, at)), default=0)
    if 0 < read < least:
        short = f"{offer.model.id} caches no prefix below {least:,} tokens"
        if cached.share is not None:
            return 0, (f"{short}: nothing of this prompt is read from a cache",)
        warnings += (f"{short}; {read:,} were asked for",)
    return read, warnings
