"""What a table needs: rows that are due, models that end, calendars that run out, its age."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from tokencost_pricing.model import Model
from tokencost_pricing.moments import written
from tokencost_pricing.table import PriceTable

WARN: Final = "warn"
NOTE: Final = "note"
_TABLE_DAYS: Final = 30  # how old a table may be
_ROW_DAYS: Final = 90  # how long ago a row may have been compared with its source
_CHANGE_DAYS: Final = 30
_RETIREMENT_DAYS: Final = 60
_CALENDAR_DAYS: Final = 30
_NAMED: Final = 3  # models that a finding of several names


class Finding(NamedTuple):
    """One thing to know or to do. `check` names the kind, `subject` what it is about."""

    check: str
    subject: str
    text: str
    level: str  # warn, note
    day: date | None = None  # on which it happens, or happened


def findings(table: PriceTable, today: date) -> list[Finding]:
    """Return what is to be known of a table on a day, warnings first, then by day."""
    kinds = (
        _age(table, today),
        _announced(table, today),
        _retirements(table, today),
        _calendars(table, today),
        _unchecked(table, today),
    )
    every = [finding for kind in kinds for finding in kind]
    every.sort(key=lambda one: (one.level != WARN, one.day or date.max, one.subject))
    return every


def _age(table: PriceTable, today: date) -> Iterator[Finding]:
    newest = table.checked
    days = (today - newest).days
    if days > _TABLE_DAYS:
        text = f"checked {days} days ago, on {newest}"
        yield Finding("table-age", table.version, text, WARN, newest)


def _announced(table: PriceTable, today: date) -> Iterator[Finding]:
    soon = today + timedelta(days=_CHANGE_DAYS)
    for model in table.models():
        for before, price in zip((None, *model.prices), model.prices, strict=False):
            if not price.announced:
                continue
            day = price.start.date()
            change = _change(before.rates if before else {}, price.rates)
            if day <= today:
                text = f"in force since {day}: compare it with the page"
                yield Finding("announced-due", model.key, text, WARN, day)
            elif day <= soon:
                text = f"from {written(price.start)}{change}"
                yield Finding("price-change", model.key, text, NOTE, day)


def _change(before: object, after: object) -> str:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return ""
    old, new = before.get("input"), after.get("input")
    return f": input {old} -> {new}" if old is not None and new is not None else ""


def _retirements(table: PriceTable, today: date) -> Iterator[Finding]:
    soon = today + timedelta(days=_RETIREMENT_DAYS)
    ended: dict[str, list[Model]] = {}
    for model in table.models():
        if not model.is_served or model.retires is None or model.retires > soon:
            continue
        if model.retires <= today:
            ended.setdefault(model.provider, []).append(model)
        else:
            text = f"ends on {model.retires}"
            yield Finding("retires-soon", model.key, text, NOTE, model.retires)
    for provider, models in ended.items():
        latest = max(model.retires for model in models if model.retires is not None)
        text = f"listed as served, announced end has passed: {_names(models)}"
        yield Finding("ended", provider, text, WARN, latest)


def _names(models: Sequence[Model]) -> str:
    """Return models with the days of their ends, the last ones first, and count the rest."""
    models = sorted(models, key=lambda model: str(model.retires), reverse=True)
    named = ", ".join(f"{model.id} ({model.retires})" for model in models[:_NAMED])
    return named if len(models) <= _NAMED else f"{named} and {len(models) - _NAMED} more"


def _calendars(table: PriceTable, today: date) -> Iterator[Finding]:
    for name, calendar in table.calendars().items():
        days = (calendar.last - today).days
        if days <= _CALENDAR_DAYS:
            text = f"its public holidays are known until {calendar.last}"
            yield Finding("calendar-ends", name, text, WARN, calendar.last)


def _unchecked(table: PriceTable, today: date) -> Iterator[Finding]:
    """Yield the providers whose rows were last checked long ago, each with how many."""
    latest = today - timedelta(days=_ROW_DAYS)
    providers = table.providers()
    late: Counter[str] = Counter()
    for model in table.models():
        price = model.prices[-1]
        seller = providers[model.provider]
        mirrored = seller.lists_checked if model.lists else None
        checked = price.checked or mirrored or seller.checked
        if checked < latest and model.is_served:
            late[model.provider] += 1
    for provider, count in sorted(late.items()):
        noun = "model was" if count == 1 else "models were"
        text = f"{count} {noun} last checked over {_ROW_DAYS} days ago"
        yield Finding("unchecked", provider, text, WARN)
