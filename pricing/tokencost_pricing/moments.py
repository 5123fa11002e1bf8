"""Days and moments as the table writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

ALWAYS: Final = datetime.min.replace(tzinfo=UTC)


def moment(text: str | None) -> datetime:
    """Read a day (00:00 UTC) or a UTC moment of the table; None is the beginning of time."""
    if text is None:
        return ALWAYS
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def written(at: datetime) -> str:
    """Write a moment as the table does: a day where it is midnight UTC."""
    text = at.isoformat()
    return text[:10] if text[11:19] == "00:00:00" else f"{text[:19]}Z"
