"""Prices that depend on the time of day: UTC windows, weekdays, and public-holiday calendars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def applies(schedule: Mapping[str, Any], calendars: Mapping[str, Any], moment: datetime) -> bool:
    """Tell whether `moment` (UTC) lies inside the schedule.

    Weekdays and holidays are those of the calendar's own zone, if the schedule names one: 01:00 UTC
    on a Beijing holiday is already 09:00 of that day there.
    """
    minute = moment.hour * 60 + moment.minute
    if not any(_inside(window, minute) for window in schedule["windows_utc"]):
        return False
    calendar = calendars.get(schedule.get("except_calendar", ""))
    local = moment + _offset(calendar["utc_offset"]) if calendar else moment
    if calendar and local.date().isoformat() in calendar["days"]:
        return False
    days = schedule.get("days")
    return days is None or _WEEKDAYS[local.weekday()] in days


def covers(schedule: Mapping[str, Any], calendars: Mapping[str, Any], moment: datetime) -> bool:
    """Tell whether the schedule's calendar is known for the day of `moment`."""
    calendar = calendars.get(schedule.get("except_calendar", ""))
    if calendar is None:
        return True
    day = (moment + _offset(calendar["utc_offset"])).date().isoformat()
    first: str = calendar.get("valid_from", "")
    last: str = calendar["valid_until"]
    return first <= day <= last


def _inside(window: str, minute: int) -> bool:
    """Tell whether a minute of the day lies in `HH:MM-HH:MM`, which may cross midnight."""
    start, end = int(window[:2]) * 60 + int(window[3:5]), int(window[6:8]) * 60 + int(window[9:])
    return start <= minute < end if start < end else minute >= start or minute < end


def _offset(text: str) -> timedelta:
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[4:]))
