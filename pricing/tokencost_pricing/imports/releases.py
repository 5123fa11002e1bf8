"""When a model was released: by its maker's file, a date in its name, or its first sight."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.names import weights

_LATE: Final = 30  # days after a release within which a first sight is that of the release
_DATE: Final = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")


def first_day(seen: str, released: str | None, *, at_edge: bool) -> str | None:
    """Return the first day of a first row, or None where it is not known."""
    if released and released <= seen and _days(released, seen) <= _LATE and not at_edge:
        return released
    return None


class Releases:
    """Release days by the name of the weights."""

    def __init__(self, table: Mapping[str, Any], facts: Iterable[Fact]) -> None:
        self._by_hand: dict[str, str] = {}
        self._seen: dict[str, dict[str, str]] = {}  # by weights and provider
        for provider in table.values():
            for name, model in provider["models"].items():
                if day := model.get("released"):
                    known = self._by_hand.get(weights(name), day)
                    self._by_hand[weights(name)] = min(known, day)
        for fact in facts:
            days = self._seen.setdefault(weights(fact.id), {})
            if fact.first_seen and fact.first_seen < days.get(fact.provider, "9999"):
                days[fact.provider] = fact.first_seen

    def of(self, provider: str, model: str) -> str | None:
        """Return the release day of a model as others than `provider` show it, or None."""
        name = weights(model)
        if day := self._by_hand.get(name) or date_in(name):
            return day
        days = self._seen.get(name, {})
        return min((day for seller, day in days.items() if seller != provider), default=None)


def date_in(name: str) -> str | None:
    """Return the day that a name states, or None."""
    if not (hit := _DATE.search(name)):
        return None
    try:
        return str(date(int(hit[1]), int(hit[2]), int(hit[3])))
    except ValueError:
        return None


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last[:10]) - date.fromisoformat(first[:10])).days
