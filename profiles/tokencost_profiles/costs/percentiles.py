"""How calls and sessions differ: percentiles, and how the context of a session grows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from math import ceil
from typing import Any, Final, NamedTuple

from tokencost_pricing.cost import price
from tokencost_pricing.money import ZERO, known_total
from tokencost_pricing.rate_card import billed
from tokencost_pricing.units import OUTPUT_UNITS
from tokencost_pricing.usage import Usage
from tokencost_profiles.calls.call import CACHED, Call
from tokencost_profiles.costs.call_pricer import Pricer

RANKS: Final = (50, 90, 95, 99, 100)
POINTS: Final = 24  # of the line that shows a session's growth


class Spread(NamedTuple):
    """One measure over many: how many there are, and the value at each rank of `RANKS`."""

    measure: str  # cost, input, output, latency, first_token, calls
    of: str  # call, session
    number: int
    values: tuple[Any, ...]


class Growth(NamedTuple):
    """How long the prompts of a session were, in the order of its calls."""

    session: str
    calls: int
    first: int
    last: int
    largest: int
    points: tuple[int, ...]  # the largest of each of up to POINTS stretches of equal length


def spreads(calls: Sequence[Call], pricer: Pricer, *, charged: bool = False) -> list[Spread]:
    """Return the percentiles of calls and of sessions.

    The value at a rank is one that occurred (nearest rank): amounts stay exact. `charged`: a call
    that has no price of ours costs what its log states.
    """
    costs = [cost_of(call, pricer) for call in calls]
    if charged:
        pairs = zip(calls, costs, strict=True)
        costs = [call.charge if cost is None else cost for call, cost in pairs]
    measures = [
        _spread("cost", "call", costs),
        _spread("input", "call", _each(calls, lambda call: call.prompt_tokens)),
        _spread("output", "call", _each(calls, output_of)),
        _spread("latency", "call", [call.latency for call in calls]),
        _spread("first_token", "call", [call.first_token for call in calls]),
    ]
    by_session: dict[str, list[int]] = {}
    for at, call in enumerate(calls):
        if call.session is not None:
            by_session.setdefault(call.session, []).append(at)
    sessions = list(by_session.values())
    measures += [
        _spread("cost", "session", [known_total(costs[at] for at in one) for one in sessions]),
        _spread("calls", "session", [len(one) for one in sessions]),
        _spread("input", "session", [sum(calls[at].prompt_tokens for at in o) for o in sessions]),
        _spread("output", "session", [sum(output_of(calls[at]) for at in o) for o in sessions]),
    ]
    return [spread for spread in measures if spread.number]


def growths(calls: Iterable[Call]) -> dict[str, Growth]:
    """Return the growth of every session with more than one call. Calls come in order of time.

    A subagent has another context: only the agent with the most calls counts.
    """
    threads: dict[str, dict[str, list[int]]] = {}
    for call in calls:
        if call.session is not None and call.prompt_tokens:
            agents = threads.setdefault(call.session, {})
            agents.setdefault(call.thread or call.agent or "", []).append(call.prompt_tokens)
    lengths = {
        session: agents[min(agents, key=lambda name: (-len(agents[name]), name))]
        for session, agents in threads.items()
    }
    return {
        session: Growth(session, len(ones), ones[0], ones[-1], max(ones), _points(ones))
        for session, ones in lengths.items()
        if len(ones) > 1
    }


def cost_of(call: Call, pricer: Pricer) -> Decimal | None:
    """Return what one call costs, or None where it has no price or no usage."""
    if call.status == CACHED:
        return ZERO
    if call.usage is None:
        return None
    card = pricer.rate(call).card
    usage = billed(call.usage, card) if card.per_call else call.usage
    return price(Usage(usage), card).total


def output_of(call: Call) -> int:
    """Return every token on the output side of a call."""
    return sum((call.usage or {}).get(unit, 0) for unit in OUTPUT_UNITS)


def _each(calls: Iterable[Call], of: Callable[[Call], int]) -> list[int]:
    return [of(call) for call in calls if call.usage is not None]


def _spread(measure: str, of: str, values: Iterable[Any]) -> Spread:
    known = sorted(value for value in values if value is not None)
    if not known:
        return Spread(measure, of, 0, ())
    ranks = tuple(known[max(1, ceil(rank * len(known) / 100)) - 1] for rank in RANKS)
    return Spread(measure, of, len(known), ranks)


def _points(lengths: Sequence[int]) -> tuple[int, ...]:
    if len(lengths) <= POINTS:
        return tuple(lengths)
    edges = [at * len(lengths) // POINTS for at in range(POINTS + 1)]
    return tuple(max(lengths[a:b]) for a, b in pairwise(edges))
