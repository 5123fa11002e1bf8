"""Prices that depend on the time of day: UTC windows, weekdays, and public-holiday calendars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_pricing.money import decimal

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Calendar(NamedTuple):
    """The public holidays of a country."""

    offset: timedelta  # of its zone to UTC
    first: date  # the days that it covers
    last: date
    holidays: frozenset[date]


class Schedule(NamedTuple):
    """A factor on the rates at certain hours of certain days."""

    windows: tuple[str, ...]  # UTC, such as "16:30-00:30"
    weekdays: tuple[str, ...]
    calendar: str | None  # whose holidays are left out
    multiply: Decimal


def schedules(entries: Mapping[str, Any]) -> dict[str, Schedule]:
    """Read a `schedules:` mapping."""
    return {
        name: Schedule(
            tuple(entry["windows_utc"]),
            tuple(entry.get("days", _WEEKDAYS)),
            entry.get("except_calendar"),
            decimal(entry["multiply"]),
        )
        for name, entry in entries.items()
    }


def calendars(entries: Mapping[str, Any]) -> dict[str, Calendar]:
    """Read the calendars of a table."""
    return {
        name: Calendar(
            _offset(entry["utc_offset"]),
            date.fromisoformat(entry["valid_from"]) if "valid_from" in entry else date.min,
            date.fromisoformat(entry["valid_until"]),
            frozenset(date.fromisoformat(text) for text in entry["days"]),
        )
        for name, entry in entries.items()
    }


def applies(schedule: Schedule, calendars: Mapping[str, Calendar], moment: datetime) -> bool:
    """Tell whether `moment` (UTC) lies inside the schedule.

    Weekdays and holidays are those of the calendar's zone, if the schedule names one: 01:00 UTC
    on a Beijing holiday is already 09:00 of that day there.
    """
    minute = moment.hour * 60 + moment.minute
    if not any(_inside(window, minute) for window in schedule.windows):
        return False
    calendar = calendars.get(schedule.calendar or "")
    local = moment + calendar.offset if calendar else moment
    if calendar and local.date() in calendar.holidays:
        return False
    return _WEEKDAYS[local.weekday()] in schedule.weekdays


def covers(schedule: Schedule, calendars: Mapping[str, Calendar], moment: datetime) -> bool:
    """Tell whether the schedule's calendar is known for the day of `moment`."""
    calendar = calendars.get(schedule.calendar or "")
    if calendar is None:
        return True
    return calendar.first <= (moment + calendar.offset).date() <= calendar.last


def _inside(window: str, minute: int) -> bool:
    """Tell whether a minute of the day lies in `HH:MM-HH:MM`, which may cross midnight."""
    start, end = int(window[:2]) * 60 + int(window[3:5]), int(window[6:8]) * 60 + int(window[9:])
    return start <= minute < end if start < end else minute >= start or minute < end


def _offset(text: str) -> timedelta:
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[4:]))
