"""The dated rows of one model: as a person reads them, and with their sources for a spreadsheet."""

from __future__ import annotations

from datetime import date, datetime

from tokencost_cli.output.headings import column
from tokencost_cli.output.tables import Cell, Table
from tokencost_pricing.model import Model


def dated_rows(model: Model, at: datetime) -> Table:
    """Return a row a price and a row a tier; the price of the moment `at` is marked."""
    names = _rates_of(model)
    columns = (
        column("starts_at"),
        column("from_prompt_tokens", "count", spare=1),
        *(column(rate, "rate", title=rate) for rate in names),
        column("basis", spare=2),
        column("now", title=""),
    )
    current = model.price_on(at)
    rows: list[tuple[Cell, ...]] = []
    for price in model.prices:
        mark = "◀ in force" if price is current else "announced" if price.announced else ""
        rates = [price.rates.get(name) for name in names]
        rows.append((price.since or "not known", None, *rates, price.basis, mark))
        for tier in price.tiers:
            rates = [tier.rates.get(name) for name in names]
            rows.append(("", tier.from_prompt_tokens, *rates, None, None))
    return Table(columns, rows, main=True)


def dated_rows_with_sources(model: Model, at: datetime, checked: date) -> Table:
    """Return the same rows, each complete by itself, with where it is from.

    `checked` is the day of the provider, of rows that have none. The lists stand at the newest row
    that is in force or was, as it is the one that they are known to hold.
    """
    names = _rates_of(model)
    columns = (
        *(column(key) for key in ("provider", "model", "starts_at")),
        column("from_prompt_tokens", "count"),
        *(column(name, "rate") for name in names),
        *(column(key) for key in ("basis", "status", "source", "checked_at", "lists")),
    )
    current = model.price_on(at)
    known = [price for price in model.prices if not price.announced]
    rows: list[tuple[Cell, ...]] = []
    for price in model.prices:
        lists = " ".join(model.lists or model.sources) if known and price is known[-1] else ""
        origin: tuple[Cell, ...] = (
            price.basis,
            "in force" if price is current else "announced" if price.announced else None,
            price.source,
            str(price.checked or checked),
            lists or None,
        )
        for tokens, rates in (
            (None, price.rates),
            *((tier.from_prompt_tokens, tier.rates) for tier in price.tiers),
        ):
            values = (rates.get(name) for name in names)
            rows.append((model.provider, model.id, price.since, tokens, *values, *origin))
    return Table(columns, rows, main=True, spreadsheet=True)


def _rates_of(model: Model) -> list[str]:
    """Return the names of every rate that any row or tier of a model has, in order."""
    names: dict[str, None] = {}
    for price in model.prices:
        for rates in (price.rates, *(tier.rates for tier in price.tiers)):
            names |= dict.fromkeys(rates)
    return list(names)
