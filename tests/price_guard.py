"""The price guard: every name of the pinned public lists against the price that it resolves to.

Each name is asked for as a person types it and as a log names it, with its provider, at noon of the
list's day. A typed name is held against what the list states of the provider it resolved to, or,
where it states nothing of that one, against what it states of anybody.
"""

from __future__ import annotations

import lzma
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from tokencost_pricing.card_rates import card
from tokencost_pricing.errors import TokencostError
from tokencost_pricing.imports.names import weights
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms

DATA: Final = Path(__file__).parent / "pricing/imports/data"
_NEAR: Final = Decimal("0.005")
_TOKENS: Final = 1000


Answer = tuple[Offer, Mapping[str, Any]]


class Line(NamedTuple):
    """What a list states of one model on its day."""

    list: str
    day: str
    provider: str
    id: str
    rates: Mapping[str, Decimal]


class Deviation(NamedTuple):
    """A name that resolves to another price than a list states."""

    list: str
    provider: str
    id: str
    field: str
    asked: str  # typed or logged
    resolved: str  # the provider that bills, by the table
    model: str
    rule: str
    theirs: Decimal
    ours: Decimal


class Rule:
    """Why some deviations are right: all that are stated must match as a regular expression."""

    def __init__(self, entry: Mapping[str, str]) -> None:
        self.reason = entry["reason"]
        self._patterns = {
            key: re.compile(pattern) for key, pattern in entry.items() if key != "reason"
        }
        if unknown := self._patterns.keys() - set(Deviation._fields):
            raise ValueError(f"a rule has no {sorted(unknown)}")

    def matches(self, deviation: Deviation) -> bool:
        """Whether this is the reason for a deviation."""
        return all(
            pattern.fullmatch(str(getattr(deviation, key)))
            for key, pattern in self._patterns.items()
        )


def rules() -> list[Rule]:
    """Return the reviewed reasons."""
    data: dict[str, Any] = tomllib.loads((DATA / "price_guard.toml").read_text())
    return [Rule(entry) for entry in data["rule"]]


def lines() -> Iterator[Line]:
    """Yield what the lists state."""
    text = lzma.decompress((DATA / "newest_prices.tsv.xz").read_bytes()).decode()
    for line in text.splitlines():
        name, day, provider, model, input_, output = line.split("\t")
        values = {"input": input_, "output": output}
        rates = {side: Decimal(value) for side, value in values.items() if value}
        yield Line(name, day, provider, model, rates)


class Guard:
    """Asks a table for names, each once."""

    def __init__(self, table: PriceTable) -> None:
        self._table = table
        self._offers: dict[tuple[str, str | None], Offer | None] = {}
        self._cards: dict[tuple[Any, ...], Mapping[str, Any]] = {}

    def deviations(self, stated: list[Line]) -> Iterator[Deviation]:
        """Yield the rates that differ by more than 0.5 %."""
        sellers: dict[str, set[str]] = defaultdict(set)
        for line in stated:
            sellers[weights(line.id)].add(line.provider)
        for line in stated:
            yield from self._compare(line, "logged", self._price(line, line.provider))
            answer = self._price(line, None)
            if answer is not None:
                biller = answer[0].provider
                if biller == line.provider or biller not in sellers[weights(line.id)]:
                    yield from self._compare(line, "typed", answer)

    def _price(self, line: Line, provider: str | None) -> Answer | None:
        key = (line.id, provider)
        if key not in self._offers:
            self._offers[key] = self._offer(*key)
        offer = self._offers[key]
        if offer is None:
            return None
        place = (offer.key, offer.conditions, line.day)
        if place not in self._cards:
            at = datetime.combine(datetime.fromisoformat(line.day), time(12), UTC)
            self._cards[place] = card(offer, Terms(at), _TOKENS).rates
        return offer, self._cards[place]

    def _offer(self, name: str, provider: str | None) -> Offer | None:
        try:
            return self._table.find(name, provider=provider)
        except TokencostError:
            return None

    def _compare(self, line: Line, asked: str, answer: Answer | None) -> Iterator[Deviation]:
        if answer is None:
            return
        offer, rates = answer
        for field, theirs in line.rates.items():
            ours = rates.get(field)
            if ours is None or abs(ours - theirs) <= _NEAR * max(abs(ours), abs(theirs)):
                continue
            if not _in_range(offer, line.day, field, theirs):
                place = (line.list, line.provider, line.id, field, asked, offer.provider)
                yield Deviation(*place, offer.model.id, offer.rule, theirs, ours)


def _in_range(offer: Offer, day: str, field: str, theirs: Decimal) -> bool:
    """Whether a router passes a call to hosts at that price too: reports state the range."""
    row = offer.model.price_on(datetime.combine(datetime.fromisoformat(day), time(12), UTC))
    if row is None or row.low is None or row.high is None:
        return False
    return row.low.get(field, theirs) <= theirs <= row.high.get(field, theirs)
