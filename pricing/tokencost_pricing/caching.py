"""The rules of a provider's prompt cache at a moment, as the table's `cache:` profiles tell them.

A provider file describes its caches once, as profiles; a profile may be a list of dated entries. A
model names the profile that works by itself (`profile`), those a client may ask for beside it
(`also`), and its smallest prefix (`min_tokens`, dated where it changed). A host that inherits a
model uses its profile of that name, or else the maker's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from tokencost_pricing.moments import moment
from tokencost_pricing.offer import Offer

AUTOMATIC: Final = "automatic"
BREAKPOINTS: Final = "breakpoints"
OBJECT: Final = "object"

# What is taken where a provider publishes nothing. `CacheRule.assumed` says that it was.
ASSUMED_IDLE_SECONDS: Final = 300
ASSUMED_OBJECT_SECONDS: Final = 3600


class Lifetime(NamedTuple):
    """How long a written prefix lasts, and the unit that the write is billed as."""

    unit: str  # cache_write_5m, cache_write_1h, ...
    seconds: int

    @property
    def name(self) -> str:
        """The lifetime as people say it: `5m`, `1h`."""
        hours, rest = divmod(self.seconds, 3600)
        return f"{self.seconds // 60}m" if rest else f"{hours}h"


class CacheRule(NamedTuple):
    """How one cache of one model works on a day."""

    name: str  # the profile of the table
    kind: str  # automatic, breakpoints, object
    min_tokens: int = 0  # a shorter prompt is not cached
    increment: int = 0  # reads grow by so many tokens; 0: by blocks
    lifetimes: tuple[Lifetime, ...] = ()  # of writes that are billed, shortest first
    default: str | None = None  # the unit of a write that names no lifetime
    reads: str = "cache_read"  # the unit of what is read
    idle_seconds: int = ASSUMED_IDLE_SECONDS  # of writes that are free
    max_seconds: int | None = None  # from the first write on, however often it is read
    refresh_on_hit: bool = True
    max_breakpoints: int = 4
    lookback_blocks: int | None = None  # how far before a mark an earlier write is looked for
    lookback_breakpoints: int | None = None  # how many earlier writes are looked at
    assumed: tuple[str, ...] = ()  # which of these the provider does not publish

    @property
    def writes_are_billed(self) -> bool:
        """Whether writes have a price."""
        return bool(self.lifetimes)

    def lifetime(self, name: str | None = None) -> Lifetime:
        """Return the lifetime called `name`, else the nearest longer one, else the longest.

        Where no name is asked for it is the default. Raise `ValueError` for a cache that bills no
        writes.
        """
        if not self.lifetimes:
            raise ValueError(f"the cache '{self.name}' bills no writes")
        if name is None:
            return next(
                (life for life in self.lifetimes if life.unit == self.default), self.lifetimes[0]
            )
        named = next((life for life in self.lifetimes if life.unit == name), None)
        if named is not None:
            return named
        wanted = seconds_of(name)
        return next((life for life in self.lifetimes if life.seconds >= wanted), self.lifetimes[-1])


def seconds_of(name: str) -> int:
    """Return the seconds of a lifetime written as `5m`, `1h` or `cache_write_5m`."""
    text = name.removeprefix("cache_write_")
    scale = {"s": 1, "m": 60, "h": 3600}.get(text[-1:])
    if scale is None or not text[:-1].isdigit():
        raise ValueError(f"'{name}' is not a lifetime such as 5m or 1h")
    return int(text[:-1]) * scale


def cache_rules(offer: Offer, at: datetime) -> tuple[CacheRule, ...]:
    """Return the caches of a model as it is billed at `at`: the one it has by itself first.

    Empty where the table tells of none.
    """
    choice = offer.model.cache
    minimum = _dated(choice.min_tokens, at)
    rules = []
    for name in choice.profiles:
        entry = _in_force(offer.caches.get(name), at)
        if entry is not None and entry["kind"] != "none":
            rules.append(_rule(name, entry, minimum))
    return tuple(rules)


def _in_force(profile: Any, at: datetime) -> Mapping[str, Any] | None:
    """Return the entry of a profile at a moment, or None before the first and after the end."""
    current: Mapping[str, Any] | None = None
    for entry in profile if isinstance(profile, list) else [profile] if profile else []:
        if moment(entry.get("from")) <= at:
            current = entry
    if current is not None and "until" in current and at >= moment(current["until"]):
        return None
    return current


def _dated(minimums: tuple[tuple[datetime, int], ...], at: datetime) -> int | None:
    """Return the smallest prefix of a model at a moment, or None where it has none itself."""
    return next((tokens for start, tokens in reversed(minimums) if start <= at), None)


def _rule(name: str, entry: Mapping[str, Any], model_minimum: int | None) -> CacheRule:
    assumed = []
    minimum = model_minimum if model_minimum is not None else entry.get("min_tokens")
    increment = entry.get("increment", 0)
    if minimum is None:
        minimum = increment
        assumed.append("min_tokens")
    lifetimes = tuple(
        sorted(
            (Lifetime(unit, seconds) for unit, seconds in entry.get("writes", {}).items()),
            key=lambda life: life.seconds,
        )
    )
    idle = entry.get("idle_seconds")
    longest = entry.get("max_seconds")
    if entry["kind"] == OBJECT:
        idle = idle or longest or ASSUMED_OBJECT_SECONDS
        longest = None  # a client may keep an object as long as it pays for it
    elif idle is None and not lifetimes:
        assumed.append("idle_seconds")
    return CacheRule(
        name=name,
        kind=entry["kind"],
        min_tokens=minimum,
        increment=increment,
        lifetimes=lifetimes,
        default=entry.get("default_write"),
        reads=entry.get("reads", "cache_read"),
        idle_seconds=idle or ASSUMED_IDLE_SECONDS,
        max_seconds=longest,
        refresh_on_hit=entry.get("refresh_on_hit", True),
        max_breakpoints=entry.get("max_breakpoints", 4),
        lookback_blocks=entry.get("lookback_blocks"),
        lookback_breakpoints=entry.get("lookback_breakpoints"),
        assumed=tuple(assumed),
    )
