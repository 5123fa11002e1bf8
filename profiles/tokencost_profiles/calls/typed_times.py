"""Days and moments as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tokencost_pricing.errors import UsageError


def day_or_moment(text: str) -> tuple[datetime, bool]:
    """Read `2026-05-01` or `2026-05-01T02:00` as UTC; the second: whether it states the hour.

    Raise `UsageError` for anything else.
    """
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC), False
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"'{text}' is not a day as 2026-05-01, nor a moment as 2026-05-01T02:00"
        ) from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC), True
