"""Everything the table knows of one model, for a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tokencost_cli.reports.documents.models import (
    FeeRow,
    ModelEntry,
    ModeRow,
    PriceEntry,
    PriceRow,
    PriceSource,
    RateTier,
    RedirectEntry,
)
from tokencost_pricing.fees import Fee
from tokencost_pricing.model import Mode, Model, Price, Tier
from tokencost_pricing.moments import ALWAYS, written
from tokencost_pricing.money import plain


def model_entry(model: Model, at: datetime, checked: date | None) -> ModelEntry:
    """Return a model at the prices of a moment; `checked`: when its provider was."""
    return ModelEntry(**_fields(model, at, checked))


def price_entry(model: Model, at: datetime, checked: date | None, rule: str) -> PriceEntry:
    """Return the names, dates, rows, modes, fees and sources of a model."""
    redirect = model.redirect
    return PriceEntry(
        **_fields(model, at, checked),
        rule=rule,
        released_at=_day(model.released),
        thinks=model.thinks,
        tokenizer_verified=not model.tokenizer_unverified,
        aliases=[name for names in model.aliases for name in names],
        known_as=list(model.known_as),
        redirect=(
            None if redirect is None else RedirectEntry(to=redirect.to, starts_at=redirect.start)
        ),
        prices=[PriceRow(**price_row(row)) for row in model.prices],
        mode_prices={name: [_mode(row) for row in rows] for name, rows in model.modes.items()},
        note=model.note,
        sources_disagree={name: _rates(rates) for name, rates in model.sources_disagree.items()},
    )


def _fields(model: Model, at: datetime, checked: date | None) -> dict[str, Any]:
    price = model.price_on(at)
    return {
        "provider": model.provider,
        "model": model.id,
        "kind": model.kind,
        "price_starts_at": price.since if price else None,
        "rates": _rates(price.rates) if price else None,
        "tiers": _tiers(price.tiers) if price else [],
        "limits": dict(model.limits),
        "tokenizer": model.tokenizer,
        "modes": list(model.modes),
        "fees": {unit: [_fee(row) for row in rows] for unit, rows in model.fees.items()},
        "status": model.status,
        "retires_at": _day(model.retires),
        "unverified": model.unverified,
        "sources": _sources(model, price, checked),
    }


def _sources(model: Model, price: Price | None, checked: date | None) -> list[PriceSource]:
    sources = [PriceSource(list=name, checked_at=_day(checked)) for name in model.sources]
    if price is not None and price.source is not None:
        day = _day(price.checked or checked)
        if "://" in price.source:
            sources.insert(0, PriceSource(url=price.source, checked_at=day))
        elif price.source not in model.sources:
            sources.insert(0, PriceSource(list=price.source, checked_at=day))
    return sources


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)


def price_row(row: Price) -> dict[str, Any]:
    """Return the fields of a dated row."""
    return {
        "starts_at": row.since,
        "basis": row.basis,
        "announced": row.announced,
        "source": row.source,
        "checked_at": _day(row.checked),
        "schedule": row.schedule,
        "rates": _rates(row.rates),
        "tiers": _tiers(row.tiers),
    }


def _mode(row: Mode) -> ModeRow:
    return ModeRow(
        starts_at=None if row.start == ALWAYS else written(row.start),
        ended=row.ended,
        same_as=row.same_as,
        multiply=None if row.multiply is None else plain(row.multiply),
        only=None if row.only is None else sorted(row.only),
        rates=_rates(row.rates),
        tiers=_tiers(row.tiers),
        max_prompt_tokens=row.max_prompt_tokens,
    )


def _fee(row: Fee) -> FeeRow:
    return FeeRow(
        starts_at=None if row.start == ALWAYS else written(row.start),
        ended=row.ended,
        price=None if row.unpriced else plain(row.price),
        per=row.per,
        by_search_context=_rates(row.by_search_context),
        by_size_quality=_rates(row.by_size_quality),
        minimum=row.minimum,
        unpriced_reason=row.unpriced,
    )


def _rates(rates: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: plain(rate) for name, rate in rates.items()}


def _tiers(tiers: Iterable[Tier]) -> list[RateTier]:
    return [
        RateTier(from_prompt_tokens=tier.from_prompt_tokens, rates=_rates(tier.rates))
        for tier in tiers
    ]
