"""Compactions and cache misses: where the prompt of a thread is not that of its last call, longer.

A compaction is a prompt that falls below 90 % of the one before and holds a new summary; where no
summary was read, one that falls below 60 %. It is no miss. A miss is a call that
reads less than 95 % of what the call before it left in the cache, so that at least 2,000 tokens are
processed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from tokencost_pricing.units import INPUT_UNITS
from tokencost_profiles.attribution.inspected import PricedCall, Thread
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import SUMMARY, SYSTEM, TOOLS, Part

READ_SHARE: Final = 95  # percent of what was cached
LEAST_TOKENS: Final = 2_000  # processed again
FALLS: Final = 60  # percent of the prompt before
FALLS_TO_SUMMARY: Final = 90

MODEL: Final = "model_changed"
FAST_MODE: Final = "fast_mode_changed"
EXPIRED_5M: Final = "ttl_expired_5m"
EXPIRED_1H: Final = "ttl_expired_1h"
SCOPE: Final = "cache_scope_or_ttl_changed"
REWRITTEN: Final = "messages_rewritten"
TOOLS_CHANGED: Final = "tools_changed"
SYSTEM_CHANGED: Final = "system_prompt_changed"
SERVER: Final = "likely_server_side"
UNKNOWN: Final = "unknown"

_MINUTES: Final = 300
_HOUR: Final = 3_600
_ASIDE: Final = 2  # a prompt under half of both its neighbours is a question beside the thread


class Miss(NamedTuple):
    """A call that processed again what was cached."""

    before: PricedCall  # whose cache it missed
    tokens: int  # cached, and processed again
    cause: str


class Breaks(NamedTuple):
    """What breaks the growth of a thread, by the places of its calls."""

    compactions: frozenset[int]
    misses: Mapping[int, Miss]


def breaks_of(thread: Thread) -> Breaks:
    """Return the compactions and the cache misses of a thread.

    Calls without usage and questions beside the thread, with a prompt under half of those before
    and after, are passed over.
    """
    places = _growing(thread.calls)
    compactions: set[int] = set()
    misses: dict[int, Miss] = {}
    lifetimes: set[str] = set()
    for earlier, place in pairwise(places):
        before, now = thread.calls[earlier], thread.calls[place]
        lifetimes |= _lifetimes(before)
        if _is_compaction(before.call, now.call):
            compactions.add(place)
        elif tokens := _missed(before, now):
            misses[place] = Miss(before, tokens, _cause(before, now, lifetimes))
    return Breaks(frozenset(compactions), misses)


def _growing(calls: Sequence[PricedCall]) -> list[int]:
    billed = [place for place, one in enumerate(calls) if _prompt(one)]
    sizes = [_prompt(calls[place]) for place in billed]
    return [
        place
        for at, place in enumerate(billed)
        if not 0 < at < len(billed) - 1
        or sizes[at] * _ASIDE >= min(sizes[at - 1], sizes[at + 1])
        or sizes[at + 1] < sizes[at - 1]
    ]


def _prompt(one: PricedCall) -> int:
    return sum(one.usage.get(unit, 0) for unit in INPUT_UNITS)


def _read(one: PricedCall) -> int:
    return sum(count for unit, count in one.usage.items() if unit.startswith("cache_read"))


def _cached(one: PricedCall) -> int:
    """Return the tokens that a call leaves in the cache, as far as its usage states it."""
    written = sum(count for unit, count in one.usage.items() if unit.startswith("cache_write"))
    return _read(one) + written


def _is_compaction(before: Call, now: Call) -> bool:
    percent = 100 * now.prompt_tokens
    if summaries := _summaries(now.parts or ()):
        is_new = bool(summaries - _summaries(before.parts or ()))
        return is_new and percent < FALLS_TO_SUMMARY * before.prompt_tokens
    return percent < FALLS * before.prompt_tokens


def _summaries(parts: Sequence[Part]) -> set[tuple[str, bytes]]:
    return {(part.text, part.hash) for part in parts if part.role == SUMMARY}


def _missed(before: PricedCall, now: PricedCall) -> int:
    """Return how many cached tokens were processed again; 0 where it is no miss."""
    cached, read = _cached(before), _read(now)
    if 100 * read >= READ_SHARE * cached:
        return 0
    again = min(cached, _prompt(now)) - read
    return again if again >= LEAST_TOKENS else 0


def _lifetimes(one: PricedCall) -> set[str]:
    return {unit for unit, count in one.usage.items() if unit.startswith("cache_write") and count}


def _cause(before: PricedCall, now: PricedCall, lifetimes: set[str]) -> str:
    first, second = before.call, now.call
    if first.model != second.model:
        return MODEL
    if first.speed != second.speed:
        return FAST_MODE
    pause = None if first.at is None or second.at is None else second.at - first.at
    if expired := _expired(pause or 0.0, lifetimes):
        return expired
    if _lifetimes(before) and _lifetimes(now) and not _lifetimes(before) & _lifetimes(now):
        return SCOPE
    if first.parts is None or second.parts is None:
        return UNKNOWN
    # Without times the pause may have been long.
    return _changed(first.parts, second.parts) or (UNKNOWN if pause is None else SERVER)


def _expired(pause: float, lifetimes: set[str]) -> str | None:
    """Return which lifetime of the cache is over after a pause in seconds; None: none."""
    if pause > _HOUR and "cache_write_1h" in lifetimes:
        return EXPIRED_1H
    if pause > _MINUTES and lifetimes != {"cache_write_1h"}:
        return EXPIRED_5M
    return None


def _changed(before: Sequence[Part], now: Sequence[Part]) -> str | None:
    """Return what of a prompt is another one than before; None where it only goes on."""
    for earlier, later in zip(before, now, strict=False):
        if (earlier.role, earlier.hash, earlier.text) != (later.role, later.hash, later.text):
            roles = {earlier.role, later.role}
            if TOOLS in roles:
                return TOOLS_CHANGED
            return SYSTEM_CHANGED if SYSTEM in roles else REWRITTEN
    return REWRITTEN if len(now) < len(before) else None
