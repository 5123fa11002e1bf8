"""What differs between two price tables, or between two days of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from tokencost_pricing.model import Model, Price, Rates
from tokencost_pricing.table import PriceTable

ADDED = "added"
REMOVED = "removed"
CHANGED = "changed"


class RateChange(NamedTuple):
    """One rate of a model that differs. None on the side that has no price or no such rate."""

    provider: str
    model: str
    status: str  # added, removed, changed: of the model
    rate: str
    before: Decimal | None
    after: Decimal | None
    starts_at: str | None  # the beginning of the newer row, where it is known

    @property
    def relative(self) -> Decimal | None:
        """The change as a ratio to the rate before; None where that is not known or 0."""
        if self.before is None or self.after is None or not self.before:
            return None
        return (self.after - self.before) / self.before


class Side(NamedTuple):
    """A table, and the moment at which its prices are looked at."""

    table: PriceTable
    at: datetime


def rate_changes(before: Side, after: Side, provider: str | None = None) -> Iterator[RateChange]:
    """Yield every rate that differs, in the order of the newer table; what it lost at the end."""
    old = _prices(before, provider)
    new = _prices(after, provider)
    for key, (model, price) in new.items():
        was = old.get(key)
        status = ADDED if was is None else CHANGED
        yield from _differences(model, status, _rates(was[1] if was else None), price)
    for key, (model, price) in old.items():
        if key not in new:
            for rate, value in _rates(price).items():
                yield RateChange(model.provider, model.id, REMOVED, rate, value, None, None)


def _prices(side: Side, provider: str | None) -> dict[str, tuple[Model, Price]]:
    """Return the models that have a price at the moment of a side."""
    priced = ((model, model.price_on(side.at)) for model in side.table.models(provider))
    return {model.key: (model, price) for model, price in priced if price is not None}


def _rates(price: Price | None) -> dict[str, Decimal]:
    """Return the rates of a row by name; those of longer prompts as `input from 200001`."""
    if price is None:
        return {}
    named = dict(price.rates)
    for tier in price.tiers:
        changed = {name: rate for name, rate in tier.rates.items() if price.rates.get(name) != rate}
        named |= {f"{name} from {tier.from_prompt_tokens}": rate for name, rate in changed.items()}
    return named


def _differences(
    model: Model, status: str, before: Mapping[str, Decimal], price: Price
) -> Iterator[RateChange]:
    after = _rates(price)
    for rate in dict.fromkeys((*before, *after)):
        if before.get(rate) != after.get(rate):
            yield RateChange(
                model.provider,
                model.id,
                status,
                rate,
                before.get(rate),
                after.get(rate),
                price.since,
            )


class RowChange(NamedTuple):
    """A dated row of a model against the one before."""

    price: Price
    input_change: Decimal | None  # a ratio; None for the first row
    output_change: Decimal | None


def row_changes(model: Model) -> list[RowChange]:
    """Return the dated rows of a model, oldest first, each with its change of input and output."""
    rows = []
    last: Rates = {}
    for price in model.prices:
        rows.append(
            RowChange(
                price, _ratio(last, price.rates, "input"), _ratio(last, price.rates, "output")
            )
        )
        last = price.rates
    return rows


def _ratio(before: Rates, after: Rates, rate: str) -> Decimal | None:
    if not before.get(rate) or rate not in after:
        return None
    return (after[rate] - before[rate]) / before[rate]
