"""Moments as logs write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

# 1973 and 2100, in UTC seconds: every call lies between these.
_FIRST: Final = 1e8
_LAST: Final = 4_102_444_800.0


def moment(value: Any) -> float | None:
    """Return UTC seconds of a time as logs write it: seconds, milli-, nanoseconds, ISO text.

    A text that names no time zone is taken as UTC.
    """
    if isinstance(value, str) and value[4:5] == "-":  # as most logs write it
        try:
            return _plausible_utc(datetime.fromisoformat(value))
        except ValueError:
            pass
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, datetime):
        return _plausible_utc(value)
    if isinstance(value, str):
        stripped = value.strip().removesuffix(" UTC")
        if stripped.isdecimal() and len(stripped) < 20:
            return moment(int(stripped))
        try:
            return _plausible_utc(datetime.fromisoformat(stripped))
        except ValueError:
            return None
    if isinstance(value, (int, float)) and 0 < value < 1e20:
        for scale in (1e9, 1e6, 1e3):
            if value > scale * 1e8 * 5:  # later than 1985 in this unit
                return _plausible(float(value) / scale)
        return _plausible(float(value))
    return None


def _plausible_utc(at: datetime) -> float | None:
    seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    return seconds if _FIRST < seconds < _LAST else None


def _plausible(seconds: float) -> float | None:
    """Return a time at which a model can have been called; None for that of an unset clock."""
    return seconds if _FIRST < seconds < _LAST else None
