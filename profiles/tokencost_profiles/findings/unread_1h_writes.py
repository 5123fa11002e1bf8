"""One-hour cache writes that no later call reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall, Thread

_UNIT: Final = "cache_write_1h"
_HOUR: Final = 3600.0
_LEAST: Final = 1_000  # tokens: the last writes of a session are small, and cannot be foreseen


def _find(inspected: Inspected) -> Iterator[Hit]:
    starts = _starts(inspected)
    for thread in inspected.threads:
        unread = []
        for at, priced in enumerate(thread.calls):
            if priced.is_selected and priced.is_priced and priced.usage.get(_UNIT):
                tokens = _unread_tokens(thread, at, starts)
                if tokens >= _LEAST:
                    unread.append((priced, tokens))
        for priced, tokens in unread:
            cost = priced.cost_of({_UNIT: tokens})
            plain = priced.cost_of({"input": tokens})
            if cost is not None and plain is not None and cost > plain:
                yield calls_hit([priced], cost - plain, cost=cost, subject=priced.call.model or "")


def _starts(inspected: Inspected) -> list[tuple[float, str | None, int]]:
    """Return the first call of each thread: (time, model, tokens that it reads)."""
    starts = []
    for thread in inspected.threads:
        first = thread.calls[0].call
        if first.at is not None:
            starts.append((first.at, first.model, thread.calls[0].usage.get("cache_read", 0)))
    return starts


def _unread_tokens(thread: Thread, at: int, starts: list[tuple[float, str | None, int]]) -> int:
    """Return how many of the tokens that a call wrote for an hour are read by no later one."""
    priced = thread.calls[at]
    begin = priced.usage.get("cache_read", 0)
    written = priced.usage[_UNIT]
    end, reached = begin + written, begin
    for later in thread.calls[at + 1 :]:
        if _is_over(priced, later):
            break
        reached = max(reached, min(end, later.usage.get("cache_read", 0)))
        if reached == end:
            return 0
    if begin == 0 and priced.call.at is not None:  # other conversations may begin alike
        reads = (
            read
            for when, model, read in starts
            if model == priced.call.model and 0 < when - priced.call.at <= _HOUR
        )
        reached = max(reached, min(end, max(reads, default=0)))
    return end - reached


def _is_over(priced: PricedCall, later: PricedCall) -> bool:
    """Whether what was written is gone when a later call comes."""
    then, now = priced.call.at, later.call.at
    return then is not None and now is not None and now - then > _HOUR


FINDING: Final = Detector(
    "unread-1h-writes",
    "one-hour cache writes that nothing reads",
    "Write to the five-minute cache, or not at all, what no call within the hour reads again.",
    "A write to the one-hour cache costs twice the input price, and pays only where a later call "
    "reads it. Counted are tokens that no later call of the conversation reads within the hour, "
    "and, at the beginning of a prompt, none of another conversation with the same model either. "
    "Saved: the tokens times the price of a one-hour write over that of plain input. Writes below "
    "1,000 tokens are left out: the last one of a session cannot be foreseen.",
    MEASURED,
    _find,
)
