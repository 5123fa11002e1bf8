"""How much of what the public lists know the table prices, and how far they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.errors import TokencostError
from tokencost_pricing.imports.facts import Fact
from tokencost_pricing.imports.faults import minus_faults
from tokencost_pricing.imports.names import clean, folded
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable

_TOLERANCE: Final = Decimal("0.005")
_BY_WEIGHTS: Final = " (by host)"
_PAIR: Final = ("input", "output")


class Share(NamedTuple):
    """How many ids are known to two families of lists, and how many of these are priced."""

    provider: str
    known: int
    priced: int
    missing: tuple[str, ...]


class Agreement(NamedTuple):
    """How many ids of a list have the table's price of the list's day."""

    list: str
    role: str
    shared: int
    agree: int


class Coverage:
    """Holds a table against the facts of lists on a day."""

    def __init__(self, table: PriceTable, facts: Iterable[Fact], today: str) -> None:
        self._table = table
        self._roles = {key: provider.role for key, provider in table.providers().items()}
        self._today = today
        self._facts = [
            fact
            for fact in minus_faults(clean(facts))
            if fact.provider in self._roles and not fact.list.endswith(_BY_WEIGHTS)
        ]

    def shares(self) -> Iterator[Share]:
        """Yield for each provider the ids that two families know."""
        known: dict[str, dict[str, dict[str, set[str]]]] = {}
        for fact in self._facts:
            names = known.setdefault(fact.provider, {})
            ids = names.setdefault(folded(fact.provider, fact.id), {})
            ids.setdefault(fact.family, set()).add(fact.id)
        for provider, names in sorted(known.items()):
            two = {name: ids for name, ids in names.items() if len(ids) > 1}
            missing = tuple(
                name for name, ids in two.items() if not self._any_priced(provider, ids.values())
            )
            yield Share(provider, len(two), len(two) - len(missing), missing)

    def inherited(self) -> Counter[str]:
        """Return by provider how many models of others it sells by a pattern that inherits."""
        sold = set()
        for provider, name in {(fact.provider, fact.id) for fact in self._facts}:
            offer = self._offer(provider, name)
            if offer is not None and offer.model.provider != offer.provider:
                sold.add((offer.provider, offer.model.key))
        return Counter(provider for provider, _ in sold)

    def agreements(self) -> list[Agreement]:
        """Return, by list and role of the provider, how many newest prices are the table's."""
        shared: Counter[tuple[str, str]] = Counter()
        agree: Counter[tuple[str, str]] = Counter()
        for (name, provider, model), rates in self._newest().items():
            day = min(max(fact.first_seen for fact in rates.values()), self._today)
            ours = self._rates(provider, model, self._today)
            if ours is None:
                continue
            key = (name, "makers" if self._roles[provider] == "maker" else "hosts")
            shared[key] += 1
            older = self._rates(provider, model, day) or ours
            agree[key] += _agrees(rates, ours) or _agrees(rates, older)
        return [Agreement(*key, shared[key], agree[key]) for key in sorted(shared)]

    def _newest(self) -> dict[tuple[str, str, str], dict[str, Fact]]:
        """Return the values of input and output that each list still holds."""
        newest: dict[tuple[str, str, str], dict[str, Fact]] = {}
        for fact in self._facts:
            if fact.field in _PAIR and fact.last_seen is None and fact.first_seen <= self._today:
                rates = newest.setdefault((fact.list, fact.provider, fact.id), {})
                if fact.field not in rates or rates[fact.field].first_seen < fact.first_seen:
                    rates[fact.field] = fact
        return newest

    def _any_priced(self, provider: str, spellings: Iterable[set[str]]) -> bool:
        names = {name for ids in spellings for name in ids}
        return any(self._offer(provider, name) is not None for name in names)

    def _offer(self, provider: str, name: str, day: str | None = None) -> Offer | None:
        try:
            return self._table.find(name, provider, _noon(day or self._today))
        except TokencostError:
            return None

    def _rates(self, provider: str, name: str, day: str) -> dict[str, Decimal] | None:
        offer = self._offer(provider, name, day)
        row = None if offer is None else offer.model.price_on(_noon(day))
        if offer is None or row is None:
            return None
        factor = offer.multiply
        for modifier in offer.modifiers:
            if modifier.applies(dict(offer.conditions), _noon(day)):
                factor *= modifier.multiply
        return {name: rate * factor for name, rate in row.rates.items()}


def offers(table: PriceTable) -> Counter[str]:
    """Return by provider how many models the table holds; inherited ones are not among them."""
    return Counter(model.provider for model in table.models())


def _agrees(rates: dict[str, Fact], ours: dict[str, Decimal]) -> bool:
    return all(
        abs(fact.value - ours.get(kind, Decimal(0))) <= _TOLERANCE * max(fact.value, Decimal(0))
        for kind, fact in rates.items()
    )


def _noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day[:10]}T12:00:00+00:00").astimezone(UTC)
