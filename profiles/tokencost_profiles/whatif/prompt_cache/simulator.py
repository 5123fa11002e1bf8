"""What a prompt cache would have read and written of a series of calls, under a policy.

    blocks = BlockMaker(count)                     # count: text -> tokens
    turns = [Turn(call.at, cache_rules(offer, day), blocks(call.parts), "account/model", session)]
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
from tokencost_profiles.whatif.prompt_cache.blocks import CacheRequest
from tokencost_profiles.whatif.prompt_cache.cache_outcome import CacheOutcome
from tokencost_profiles.whatif.prompt_cache.engine import Simulator
from tokencost_profiles.whatif.prompt_cache.rules import BEST, OFF, POLICIES, policies_of

_SECONDS = Decimal(3600 * 1_000_000)  # of an hour, times the million tokens that a rate is for
# The price of one call's input side, its storage included.
Price = Callable[[CacheRequest, CacheOutcome], Decimal]


class Result(NamedTuple):
    """What came of a simulation: an outcome for each request, in their order."""

    outcomes: tuple[CacheOutcome, ...]
    policies: Mapping[str, str]  # session -> the policy that it was simulated under


def simulate(
    requests: Iterable[CacheRequest], policy: str | Mapping[str, str], *, price: Price | None = None
) -> Result:
    """Simulate calls under one policy, or each session under its policy.

    `best` takes the cheapest for each session by `price`. Beside the policies, the name of any
    lifetime is one (`30m`): `ValueError` where it is none. Stored objects are paid until their
    lifetime ends.
    """
    for name in (policy,) if isinstance(policy, str) else set(policy.values()):
        if name not in POLICIES:
            seconds_of(name)
    every = list(requests)
    order = sorted(range(len(every)), key=lambda position: every[position].at)
    if policy != BEST:
        chosen = (
            dict.fromkeys((request.history for request in every), policy)
            if isinstance(policy, str)
            else policy
        )
        return _run(every, order, chosen)
    if price is None:
        raise ValueError("the policy 'best' needs a price")
    return _best(every, order, price)


def price_with(rates: Mapping[str, Decimal]) -> Price:
    """Return a price by fixed rates: USD for a million tokens of each unit of the table."""
    per_unit: dict[str, Decimal] = {}
    for name, unit in UNITS.items():
        rate = next((rates[one] for one in unit.chain if one in rates), None)
        if rate is not None:
            per_unit[name] = rate

    def price(request: CacheRequest, outcome: CacheOutcome) -> Decimal:
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
    requests: Sequence[CacheRequest], order: Iterable[int], chosen: Mapping[str, str]
) -> Result:
    simulator = Simulator()
    outcomes: dict[int, CacheOutcome] = {}
    for position in order:
        request = requests[position]
        outcomes[position] = simulator.add(request, chosen[request.history])
    return Result(tuple(outcomes[position] for position in range(len(requests))), chosen)


def _best(requests: Sequence[CacheRequest], order: Sequence[int], price: Price) -> Result:
    """Choose a policy for each session, so that the choices are good together.

    Sessions that share a cache help each other: what one writes another reads. They are chosen
    one by one, simulated together, and dropped for the best single policy if that is cheaper.
    """
    names = dict.fromkeys(
        name for rules in {request.rules for request in requests} for name in policies_of(rules)
    )
    sessions = dict.fromkeys(request.history for request in requests)
    costs: dict[str, dict[str, Decimal]] = {}
    totals: dict[str, Decimal] = {}
    for name in names or (OFF,):
        result = _run(requests, order, dict.fromkeys(sessions, name))
        costs[name] = _costs(requests, result, price)
        totals[name] = sum(costs[name].values(), ZERO)
    single = min(totals, key=lambda name: totals[name])
    chosen = {session: _cheapest(costs, session) for session in sessions}
    mixed = _run(requests, order, chosen)
    if sum(_costs(requests, mixed, price).values(), ZERO) <= totals[single]:
        return mixed
    return _run(requests, order, dict.fromkeys(sessions, single))


def _cheapest(costs: Mapping[str, Mapping[str, Decimal]], session: str) -> str:
    """Return the policy under which a session costs least; the simplest of equals."""
    return min(costs, key=lambda name: costs[name].get(session, ZERO))


def _costs(requests: Sequence[CacheRequest], result: Result, price: Price) -> dict[str, Decimal]:
    costs: dict[str, Decimal] = {}
    for request, outcome in zip(requests, result.outcomes, strict=True):
        session = request.history
        costs[session] = add(costs.get(session, ZERO), price(request, outcome))
    return costs
