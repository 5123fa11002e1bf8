"""From charges to FOCUS rows: a row a day, account, model, rate and unit.

There is no invoice and no contract in a log: billed, effective and contracted cost are the list
price, which `x_BilledCostBasis` states.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from tokencost_cli.output.profile_data import Seller
from tokencost_cli.output.safe_text import visible
from tokencost_pricing.money import divide
from tokencost_pricing.units import UNITS
from tokencost_profiles.attribution.charges import CHARGED, Charge

FocusRow = dict[str, Any]

_UNKNOWN: Final = "unknown"
_CURRENCY: Final = "USD"
_FLEX: Final = "flex"
_LIFETIMES: Final = {f"cache_write_{ttl}": ttl for ttl in ("5m", "30m", "1h", "12h")}
# What a unit that is no token is counted in, by the end of its name; else in requests.
_COUNTED_IN: Final = {
    "seconds": "Seconds",
    "images": "Images",
    "characters": "Characters",
    "pixels": "Pixels",
    "pages": "Pages",
    "training_tokens": "Tokens",
    "cache_storage_hour": "Token-Hours",
    "gb_day": "GB-Days",
}


def focus_row(charge: Charge, seller: Seller, prices: str) -> FocusRow:
    """Return the columns of a charge that are not null, of every version.

    `prices`: the name of the price table.
    """
    return {
        **_costs(charge),
        **_periods(charge.account.day),
        **_parties(charge, seller),
        **_sku(charge, seller),
        **_custom(charge, prices),
        "BillingCurrency": _CURRENCY,
        "PricingCurrency": _CURRENCY,
        "ChargeCategory": "Usage",
        "ChargeFrequency": "Usage-Based",
        "PricingCategory": "Dynamic" if _FLEX in _tier(charge) else "Standard",
    }


def _costs(charge: Charge) -> FocusRow:
    cost, rate = charge.cost, charge.rate
    counted_in = _unit(charge.unit)
    by_log = charge.unit == CHARGED
    quantity = Decimal(1) if by_log else divide(Decimal(charge.quantity), Decimal(charge.per))
    per = f"{charge.per} " if charge.per != 1 else ""
    return {
        "BilledCost": cost,
        "EffectiveCost": cost,
        "ListCost": cost,
        "ContractedCost": cost,
        "PricingCurrencyEffectiveCost": cost,
        "ListUnitPrice": rate,
        "ContractedUnitPrice": rate,
        "PricingCurrencyListUnitPrice": rate,
        "PricingCurrencyContractedUnitPrice": rate,
        "PricingQuantity": quantity,
        "PricingUnit": "Charges" if by_log else f"{per}{counted_in}",
        "ConsumedQuantity": Decimal(charge.quantity),
        "ConsumedUnit": counted_in,
    }


def _unit(unit: str) -> str:
    ends = (counted for end, counted in _COUNTED_IN.items() if unit.endswith(end))
    is_token = unit != CHARGED and UNITS[unit].side != "fee"
    return "Tokens" if is_token else next(ends, "Requests")


def _periods(day: date) -> FocusRow:
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return {
        "ChargePeriodStart": _midnight(day),
        "ChargePeriodEnd": _midnight(day + timedelta(days=1)),
        "BillingPeriodStart": _midnight(first),
        "BillingPeriodEnd": _midnight(following),
    }


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _parties(charge: Charge, seller: Seller) -> FocusRow:
    account = charge.account
    project = account.project
    row = {
        # A log does not name the account: it is one at whoever bills.
        "BillingAccountId": visible(account.provider or _UNKNOWN),
        "BillingAccountName": seller.name,
        "BillingAccountType": "Provider",
        "InvoiceIssuerName": seller.name,
        "ProviderName": seller.name,
        "ServiceProviderName": seller.name,
        "HostProviderName": seller.name,
        "PublisherName": seller.maker,
        "ServiceCategory": "AI and Machine Learning",
        "ServiceSubcategory": "Generative AI",
        "ServiceName": seller.service,
        "Tags": _json(dict(account.labels)) if account.labels else None,
    }
    if project:
        row |= {
            "SubAccountId": visible(project),
            "SubAccountName": visible(project),
            "SubAccountType": "Project",
        }
    return row


def _sku(charge: Charge, seller: Seller) -> FocusRow:
    model, unit = _model(charge), charge.unit
    sku = f"{visible(charge.account.provider or _UNKNOWN)}/{model}/{unit}"
    terms = charge.account.rates.partition(" ")[2] or "standard"
    if unit == CHARGED:
        terms = "as-logged"
    meter = _meter(unit)
    details = {"x_Model": model, "x_TokenKind": unit, "x_ServiceTier": _tier(charge)}
    if charge.card is not None and charge.card.evidence.tier_from:
        details["x_ContextBand"] = f"{charge.card.evidence.tier_from}+"
    return {
        "SkuId": sku,
        "SkuPriceId": f"{sku}/{visible(terms)}",
        "SkuMeter": meter,
        "SkuPriceDetails": _json(details),
        "ChargeDescription": f"{meter} of {model} at {seller.name}",
    }


def _meter(unit: str) -> str:
    """Return the name of a unit in words: Cache Write 5m Tokens."""
    if unit == CHARGED:
        return "Charges by the Log"
    words = [word if word[0].isdigit() else word.capitalize() for word in unit.split("_")]
    if _unit(unit) == "Tokens" and "Tokens" not in words:
        words.append("Tokens")
    return " ".join(words)


def _custom(charge: Charge, prices: str) -> FocusRow:
    evidence = None if charge.card is None else charge.card.evidence
    source = "log" if evidence is None else evidence.overlay or prices
    return {
        "x_BilledCostBasis": "logged" if evidence is None else "estimate",
        "x_CacheTtl": _LIFETIMES.get(charge.unit),
        "x_Calls": charge.calls,
        "x_Estimate": "true" if charge.is_estimated else "false",
        "x_Model": _model(charge),
        "x_PriceDate": None if evidence is None else evidence.price_from,
        "x_PriceSource": visible(source),
        "x_ServiceTier": _tier(charge),
        "x_TokenKind": charge.unit,
    }


def _model(charge: Charge) -> str:
    return visible(charge.account.model or _UNKNOWN)


def _tier(charge: Charge) -> str:
    modes = () if charge.card is None else charge.card.evidence.modes
    return " ".join(modes) or visible(charge.account.tier or "standard")


def _json(values: Mapping[str, str]) -> str:
    return json.dumps({visible(key): visible(value) for key, value in values.items()})
