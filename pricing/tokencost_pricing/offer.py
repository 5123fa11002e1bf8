"""`Offer`: a model as one provider sells it, with everything that can change its price."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from tokencost_pricing.fees import Fee
from tokencost_pricing.model import Mode, Model
from tokencost_pricing.moments import ALWAYS, moment
from tokencost_pricing.money import ONE, decimal
from tokencost_pricing.schedule import Calendar, Schedule

Conditions = tuple[tuple[str, str], ...]


class Modifier(NamedTuple):
    """A factor on every token rate, when the call meets the conditions."""

    name: str
    when: Mapping[str, Any]
    multiply: Decimal
    start: datetime

    def applies(self, conditions: Mapping[str, str], at: datetime) -> bool:
        """Tell whether a call under `conditions` at `at` pays this factor."""
        if at < self.start:
            return False
        for key, wanted in self.when.items():
            value = conditions.get(key)
            if value is None:
                return False
            if isinstance(wanted, list):
                if value not in wanted:
                    return False
            elif value in wanted["not"]:
                return False
        return True


class Discount(NamedTuple):
    """A factor that the user agreed with the provider, from an overlay."""

    label: str
    multiply: Decimal
    start: datetime
    end: datetime | None


class Offer(NamedTuple):
    """What a name resolved to: who bills, which model's rows, and what may be applied to them."""

    provider: str  # who bills
    model: Model
    rule: str  # how the name was matched
    conditions: Conditions  # stated by the name: region, deployment
    host_modes: Mapping[str, tuple[Mode, ...]] | None  # of a host that inherits the price
    fees: Mapping[str, tuple[Fee, ...]]  # dated, oldest first
    modifiers: tuple[Modifier, ...]
    schedules: Mapping[str, Schedule]
    calendars: Mapping[str, Calendar]
    multiply: Decimal  # of a host that inherits the maker's price
    discounts: tuple[Discount, ...]
    overlay: str | None  # the label of the overlay that the price comes from
    caches: Mapping[str, Any] = {}  # the cache profiles that the model may name
    # From when until when the name means this, where a pointer moves.
    since: datetime = ALWAYS
    until: datetime | None = None

    @property
    def modes(self) -> Mapping[str, tuple[Mode, ...]]:
        """The service modes that this provider offers for the model."""
        return self.model.modes if self.host_modes is None else self.host_modes

    @property
    def key(self) -> str:
        """The unambiguous name: `provider/model`."""
        return f"{self.provider}/{self.model.id}"

    def differs_under(self, conditions: Mapping[str, str], at: datetime) -> bool:
        """Tell whether a call under `conditions` at `at` pays another rate than the list's."""
        row = self.model.price_on(at)
        if row is not None and conditions.get("region") in row.regions:
            return True
        return any(modifier.applies(conditions, at) for modifier in self.modifiers)


def modifiers(entry: Mapping[str, Any], names: Collection[str]) -> tuple[Modifier, ...]:
    """Pick the named modifiers of a provider entry, in the order of the file."""
    return tuple(
        Modifier(name, item["when"], decimal(item["multiply"]), moment(item.get("from")))
        for name, item in entry.get("modifiers", {}).items()
        if name in names
    )


def discounts(entries: list[dict[str, Any]], provider: str, model: str) -> tuple[Discount, ...]:
    """Pick the discounts of the overlays that match a model."""
    return tuple(
        Discount(
            label=entry.get("note", "discount"),
            multiply=decimal(entry["multiply"]),
            start=moment(entry.get("from")),
            end=moment(entry["until"]) if "until" in entry else None,
        )
        for entry in entries
        if entry["match"].get("provider", provider) == provider
        and entry["match"].get("model", model) == model
    )


def discount_at(offer: Offer, at: datetime) -> tuple[str | None, Decimal]:
    """Return label and factor of the user's discount at a moment; the last one listed wins."""
    for entry in reversed(offer.discounts):
        if entry.start <= at and (entry.end is None or at < entry.end):
            return entry.label, entry.multiply
    return None, ONE
