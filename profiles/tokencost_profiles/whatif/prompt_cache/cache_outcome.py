"""What a cache did with a call: its units, and why less was read than there was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

# Why a call read less than the call before it had left in the cache (or nothing at all).
UNCACHED: Final = "not cached"  # the policy uses no cache, or the model has none
TOO_SHORT: Final = "below the minimum"
NEVER_WRITTEN: Final = "never written"  # the first of its session
EXPIRED: Final = "expired"
CHANGED: Final = "prefix changed"  # with the role of the first block that differs
OUTSIDE_LOOKBACK: Final = "outside the look-back"
OTHER_MODEL: Final = "other model"  # or account, or provider
NOT_READY: Final = "still being written"  # by a call that had not begun to answer


class CacheOutcome(NamedTuple):
    """What a cache did with one call."""

    usage: Mapping[str, int]  # input, cache_read, cache_write_*: they sum to the prompt
    storage: int = 0  # token-seconds that the provider bills because of this call
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
