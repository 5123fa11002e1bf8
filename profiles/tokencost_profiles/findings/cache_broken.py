"""Cached prompts that were processed again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_pricing.money import subtract
from tokencost_profiles.attribution.cache_misses import Miss, breaks_of
from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall
from tokencost_profiles.attribution.shares import buckets


def _find(inspected: Inspected) -> Iterator[Hit]:
    for thread in inspected.threads:
        for place, miss in breaks_of(thread).misses.items():
            priced = thread.calls[place]
            if priced.is_selected:
                hit = _hit(priced, miss)
                if hit is not None:
                    yield hit


def _hit(priced: PricedCall, miss: Miss) -> Hit | None:
    """Return what processing the tokens again cost over reading them.

    They stand behind what was read, so they are the first of those that were written or fresh.
    """
    rest, usage = miss.tokens, {}
    for unit, start, end in buckets(priced.usage):
        if rest and not unit.startswith("cache_read"):
            usage[unit] = min(rest, end - start)
            rest -= usage[unit]
    paid = priced.cost_of(usage)
    read = priced.cost_of({"cache_read": sum(usage.values())})
    if paid is None or read is None or paid <= read:
        return None
    return calls_hit([priced], subtract(paid, read), cost=paid, subject=miss.cause)


FINDING: Final = Detector(
    "cache-broken",
    "a cached prompt that was processed again",
    "Keep what stands first in the prompt the same, and the pauses shorter than the cache lives.",
    "A call reads less than 95 % of what the call before it left in the cache, so that at least "
    "2,000 tokens are processed again; a compaction is no broken cache. Cost: these tokens at the "
    "price of the write or input that was paid. Saved: that price over the price of a cache read. "
    "The cause is in the words of Claude Code: system_prompt_changed, tools_changed, "
    "model_changed, fast_mode_changed, cache_scope_or_ttl_changed, messages_rewritten, "
    "ttl_expired_5m, ttl_expired_1h, likely_server_side (the prompt only grew) or unknown (the "
    "log has no text, or no times).",
    MEASURED,
    _find,
)
