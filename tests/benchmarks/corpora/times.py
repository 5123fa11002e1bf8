"""Moments as logs write them, quickly: milliseconds since 1970 to text."""

from __future__ import annotations

from functools import lru_cache
from time import gmtime, strftime
from typing import Final

SECOND: Final = 1000
DAY: Final = 86_400 * SECOND
START: Final = 1_767_600_000 * SECOND  # 2026-01-05T08:00:00Z


@lru_cache(maxsize=4096)
def _date(day: int) -> str:
    return strftime("%Y-%m-%d", gmtime(day * DAY // SECOND))


def day_of(moment: int) -> str:
    """Return the day of a moment in UTC."""
    return _date(moment // DAY)


def stamp(moment: int) -> bytes:
    """Return a moment as 2026-01-05T08:00:00.000Z."""
    day, rest = divmod(moment, DAY)
    seconds, milliseconds = divmod(rest, SECOND)
    return b"%bT%02d:%02d:%02d.%03dZ" % (
        *(_date(day).encode(), seconds // 3600, seconds // 60 % 60),
        *(seconds % 60, milliseconds),
    )
