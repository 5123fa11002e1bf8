"""What a usage costs under a rate card, to the last decimal.

Absent is not zero: a kind of token that has no rate is charged at the next wider rate and the
result says so; what has no price at all is *unpriced*, with the reason.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tokencost_pricing.card_rates import card
from tokencost_pricing.fees import cautions
from tokencost_pricing.moments import written
from tokencost_pricing.money import ZERO, add, divide, multiply, per_million
from tokencost_pricing.offer import Offer
from tokencost_pricing.rate_card import Card, billed, lack_of_price, token_rate
from tokencost_pricing.terms import Evidence, Terms
from tokencost_pricing.units import UNITS
from tokencost_pricing.usage import Usage


class Line(NamedTuple):
    """What one unit costs: `rate` is per `per` units (a million tokens, or as the fee says)."""

    unit: str
    quantity: int
    rate: Decimal
    per: int
    amount: Decimal


class Cost(NamedTuple):
    """The cost of one usage. `total` is None when it cannot be priced; `unpriced` says why.

    `low` and `high` are set where the price depends on what is not known: the hour, the host behind
    a router, or who bills at all. The true cost lies between them; where there is a `total`, that
    is the listed price and lies there too. Never is a point between them taken for the price.
    """

    total: Decimal | None
    lines: tuple[Line, ...]
    evidence: Evidence
    warnings: tuple[str, ...] = ()
    unpriced: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    low_lines: tuple[Line, ...] = ()
    high_lines: tuple[Line, ...] = ()


def cost_of(offer: Offer, usage: Usage, terms: Terms) -> Cost:
    """Price the usage of one request. The tier is decided by its prompt."""
    rates = card(offer, terms, usage.prompt_tokens)
    return price(Usage(billed(usage, rates)) if rates.per_call else usage, rates)


def price(usage: Usage, card: Card) -> Cost:
    """Multiply counts by the rates of a card, exactly."""
    lack = lack_of_price(usage, card)
    if lack is not None:
        return _with_bounds(Cost(None, (), card.evidence, card.warnings, lack), usage, card)
    lines: list[Line] = []
    warnings = list(card.warnings)
    tokens = fees = ZERO
    for name, count in usage.items():
        unit = UNITS[name]
        if not unit.chain:
            line = _fee(name, count, card, warnings)
            if line is not None:
                fees = add(fees, line.amount)
                lines.append(line)
            continue
        known = token_rate(card, name)
        if known is None:
            continue
        rate_name, rate = known
        if count and rate_name == "input" and name.startswith("cache_read"):
            warnings.append(f"no {unit.noun} rate is known: charged at the input rate")
        amount = per_million(count, rate)
        tokens = add(tokens, amount)
        lines.append(Line(name, count, rate, 1_000_000, amount))
    cost = Cost(add(tokens, fees), tuple(lines), card.evidence, tuple(warnings))
    return _with_bounds(cost, usage, card)


def _with_bounds(cost: Cost, usage: Usage, card: Card) -> Cost:
    """Return a cost with the least and the most that it may be, where that is not one number."""
    if card.low is None or card.high is None:
        return cost
    low, high = price(usage, card.low), price(usage, card.high)
    return cost._replace(low=low.total, high=high.total, low_lines=low.lines, high_lines=high.lines)


def _fee(name: str, count: int, card: Card, warnings: list[str]) -> Line | None:
    fee = card.fees.get(name)
    noun = UNITS[name].noun
    if fee is None or fee.ended or fee.unpriced:
        if count and name != "requests":
            ended = f" after {written(fee.start)}" if fee is not None and fee.ended else ""
            reason = f" ({fee.unpriced})" if fee is not None and fee.unpriced else ""
            warnings.append(f"no price is known for {noun}{ended}: {count:,} left out{reason}")
        return None
    rate = fee.by_search_context.get(card.search_context or "", fee.price)
    if count:
        warnings += cautions(fee, noun, card.search_context)
    return Line(
        name, count, rate, fee.per, divide(multiply(Decimal(count), rate), Decimal(fee.per))
    )
