"""Everything the table knows of one model, for a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from tokencost_pricing.model import Fee, Mode, Model, Price, Tier
from tokencost_pricing.moments import ALWAYS, written
from tokencost_pricing.money import plain


def facts_of(model: Model) -> dict[str, Any]:
    """Return the names, dates, rows, modes, fees and sources of a model."""
    redirect = model.redirect
    return {
        "released": None if model.released is None else str(model.released),
        "thinks": model.thinks,
        "tokenizer_verified": not model.tokenizer_unverified,
        "aliases": [name for names in model.aliases for name in names],
        "known_as": list(model.known_as),
        "redirect": None if redirect is None else {"to": redirect.to, "from": redirect.start},
        "prices": [_price(row) for row in model.prices],
        "mode_prices": {name: [_mode(row) for row in rows] for name, rows in model.modes.items()},
        "fees": {unit: [_fee(row) for row in rows] for unit, rows in model.fees.items()},
        "note": model.note,
        "sources": list(model.sources),
        "sources_disagree": {name: _rates(rates) for name, rates in model.sources_disagree.items()},
    }


def _price(row: Price) -> dict[str, Any]:
    return {
        "from": row.since,
        "basis": row.basis,
        "announced": row.announced,
        "source": row.source,
        "checked_at": None if row.checked is None else str(row.checked),
        "schedule": row.schedule,
        "rates": _rates(row.rates),
        "tiers": _tiers(row.tiers),
    }


def _mode(row: Mode) -> dict[str, Any]:
    return {
        "from": None if row.start == ALWAYS else written(row.start),
        "ended": row.ended,
        "same_as": row.same_as,
        "multiply": None if row.multiply is None else plain(row.multiply),
        "only": None if row.only is None else sorted(row.only),
        "rates": _rates(row.rates),
        "tiers": _tiers(row.tiers),
        "max_prompt_tokens": row.max_prompt_tokens,
    }


def _fee(row: Fee) -> dict[str, Any]:
    return {
        "from": None if row.start == ALWAYS else written(row.start),
        "ended": row.ended,
        "price": None if row.unpriced else plain(row.price),
        "per": row.per,
        "by_search_context": _rates(row.by_search_context),
        "unpriced_reason": row.unpriced,
    }


def _rates(rates: Mapping[str, Decimal]) -> dict[str, str]:
    return {name: plain(rate) for name, rate in rates.items()}


def _tiers(tiers: Iterable[Tier]) -> list[dict[str, Any]]:
    return [{"from_prompt_tokens": t.from_prompt_tokens, "rates": _rates(t.rates)} for t in tiers]
