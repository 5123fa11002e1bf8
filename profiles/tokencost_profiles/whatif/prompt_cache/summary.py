"""What came of simulated calls: their units, and why a cache was not read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

# Why a call read less than the call before it had left in the cache (or nothing at all).
UNCACHED: Final = "not cached"  # the policy or the model does without
TOO_SHORT: Final = "below the minimum"
NEVER_WRITTEN: Final = "never written"  # the first of its session
EXPIRED: Final = "expired"
CHANGED: Final = "prefix changed"  # with the role of the first block that differs
BEYOND_LOOKBACK: Final = "not found within look-back"
OTHER_MODEL: Final = "other model"  # or account, or provider
NOT_READY: Final = "still being written"  # by a call that had not begun to answer
REASONS: Final = (
    UNCACHED,
    TOO_SHORT,
    NEVER_WRITTEN,
    EXPIRED,
    CHANGED,
    BEYOND_LOOKBACK,
    OTHER_MODEL,
    NOT_READY,
)


class Outcome(NamedTuple):
    """What a cache did with one call."""

    usage: Mapping[str, int]  # input, cache_read, cache_write_*: they sum to the prompt
    storage: int = 0  # token-seconds that the provider bills, of this call's doing
    expected: int = 0  # tokens that the call before it had left in the cache
    missed: str | None = None  # why less was read; None is a hit
    role: str | None = None  # where the prefix changed

    @property
    def read(self) -> int:
        """Tokens read from the cache."""
        return sum(count for unit, count in self.usage.items() if unit.startswith("cache_read"))

    @property
    def written(self) -> int:
        """Tokens whose writing is billed."""
        return sum(count for unit, count in self.usage.items() if unit.startswith("cache_write"))

    @property
    def storage_hours(self) -> Decimal:
        """Token-hours of storage."""
        return Decimal(self.storage) / 3600


class Misses(NamedTuple):
    """Calls that missed for one reason, and the tokens that they could have read."""

    calls: int
    tokens: int


class Summary(NamedTuple):
    """The outcomes of many calls together. `hits` and the calls of `misses` sum to `calls`."""

    calls: int
    hits: int
    usage: Mapping[str, int]
    storage: int  # token-seconds
    misses: Mapping[str, Misses]  # by reason; a changed prefix as `prefix changed: system`


def summarise(outcomes: Iterable[Outcome]) -> Summary:
    """Add up outcomes."""
    calls = hits = storage = 0
    usage: dict[str, int] = {}
    misses: dict[str, Misses] = {}
    for outcome in outcomes:
        calls += 1
        storage += outcome.storage
        for unit, count in outcome.usage.items():
            usage[unit] = usage.get(unit, 0) + count
        if outcome.missed is None:
            hits += 1
            continue
        name = outcome.missed if outcome.role is None else f"{outcome.missed}: {outcome.role}"
        known = misses.get(name, Misses(0, 0))
        lost = max(0, outcome.expected - outcome.read)
        misses[name] = Misses(known.calls + 1, known.tokens + lost)
    return Summary(calls, hits, usage, storage, misses)
