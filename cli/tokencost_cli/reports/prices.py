"""The reports of `models` and `prices`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from tokencost_cli.output.formatting import table_line
from tokencost_cli.output.headings import column
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Cell, Lines, Table
from tokencost_cli.reports._dated_rows import dated_rows, dated_rows_with_sources
from tokencost_cli.reports._model_facts import model_entry, price_entry
from tokencost_cli.reports._model_lines import model_lines
from tokencost_cli.reports.documents.head import head_fields
from tokencost_cli.reports.documents.models import (
    MODELS,
    PRICE,
    PROVIDERS,
    ModelsDocument,
    PriceDocument,
    ProviderEntry,
    ProvidersDocument,
)
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_pricing.errors import UnknownModelError, UsageError, did_you_mean
from tokencost_pricing.fee_words import fee_words
from tokencost_pricing.fees import fees_on
from tokencost_pricing.model import Model
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_pricing.units import MEASURED_UNITS, RATE_NAMES


def select(
    table: PriceTable, *, search: str | None, provider: str | None, retired: bool, at: datetime
) -> list[Model]:
    """Return the models that match, in the order of the table."""
    wanted = None
    if provider is not None:
        wanted = table.provider_id(provider)
        if wanted is None:
            near = did_you_mean(provider, table.providers())
            raise UsageError(f"no provider '{provider}'{near}")
    models = [
        model
        for model in table.models(wanted)
        if (retired or model.is_served) and (search is None or _mentions(model, search.casefold()))
    ]
    if not models:
        raise UnknownModelError(search or provider or "?", near=_near(table, search))
    return models


def models_report(
    table: PriceTable, models: Sequence[Model], terms: Terms, facts: Callable[[], RunFacts]
) -> Report:
    """Return one row a model."""
    columns = (
        column("model"),
        column("input", "rate"),
        column("cache_read", "rate", spare=1),
        column("output", "rate"),
        column("context_limit", "count", spare=2),
        column("tokenizer", spare=3),
        column("modes", spare=5),
        column("status", spare=4),
    )
    rows = [_row(model, terms.at) for model in models]
    note = f"{table_line(table, terms)}; USD per million tokens; {len(rows)} models"
    checked = {name: provider.checked for name, provider in table.providers().items()}
    measured = _measured(models, terms.at)
    return Report(
        MODELS,
        lambda: ModelsDocument(
            **head_fields(MODELS, facts(), ()),
            items=[model_entry(model, terms.at, checked[model.provider]) for model in models],
        ),
        (
            _catalogue(models, terms.at),
            Table(columns, rows, main=True),
            *((Lines(measured),) if measured else ()),
            Lines((note,), "note"),
        ),
    )


def _catalogue(models: Sequence[Model], at: datetime) -> Table:
    """Return one row a model, with every rate and limit that any of them has."""
    prices = [model.price_on(at) for model in models]
    used = {name for price in prices if price for name in price.rates}
    rates = [name for name in RATE_NAMES if name in used]
    limits = sorted({name for model in models for name in model.limits})
    columns = (
        *(column(name) for name in ("provider", "model", "kind", "price_starts_at")),
        *(column(name, "rate") for name in rates),
        *(column(f"{name}_limit", "count") for name in limits),
        *(column(name) for name in ("tokenizer", "modes", "status", "retires_at")),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            model.provider,
            model.id,
            model.kind,
            price.since if price else None,
            *(price.rates.get(name) if price else None for name in rates),
            *(model.limits.get(name) for name in limits),
            model.tokenizer,
            " ".join(model.modes) or None,
            model.status,
            None if model.retires is None else str(model.retires),
        )
        for model, price in zip(models, prices, strict=True)
    ]
    return Table(columns, rows, main=True, spreadsheet=True)


def model_report(
    table: PriceTable, offer: Offer, terms: Terms, facts: Callable[[], RunFacts]
) -> Report:
    """Return everything the table knows of one model: every row, mode, fee and source."""
    model = offer.model
    about = [f"matched by: {offer.rule}", *model_lines(offer, terms.at)]
    checked = table.providers()[model.provider].checked
    return Report(
        PRICE,
        lambda: PriceDocument(
            **head_fields(PRICE, facts(), ()),
            items=[price_entry(model, terms.at, checked, offer.rule)],
        ),
        (
            Lines((offer.key,), "headline"),
            dated_rows_with_sources(model, terms.at, checked),
            dated_rows(model, terms.at),
            Lines(tuple(about)),
            Lines((table_line(table, terms),), "note"),
        ),
    )


def providers_report(table: PriceTable, terms: Terms, facts: Callable[[], RunFacts]) -> Report:
    """Return one row a provider."""
    columns = (
        column("provider"),
        column("name"),
        column("role"),
        column("models", "count"),
        column("served", "count"),
        column("unverified", "count"),
        column("checked_at"),
    )
    rows: list[tuple[Cell, ...]] = []
    for provider, entry in table.providers().items():
        models = list(table.models(provider))
        served = sum(model.is_served for model in models)
        unsure = sum(model.unverified is not None for model in models)
        rows.append(
            (provider, entry.name, entry.role, len(models), served, unsure, str(entry.checked))
        )
    total = (
        "total",
        None,
        None,
        *(sum(int(str(row[at])) for row in rows) for at in (3, 4, 5)),
        None,
    )
    names = [column.key for column in columns]
    return Report(
        PROVIDERS,
        lambda: ProvidersDocument(
            **head_fields(PROVIDERS, facts(), ()),
            items=[ProviderEntry(**_named(names, row)) for row in rows],
        ),
        (
            Table(columns, rows, footer=total, main=True),
            Lines((f"{table_line(table, terms)}, sha256 {table.sha256[:16]}…",), "note"),
        ),
    )


def _named(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(names, row, strict=True))


def _mentions(model: Model, text: str) -> bool:
    names = (model.id, model.key, *model.aliases.exact, *model.aliases.prefix, *model.known_as)
    return any(text in name.casefold() for name in names)


def _near(table: PriceTable, search: str | None) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(search or "", [model.id for model in table.models()], n=3)


def _row(model: Model, at: datetime) -> tuple[Cell, ...]:
    price = model.price_on(at)
    rates = price.rates if price else {}
    status = model.status or ""
    if model.retires and model.is_served:
        status = f"{status or 'served'} until {model.retires}"
    if model.unverified:
        status = f"{status}, unverified" if status else "unverified"
    return (
        f"{model.provider}/{model.id}",
        rates.get("input"),
        rates.get("cache_read"),
        rates.get("output"),
        model.context_window,
        model.tokenizer,
        " ".join(name for name in model.modes if not model.modes[name][0].same_as),
        status,
    )


def _measured(models: Sequence[Model], at: datetime) -> tuple[str, ...]:
    """Return a line for each model that is billed by more than tokens, with its prices in words."""
    lines = []
    for model in models:
        prices = "; ".join(
            fee_words(unit, fee)
            for unit, fee in fees_on(model.fees, at).items()
            if unit in MEASURED_UNITS
            and "training" not in unit
            and not fee.ended
            and not fee.unpriced
        )
        if prices:
            lines.append(f"{model.provider}/{model.id}: {prices}")
    return tuple(lines)
