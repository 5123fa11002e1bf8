"""The calls of a profile in the order of their times: context, money, compactions, cache misses."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

COMPACTION: Final = "compaction"
MISS: Final = "miss"


class Point(NamedTuple):
    """One call on the timeline. Tokens are of its prompt, disjoint; the cost is in USD."""

    at: float | None  # UTC seconds
    session: str | None
    thread: str | None  # of a sub-agent
    agent: str | None
    turn: int | None
    step: int | None
    model: str | None
    uncached: int
    cache_read: int
    cache_written: int
    output: int
    cost: Decimal | None  # None: no price
    mark: str = ""  # COMPACTION, MISS, or nothing
    cause: str = ""  # of a miss, in Claude Code's words: ttl_expired_5m, model_changed, ...

    @property
    def context(self) -> int:
        """Tokens of the prompt."""
        return self.uncached + self.cache_read + self.cache_written
