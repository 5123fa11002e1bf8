"""What a call costs, to the last decimal, and the evidence for it.

The order of evaluation: row by date, tier by prompt length (it re-prices the complete request),
schedule, mode, modifiers, the user's discount, then tokens x rate, then fees. Absent is not
zero: a kind of token that has no rate is charged at the next wider rate and the result
says so; a model, mode or day that has no price is *unpriced*, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing import schedule as schedules
from tokencost_pricing.fees import Fee, cautions, chosen, fees_on, media
from tokencost_pricing.model import Mode, Price, Rates, Tier
from tokencost_pricing.modes import STANDARD
from tokencost_pricing.moments import written
from tokencost_pricing.money import ONE, ZERO, add, divide, multiply, per_million
from tokencost_pricing.offer import Conditions, Offer, discount_at
from tokencost_pricing.ranges import scaled, widened
from tokencost_pricing.units import MEASURED_UNITS, UNITS
from tokencost_pricing.usage import Usage

# What a cache object costs by the hour is of no request, and so of no mode of one.
_STORAGE: Final = "cache_storage_hour"


class Terms(NamedTuple):
    """How a call was sent, as far as it changes the price."""

    at: datetime  # UTC
    timed: bool = True  # False: the day is known, the time of day is not
    modes: tuple[str, ...] = ()  # batch, flex, priority, fast, ultrafast; empty is standard
    conditions: Conditions = ()  # region, inference_geo, deployment, search_context


class Evidence(NamedTuple):
    """Which entry of the table gave the price, and what was applied to it."""

    provider: str
    model: str
    rule: str
    price_from: str | None
    basis: str | None
    tier_from: int | None = None
    modes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    schedule: str | None = None
    overlay: str | None = None
    unverified: str | None = None
    router: str | None = None  # who passed the call on to this provider, and bills at its price


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


class Card(NamedTuple):
    """The rates of one distinct (offer, terms, tier): multiply any usage by them.

    `low` and `high`: the rates of the least and the most that it may cost, where that is not one
    number. An unpriced card may have them too: of the cheapest and the dearest host.
    """

    rates: Mapping[str, Decimal]
    fees: Mapping[str, Fee]
    evidence: Evidence
    warnings: tuple[str, ...] = ()
    unpriced: str | None = None
    peak: Decimal | None = None  # highest rate of the day over the lowest, where time is unknown
    search_context: str | None = None
    fees_from: str | None = None  # when the newest of the fees began, where they are dated
    per_call: bool = False  # whether a fee is paid once a call: see `billed`
    media: str | None = None  # quality and size that the fees are of, where they depend on these
    low: Card | None = None
    high: Card | None = None


class _Unpriced(Exception):
    """Ends the evaluation of a card; the text is the reason."""


def cost_of(offer: Offer, usage: Usage, terms: Terms) -> Cost:
    """Price the usage of one request. The tier is decided by its prompt."""
    rates = card(offer, terms, usage.prompt_tokens)
    return price(Usage(billed(usage, rates)) if rates.per_call else usage, rates)


def billed(usage: Mapping[str, int], card: Card, calls: int | None = 1) -> dict[str, int]:
    """Return what the requests behind a usage pay for.

    A fee for the request itself is added, and a fee that a request pays once, however many it
    counts, is counted once a request; one that has a minimum counts at least that. `calls` is
    None where it is not known how many there were.
    """
    counts = dict(usage)
    for unit, fee in card.fees.items():
        if unit == "requests":
            counts.setdefault(unit, calls or 1)
        elif calls is not None and counts.get(unit):
            if fee.once:
                counts[unit] = min(counts[unit], calls)
            counts[unit] = max(counts[unit], fee.minimum * calls)
    return counts


def card(offer: Offer, terms: Terms, prompt_tokens: int) -> Card:
    """Evaluate the rates of requests of `prompt_tokens` tokens under `terms`."""
    listed = _listed(offer, terms, prompt_tokens)
    row = offer.model.price_on(terms.at)
    if listed.unpriced is not None or row is None:
        return listed
    low, high = (
        None
        if base is None
        else listed._replace(
            rates=widened(listed.rates, _listed(offer, terms, prompt_tokens, base).rates, pick)
        )
        for base, pick in ((row.low, min), (row.high, max))
    )
    if listed.peak is not None:
        dearest = high or listed
        high = dearest._replace(rates=scaled(dearest.rates, listed.peak))
    return listed if low is high else listed._replace(low=low or listed, high=high or listed)


def _listed(offer: Offer, terms: Terms, prompt_tokens: int, base: Rates | None = None) -> Card:
    """Return the rates of a row; `base`: those of another host in the place of the listed ones."""
    model = offer.model
    row = model.price_on(terms.at)
    evidence = Evidence(
        offer.provider,
        model.id,
        offer.rule,
        row.since if row else None,
        row.basis if row else None,
        overlay=offer.overlay,
        unverified=model.unverified,
    )
    if row is None:
        return Card({}, {}, evidence, unpriced=_before_first(offer, terms.at))
    warnings: list[str] = []
    fees = fees_on(offer.fees, terms.at)
    tier = _tier(row.tiers, prompt_tokens)
    rates = tier.rates if tier else row.rates
    conditions = dict(offer.conditions + terms.conditions)
    modifiers: tuple[str, ...] = ()
    regional = row.regions.get(conditions.get("region", ""))
    if regional is not None:
        rates = {**rates, **regional}
        modifiers = (f"rates of {conditions['region']}",)
    rates = rates if base is None else base
    peak: Decimal | None = None
    state: str | None = None
    factor = offer.multiply
    if row.schedule is not None:
        at_moment, peak, state = _schedule(offer, row.schedule, terms, warnings)
        factor = multiply(factor, at_moment)
    try:
        applied: tuple[str, ...] = ()
        for name in terms.modes:
            rates, changed = _in_mode(offer, name, rates, terms, prompt_tokens, warnings)
            applied += changed
            fees |= _mode_on(offer, name, terms.at).fees if changed else {}
    except _Unpriced as stop:
        return Card({}, {}, evidence, tuple(warnings), str(stop))
    for modifier in offer.modifiers:
        if modifier.applies(conditions, terms.at):
            factor = multiply(factor, modifier.multiply)
            modifiers += (modifier.name,)
    label, discount = discount_at(offer, terms.at)
    if label is not None:
        factor = multiply(factor, discount)
        modifiers += (label,)
    if factor != ONE:
        rates = {name: multiply(rate, factor) for name, rate in rates.items()}
    evidence = evidence._replace(
        tier_from=tier.from_prompt_tokens if tier else None,
        modes=applied,
        modifiers=modifiers,
        schedule=state,
    )
    dated = [
        fees[unit].start
        for unit, entries in offer.fees.items()
        if len(entries) > 1 and unit in fees
    ]
    return Card(
        rates,
        {unit: chosen(fee, conditions) for unit, fee in fees.items()},
        evidence,
        tuple(warnings),
        None,
        peak,
        conditions.get("search_context"),
        fees_from=written(max(dated)) if dated else None,
        per_call="requests" in fees or any(fee.per_call for fee in fees.values()),
        media=media(fees, conditions),
    )


def lack_of_price(usage: Mapping[str, int], card: Card) -> str | None:
    """Return why a usage has no price under a card, or None where it has one.

    A token without a rate has none; what is bought beside tokens has none where nothing that is
    bought is priced; the fees of tools are left out with a warning.
    """
    if card.unpriced is not None:
        return card.unpriced
    model = card.evidence.model
    bought = [name for name, count in usage.items() if count]
    for name in bought:
        unit = UNITS[name]
        if unit.chain and not any(rate in card.rates for rate in unit.chain):
            billed_by = "" if card.rates else _billed_by(card)
            return f"the table has no {unit.noun} rate for {model}{billed_by}"
    measured = [name for name in bought if name in MEASURED_UNITS]
    if any(UNITS[name].chain or has_fee(card, name) for name in bought):
        return None
    if measured:
        nouns = ", ".join(UNITS[name].noun for name in measured)
        listed = (card.fees[name].unpriced for name in measured if name in card.fees)
        reason = next((f": {text}" for text in listed if text), "")
        return f"the table has no price of {nouns} for {model}{reason}"
    return None if card.rates else f"{model} has no count of what it bills{_billed_by(card)}"


def has_fee(card: Card, unit: str) -> bool:
    """Whether a card has a price for something that is not a token."""
    fee = card.fees.get(unit)
    return fee is not None and not fee.ended and not fee.unpriced


def _billed_by(card: Card) -> str:
    nouns = ", ".join(
        UNITS[name].noun for name in card.fees if name in MEASURED_UNITS and has_fee(card, name)
    )
    return f" (billed by {nouns})" if nouns else ""


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
        rate_name = next((rate for rate in unit.chain if rate in card.rates), None)
        if rate_name is None:
            continue
        if count and rate_name == "input" and name.startswith("cache_read"):
            warnings.append(f"no {unit.noun} rate is known: charged at the input rate")
        rate = card.rates[rate_name]
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


def _tier(tiers: tuple[Tier, ...], prompt_tokens: int) -> Tier | None:
    """Return the highest band that a prompt of this length falls into."""
    highest = None
    for tier in tiers:
        if prompt_tokens >= tier.from_prompt_tokens:
            highest = tier
    return highest


def _schedule(
    offer: Offer, name: str, terms: Terms, warnings: list[str]
) -> tuple[Decimal, Decimal | None, str]:
    """Return (factor now, peak factor of an unknown hour, the evidence)."""
    schedule = offer.schedules[name]
    factor = schedule.multiply
    if not terms.timed:
        low, high = min(ONE, factor), max(ONE, factor)
        windows = ", ".join(schedule.windows)
        warnings.append(f"the price depends on the hour: {factor}x at {windows} UTC")
        return low, divide(high, low), f"{name}: hour unknown"
    if not schedules.covers(schedule, offer.calendars, terms.at):
        warnings.append(
            f"the public-holiday calendar of '{name}' does not cover {terms.at:%Y-%m-%d}"
        )
    if schedules.applies(schedule, offer.calendars, terms.at):
        return factor, None, f"{name}: inside"
    return ONE, None, f"{name}: outside"


def _in_mode(
    offer: Offer,
    name: str,
    rates: Mapping[str, Decimal],
    terms: Terms,
    prompt_tokens: int,
    warnings: list[str],
) -> tuple[Mapping[str, Decimal], tuple[str, ...]]:
    """Return the rates in a service mode, and the mode's name if it changed anything."""
    if name == STANDARD:
        return rates, ()
    mode = _mode_on(offer, name, terms.at)
    clash = [other for other in terms.modes if other in mode.excludes]
    if clash:
        raise _Unpriced(f"{offer.model.id} does not offer {name} together with {clash[0]}")
    if mode.max_prompt_tokens is not None and prompt_tokens > mode.max_prompt_tokens:
        limit = f"{mode.max_prompt_tokens:,} prompt tokens"
        if mode.above_limit == STANDARD:
            warnings.append(f"{name} is not offered above {limit}: billed as standard")
            return rates, ()
        raise _Unpriced(f"no {name} price is known above {limit}")
    tier = _tier(mode.tiers, prompt_tokens)
    stated = {**mode.rates, **(tier.rates if tier else {})}
    if mode.multiply is None:
        return stated, (name,)
    changed = {
        unit: multiply(rate, mode.multiply) if _changes(mode, unit) else rate
        for unit, rate in rates.items()
    }
    return {**changed, **stated}, (name,)


def _changes(mode: Mode, rate: str) -> bool:
    """Tell whether the factor of a mode is on a rate: all, or those named; never on storage."""
    return rate in mode.only if mode.only is not None else rate != _STORAGE


def _mode_on(offer: Offer, name: str, at: datetime) -> Mode:
    entries = offer.modes.get(name)
    if not entries:
        offered = ", ".join(offer.modes) or "none"
        raise _Unpriced(f"{offer.key} has no {name} price (modes it has: {offered})")
    current = None
    for entry in entries:
        if entry.start <= at:
            current = entry
    if current is None:
        raise _Unpriced(
            f"the {name} price of {offer.key} is known from {entries[0].start:%Y-%m-%d}"
            f" on, not on {at:%Y-%m-%d}"
        )
    if current.ended:
        raise _Unpriced(f"{name} of {offer.key} ended on {current.start:%Y-%m-%d}")
    return _mode_on(offer, current.same_as, at) if current.same_as else current


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


def _before_first(offer: Offer, at: datetime) -> str:
    first: Price = offer.model.prices[0]
    known = f"from {first.since}" if first.since else f"of {first.seen}, its first sighting"
    return f"no price of {offer.key} on {at:%Y-%m-%d}: the first known is {known}"
