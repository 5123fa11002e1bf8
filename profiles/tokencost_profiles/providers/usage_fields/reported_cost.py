"""What a usage object states that its call cost, in USD, whichever API it is of.

Routers and gateways put their cost into the objects of every API that they speak, so this is
asked of each object, beside its usage format.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from tokencost_pricing.money import is_plausible
from tokencost_profiles.calls.call import BY_GATEWAY, BY_PROVIDER

_TICKS: Final = -10  # xAI: one tick is 10^-10 USD
_TICK_KEYS: Final = ("cost_in_usd_ticks", "costInUsdTicks")
_TOTALS: Final = ("total_cost", "totalCost", "total")
# With the user's key a router bills its fee, and the provider bills the rest.
_USER_KEY: Final = ("is_byok", "isByok")
_FEE: Final = 10  # at most the tenth part of what the provider bills
_DETAILS: Final = ("cost_details", "costDetails")
_UPSTREAM: Final = ("upstream_inference_cost", "upstreamInferenceCost")
_ESTIMATES: Final = ("estimated_cost", "response_cost")
_KEYS: Final = frozenset((*_TICK_KEYS, "cost", *_ESTIMATES))


# Where an answer, or the row around it, states what it cost.
COST_KEYS: Final = (
    "cost",
    "cost_usd",
    "costUSD",
    "costUsd",
    "total_cost",
    "totalCost",
    "total_cost_usd",
    "response_cost",
)


class Reported(NamedTuple):
    """What a call cost, who says so, and what must be known about it."""

    cost: Decimal | None = None
    basis: str | None = None
    warning: str | None = None


def amount(value: Any) -> Decimal | None:
    """Return money, exactly as written, or None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    try:
        # Fifteen digits of a float are what was meant; more are the noise of adding floats.
        money = Decimal(f"{value:.15g}" if isinstance(value, float) else str(value).strip())
    except InvalidOperation:
        return None
    return money if is_plausible(money) else None


def reported_cost(usage: Mapping[str, Any]) -> Reported:
    """Return the cost that a usage object states."""
    if _KEYS.isdisjoint(usage):
        return Reported()
    ticks = _first(usage, _TICK_KEYS)
    if ticks:  # hosts of xAI's models that do not bill by it write 0
        return Reported(ticks.scaleb(_TICKS), BY_PROVIDER)
    cost = usage.get("cost")
    if isinstance(cost, Mapping):  # Perplexity
        total = _first(cost, _TOTALS)
        in_usd = str(cost.get("currency") or "USD").upper() == "USD"
        return Reported(total, BY_PROVIDER) if total is not None and in_usd else Reported()
    charged = amount(cost)
    if charged is None:
        estimate = _first(usage, _ESTIMATES)
        return Reported(estimate, BY_GATEWAY) if estimate is not None else Reported()
    details = next((usage[key] for key in _DETAILS if isinstance(usage.get(key), Mapping)), None)
    user_key = next((usage[key] for key in _USER_KEY if key in usage), None)
    if user_key is True or (user_key is None and details and _is_fee(charged, details)):
        return _with_upstream(charged, details or {})
    by_provider = details is not None or user_key is not None
    return Reported(charged, BY_PROVIDER if by_provider else BY_GATEWAY)


def _is_fee(cost: Decimal, details: Mapping[str, Any]) -> bool:
    """Whether a cost is a router's fee alone, where an older object does not say so."""
    upstream = _first(details, _UPSTREAM)
    return upstream is not None and cost * _FEE <= upstream


def router_of(usage: Mapping[str, Any]) -> str | None:
    """Return the router that wrote a usage object, where its cost fields show it; else None."""
    return "openrouter" if "cost" in usage and "cost_details" in usage else None


def _with_upstream(fee: Decimal, details: Mapping[str, Any]) -> Reported:
    """Return a router's fee and what the provider billed to the key of the user."""
    upstream = _first(details, _UPSTREAM)
    if upstream is None:
        return Reported(
            warning=(
                f"the router's fee is ${fee:f}; "
                "what the provider billed to the user's key is not in the log"
            )
        )
    return Reported(fee + upstream, BY_PROVIDER)


def _first(source: Mapping[str, Any], keys: tuple[str, ...]) -> Decimal | None:
    return next((money for key in keys if (money := amount(source.get(key))) is not None), None)
