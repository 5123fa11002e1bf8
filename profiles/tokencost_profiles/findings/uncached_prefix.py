"""A prefix that is sent again and again at the full price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Final

import numpy as np

from tokencost_pricing.money import ZERO, add, per_million, subtract
from tokencost_pricing.rate_card import token_rate
from tokencost_profiles.attribution.carried import CarriedCall, Carrier
from tokencost_profiles.attribution.content import ThreadContent
from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall, Thread

_LEAST: Final = 4_096  # tokens: the longest prefix below which a provider caches nothing
_TTL: Final = 300.0  # seconds that a cache lives at least


def _find(inspected: Inspected) -> Iterator[Hit]:
    view = inspected.content
    if view is None:
        return
    for content in view.threads:
        if _may_repeat(content.thread):
            tokens = {one.part.hash: view.rows[one.row].tokens for one in content.instances}
            yield from _of_thread(content, tokens)


def _of_thread(content: ThreadContent, tokens: Mapping[bytes, int]) -> Iterator[Hit]:
    before: CarriedCall | None = None
    cached = 0  # tokens that a cache would hold already
    saved = ZERO
    calls: list[PricedCall] = []
    carrier = Carrier(content.thread, lambda part, _: tokens.get(part.hash, 0))
    for carried in carrier.calls():
        repeated = _repeated(before, carried) if before is not None else 0
        amount = _saved(carried.priced, repeated, max(0, repeated - cached))
        cached = repeated
        before = carried
        if repeated >= _LEAST and amount is not None and carried.priced.is_selected:
            saved = add(saved, amount)
            calls.append(carried.priced)
    if calls and saved > 0:
        by_itself = ", which caches by itself" if _caches_by_itself(calls[0]) else ""
        yield calls_hit(calls, saved, subject=f"{calls[0].call.model or ''}{by_itself}")


def _may_repeat(thread: Thread) -> bool:
    """Whether two calls on end are long and use no cache."""
    long = [
        not _uses_cache(priced) and priced.call.prompt_tokens >= _LEAST for priced in thread.calls
    ]
    return any(one and other for one, other in pairwise(long))


def _caches_by_itself(priced: PricedCall) -> bool:
    """Whether a provider writes to its cache without being asked, at the price of input."""
    write = token_rate(priced.card, "cache_write_5m")
    return write is not None and write[0] == "input"


def _repeated(before: CarriedCall, carried: CarriedCall) -> int:
    """Return the tokens at the beginning of a prompt that the call before had too, uncached."""
    one, other = before.priced, carried.priced
    if _uses_cache(one) or _uses_cache(other) or one.call.model != other.call.model:
        return 0
    if one.call.at is None or other.call.at is None or other.call.at - one.call.at > _TTL:
        return 0
    shorter = min(len(before.instances), len(carried.instances))
    if not shorter:
        return 0
    same = before.instances[:shorter] == carried.instances[:shorter]
    equal = shorter if bool(same.all()) else int(np.argmin(same))
    return carried.overhead + int(carried.tokens[:equal].sum()) if equal else 0


def _uses_cache(priced: PricedCall) -> bool:
    return any(unit.startswith("cache_") and count for unit, count in priced.usage.items())


def _saved(priced: PricedCall, repeated: int, written: int) -> Decimal | None:
    """Return what reading a prefix saves, less what writing it costs more; None: no such price."""
    card = priced.card
    if not priced.is_priced or "cache_read" not in card.rates:
        return None
    plain, read = token_rate(card, "input"), token_rate(card, "cache_read")
    write = token_rate(card, "cache_write_5m")
    if plain is None or read is None or write is None:
        return None
    of_reads = per_million(repeated, subtract(plain[1], read[1]))
    return subtract(of_reads, per_million(written, subtract(write[1], plain[1])))


FINDING: Final = Detector(
    "uncached-prefix",
    "a repeated prefix that is not cached",
    "Keep the beginning of the prompt the same, and mark its end for the cache; where the provider "
    "caches by itself, send the calls close together and with one cache key.",
    "A call of a conversation begins with at least 4,096 tokens that the call before it, at most "
    "five minutes earlier and to the same model, began with too, and neither used the cache, "
    "which the model has. Cost: all of these calls. Saved: the repeated tokens times the input "
    "price over the price of a cache read, less what writing them once would have cost more.",
    MEASURED,
    _find,
    needs_text=True,
)
