"""What a prompt cache would have read and written of a series of calls, under a policy.

    maker = BlockMaker(count)                      # count: text -> tokens
    turns = [Turn(call.at, cache_rules(offer, day), maker(call.parts), "account/model", session)]
    result = simulate(turns, "1h")                 # off, as-logged, auto, 5m, 1h
    best = simulate(turns, "best", price=price_with(card_rates))

Three kinds of cache are simulated. *Automatic* ones store every prefix for free and read the
longest that is known, in steps. Where writes are billed (*breakpoints*), prefixes are stored at
marks, and a mark finds an earlier write only so many blocks before it. An *object* holds the head
of a session: it is paid once as input, and then by the hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from tokencost_pricing.caching import seconds_of
from tokencost_pricing.money import ZERO, add, divide, multiply, per_million
from tokencost_pricing.units import UNITS
from tokencost_profiles.whatif.prompt_cache.blocks import (
    Block,
    BlockMaker,
    Fitter,
    Grower,
    Turn,
    blocks_of,
)
from tokencost_profiles.whatif.prompt_cache.engine import Simulator
from tokencost_profiles.whatif.prompt_cache.rules import BEST, OFF, POLICIES, policies_of
from tokencost_profiles.whatif.prompt_cache.summary import Outcome, Summary, summarise

__all__ = [
    "POLICIES",
    "Block",
    "BlockMaker",
    "Fitter",
    "Grower",
    "Outcome",
    "Price",
    "Result",
    "Simulator",
    "Summary",
    "Turn",
    "blocks_of",
    "price_with",
    "simulate",
]

_SECONDS = Decimal(3600 * 1_000_000)  # of an hour, times the million tokens that a rate is for
# The price of one call's input side, its storage included.
Price = Callable[[Turn, Outcome], Decimal]


class Result(NamedTuple):
    """What came of a simulation: an outcome for each turn, in the order they were given."""

    outcomes: tuple[Outcome, ...]
    summary: Summary
    policies: Mapping[str, str]  # session -> the policy that it was simulated under


def simulate(
    turns: Iterable[Turn],
    policy: str | Mapping[str, str],
    *,
    price: Price | None = None,
    kept_to_last_use: bool = False,
) -> Result:
    """Simulate calls under one policy, or each session under its own.

    `best` takes the cheapest for each session by `price`.

    `kept_to_last_use` says that clients delete a cache object after its last use; otherwise its
    storage is paid until its lifetime ends. Beside the policies, the name of any lifetime may be
    given (`30m`): `ValueError` where it is none.
    """
    for name in (policy,) if isinstance(policy, str) else set(policy.values()):
        if name not in POLICIES:
            seconds_of(name)
    given = list(turns)
    order = sorted(range(len(given)), key=lambda position: given[position].at)
    if policy != BEST:
        chosen = (
            dict.fromkeys((turn.history for turn in given), policy)
            if isinstance(policy, str)
            else policy
        )
        return _run(given, order, chosen, kept_to_last_use)
    if price is None:
        raise ValueError("the policy 'best' needs a price")
    return _best(given, order, price, kept_to_last_use)


def price_with(rates: Mapping[str, Decimal]) -> Price:
    """Return a price by fixed rates: USD for a million tokens of each unit of the table."""
    per_unit: dict[str, Decimal] = {}
    for name, unit in UNITS.items():
        found = next((rates[rate] for rate in unit.chain if rate in rates), None)
        if found is not None:
            per_unit[name] = found

    def price(turn: Turn, outcome: Outcome) -> Decimal:
        total = ZERO
        for unit, tokens in outcome.usage.items():
            total = add(total, per_million(tokens, per_unit[unit]))
        if outcome.storage:
            rate = per_unit.get("cache_storage_hour", ZERO)
            per_second = divide(rate, _SECONDS)
            total = add(total, multiply(Decimal(outcome.storage), per_second))
        return total

    return price


def _run(
    turns: Sequence[Turn], order: Iterable[int], chosen: Mapping[str, str], kept_to_last_use: bool
) -> Result:
    simulator = Simulator(kept_to_last_use=kept_to_last_use)
    outcomes: dict[int, Outcome] = {}
    for position in order:
        turn = turns[position]
        outcomes[position] = simulator.take(turn, chosen[turn.history])
    found = tuple(outcomes[position] for position in range(len(turns)))
    return Result(found, summarise(found), chosen)


def _best(
    turns: Sequence[Turn], order: Sequence[int], price: Price, kept_to_last_use: bool
) -> Result:
    """Choose a policy for each session, and make sure that the choices are good together.

    Sessions that share a cache help each other: what one writes another reads. The choices are made
    one by one, simulated together, and dropped for the best single policy if that is cheaper.
    """
    names = dict.fromkeys(
        name for rules in {turn.rules for turn in turns} for name in policies_of(rules)
    )
    sessions = dict.fromkeys(turn.history for turn in turns)
    costs: dict[str, dict[str, Decimal]] = {}
    totals: dict[str, Decimal] = {}
    for name in names or (OFF,):
        result = _run(turns, order, dict.fromkeys(sessions, name), kept_to_last_use)
        costs[name] = _costs(turns, result, price)
        totals[name] = sum(costs[name].values(), ZERO)
    single = min(totals, key=lambda name: totals[name])
    chosen = {session: _cheapest(costs, session) for session in sessions}
    mixed = _run(turns, order, chosen, kept_to_last_use)
    if sum(_costs(turns, mixed, price).values(), ZERO) <= totals[single]:
        return mixed
    return _run(turns, order, dict.fromkeys(sessions, single), kept_to_last_use)


def _cheapest(costs: Mapping[str, Mapping[str, Decimal]], session: str) -> str:
    """Return the policy under which a session costs least; the simplest of equals."""
    return min(costs, key=lambda name: costs[name].get(session, ZERO))


def _costs(turns: Sequence[Turn], result: Result, price: Price) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for turn, outcome in zip(turns, result.outcomes, strict=True):
        session = turn.history
        found[session] = add(found.get(session, ZERO), price(turn, outcome))
    return found
