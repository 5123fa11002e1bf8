"""Ends of a range of time, as `--since` and `--until` take them: days, moments, and words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final, NamedTuple

from tokencost_pricing.errors import InputError, UsageError, did_you_mean
from tokencost_profiles.calls.typed_times import day_or_moment

_AGO: Final = re.compile(r"(\d+)([dw])")
_DAYS: Final = {"d": 1, "w": 7}
_REVISION: Final = "git:"


class Clock(NamedTuple):
    """What words are read by: the time now, the zone of days, and where git is asked."""

    now: datetime
    zone: tzinfo
    folder: Path
    environment: Mapping[str, str]


def _today(today: date) -> tuple[date, date]:
    # Up to the last day that there is means no end.
    return today, today + timedelta(1) if today < date.max else today


def _yesterday(today: date) -> tuple[date, date]:
    return today - timedelta(1), today


def _monday(today: date) -> tuple[date, date]:
    day = today - timedelta(today.weekday())
    return day, day + timedelta(1)


def _month(today: date) -> tuple[date, date]:
    first = today.replace(day=1)
    return first, (first + timedelta(31)).replace(day=1)


def _last_month(today: date) -> tuple[date, date]:
    return _month(today.replace(day=1) - timedelta(1))


# From today's date to the first day that a word names, and the day after its last.
_WORDS: Final[Mapping[str, Callable[[date], tuple[date, date]]]] = {
    "today": _today,
    "yesterday": _yesterday,
    "monday": _monday,
    "month": _month,
    "last-month": _last_month,
}
FORMS: Final = (
    "2026-05-01",
    "2026-05-01T02:00",
    *_WORDS,
    "7d (seven days back from now)",
    "4w",
    "git:REV",
)


def zone_of(name: str | None) -> tzinfo:
    """Return a time zone by name, UTC for none. Raise `UsageError` for one that is not known."""
    if name is None or name.upper() == "UTC":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"no time zone '{name}'", hint="as Europe/Berlin, or UTC") from None


def start_of(text: str, clock: Clock) -> float:
    """Return the start of what a text names, in UTC seconds. Raise `UsageError` for any other."""
    return _span(text, clock)[0]


def end_of(text: str, clock: Clock) -> float:
    """Return the end of what a text names, which is no part of it."""
    return _span(text, clock)[1]


def _span(text: str, clock: Clock) -> tuple[float, float]:
    word = text.strip()
    try:
        if word.startswith(_REVISION):
            at = _commit_time(word.removeprefix(_REVISION), clock)
        elif ago := _AGO.fullmatch(word.lower()):
            days = int(ago[1]) * _DAYS[ago[2]]
            at = (clock.now - timedelta(days)).timestamp()
        else:
            return _days(word, clock)
    except (OverflowError, ValueError):
        raise UsageError(f"'{text}' is no time of this calendar") from None
    return at, at


def _days(text: str, clock: Clock) -> tuple[float, float]:
    """Return the start and the end of a day or of a word; of a moment, twice itself."""
    word = _WORDS.get(text.lower())
    if word is None:
        at, timed = _parse_moment(text)
        if timed:
            return at.timestamp(), at.timestamp()
        first, after = _today(at.date())
    else:
        first, after = word(clock.now.astimezone(clock.zone).date())
    return _midnight(first, clock.zone), _midnight(after, clock.zone)


def _midnight(day: date, zone: tzinfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def _parse_moment(text: str) -> tuple[datetime, bool]:
    try:
        return day_or_moment(text)
    except UsageError:
        near = did_you_mean(text, _WORDS)
        raise UsageError(f"'{text}' is no time{near}", hint=f"one of: {', '.join(FORMS)}") from None


def _commit_time(name: str, clock: Clock) -> float:
    from tokencost_profiles.files.git_base import committed_at, revision

    try:
        return committed_at(revision(name, clock.folder, clock.environment))
    except (InputError, UsageError) as error:
        raise UsageError(f"{_REVISION}{name}: {error.reason}") from None
