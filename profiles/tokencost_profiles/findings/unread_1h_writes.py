"""One-hour cache writes that no later call reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from tokencost_pricing.money import subtract
from tokencost_profiles.attribution.finding import MEASURED, Detector, Hit
from tokencost_profiles.attribution.hits import calls_hit
from tokencost_profiles.attribution.inspected import Inspected, PricedCall, Thread

_UNIT: Final = "cache_write_1h"
_HOUR: Final = 3600.0
_LEAST: Final = 1_000  # tokens: the last writes of a session are small, and cannot be foreseen


class _Start(NamedTuple):
    """The first call of a conversation."""

    thread: int  # the identity of its conversation
    at: float | None
    model: str | None
    read: int  # tokens from the cache


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
                yield calls_hit(
                    [priced], subtract(cost, plain), cost=cost, subject=priced.call.model or ""
                )


def _starts(inspected: Inspected) -> list[_Start]:
    return [
        _Start(id(thread), first.call.at, first.call.model, first.usage.get("cache_read", 0))
        for thread in inspected.threads
        for first in thread.calls[:1]
    ]


def _unread_tokens(thread: Thread, at: int, starts: list[_Start]) -> int:
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
    if at == 0 or begin == 0:  # other conversations may begin alike
        reads = (
            start.read
            for start in starts
            if start.thread != id(thread)
            and start.model == priced.call.model
            and _may_read(priced, start)
        )
        reached = max(reached, min(end, max(reads, default=0)))
    return end - reached


def _may_read(priced: PricedCall, start: _Start) -> bool:
    """Whether a conversation begins within the hour; one without a time may."""
    then = priced.call.at
    return then is None or start.at is None or 0 <= start.at - then <= _HOUR


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
    "and, at the beginning of a prompt, no first call of another conversation with the same model "
    "either. Cost: the tokens at the price of a one-hour write. Saved: the tokens times the price "
    "of a one-hour write over that of plain input. Writes below 1,000 tokens are left out: the "
    "last one of a session cannot be foreseen.",
    MEASURED,
    _find,
)
