"""Making the hits of findings: what calls and parts cost, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tokencost_pricing.cost import price
from tokencost_pricing.money import ZERO, add, subtract
from tokencost_pricing.usage import Usage
from tokencost_profiles.attribution.content import Instance, ThreadContent
from tokencost_profiles.attribution.finding import Hit
from tokencost_profiles.attribution.inspected import PricedCall
from tokencost_profiles.costs.call_pricer import Pricer


def total_cost(calls: Iterable[PricedCall]) -> Decimal:
    """Return what calls cost, of those that have a price, in USD."""
    total = ZERO
    for call in calls:
        total = add(total, call.cost or ZERO)
    return total


def cost_as(pricer: Pricer, priced: PricedCall, **changed: Any) -> Decimal | None:
    """Return what a call would cost with fields of it changed, in USD; None: it has no price."""
    card = pricer.rate(replace(priced.call, **changed)).card
    return price(Usage(priced.usage), card).total


def saved_as(pricer: Pricer, calls: Iterable[PricedCall], **changed: Any) -> Decimal:
    """Return what calls would cost less with fields of them changed, those alone that would."""
    total = ZERO
    for priced in calls:
        cost = cost_as(pricer, priced, **changed)
        if cost is not None and priced.cost is not None and cost < priced.cost:
            total = add(total, subtract(priced.cost, cost))
    return total


def calls_hit(
    calls: Sequence[PricedCall],
    saved: Decimal | None,
    *,
    cost: Decimal | None = None,
    subject: str = "",
) -> Hit:
    """Return the hit of calls, at the place of the first. `cost`: of a part of what they cost.

    What is saved is never more than the cost.
    """
    first = calls[0].call
    cost = total_cost(calls) if cost is None else cost
    saved = None if saved is None else min(saved, cost)
    return Hit(cost, saved, first.file, first.line, first.session, len(calls), subject)


def part_hit(
    content: ThreadContent, instance: Instance, cost: Decimal, *, subject: str = ""
) -> Hit:
    """Return the hit of a part that need not have been carried, at the first call that carries it.

    All of its `cost` is saved.
    """
    first = content.thread.calls[instance.first].call
    name = subject or instance.part.target or instance.part.name or instance.part.role
    calls = instance.last - instance.first + 1
    return Hit(
        cost, cost, first.file, first.line, first.session, calls, name, (instance.part.hash,)
    )
