"""Values of lists that are known to be wrong: `faults.yaml`, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.errors import TableError
from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.yaml_loader import load

FILE: Final = Path(__file__).with_name("faults.yaml")
_KEYS: Final = frozenset(
    {"lists", "providers", "ids", "fields", "value", "first_seen", "ended", "reason"}
)


class Fault(NamedTuple):
    """Which facts are wrong, and why."""

    lists: re.Pattern[str]
    providers: frozenset[str]
    ids: re.Pattern[str]
    fields: re.Pattern[str]
    values: frozenset[Decimal]  # empty: any
    first: str
    last: str
    ended: str  # only what a list no longer held on the day after; empty: any
    reason: str

    def covers(self, fact: Fact) -> bool:
        """Whether a fact is one of these."""
        return (
            fact.provider in self.providers
            and self.first <= fact.first_seen <= self.last
            and (not self.ended or (fact.last_seen or "9999") <= self.ended)
            and (not self.values or fact.value in self.values)
            and self.lists.fullmatch(fact.list) is not None
            and self.ids.fullmatch(fact.id) is not None
            and self.fields.fullmatch(fact.field) is not None
        )


@cache
def faults() -> tuple[Fault, ...]:
    """Return the known faults. Raise `TableError` where the file is wrong."""
    document = load(FILE, FILE.name)
    return tuple(_fault(entry) for entry in document.data["faults"])


def _fault(entry: dict[str, Any]) -> Fault:
    if unknown := set(entry) - _KEYS:
        raise TableError(f"unknown key '{sorted(unknown)[0]}'", file=FILE.name)
    if not entry.get("reason"):
        raise TableError("a fault needs a reason", file=FILE.name)
    days = entry.get("first_seen", {})
    value = entry.get("value")
    return Fault(
        re.compile(entry["lists"]),
        frozenset(entry["providers"]),
        re.compile(entry["ids"], re.IGNORECASE),
        re.compile(entry.get("fields", ".*")),
        frozenset(Decimal(one) for one in value.split("|")) if value else frozenset(),
        days.get("from", ""),
        days.get("until", "9999"),
        entry.get("ended", ""),
        entry["reason"],
    )


def minus_faults(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield the facts that are not known to be wrong."""
    known: dict[str, list[Fault]] = {}
    for fault in faults():
        for provider in fault.providers:
            known.setdefault(provider, []).append(fault)
    for fact in facts:
        if not any(fault.covers(fact) for fault in known.get(fact.provider, ())):
            yield fact
