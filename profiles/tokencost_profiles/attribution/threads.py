"""From calls to threads: the conversations whose prompts grow, each with its calls in order."""

from __future__ import annotations

from collections.abc import Container, Iterable

from tokencost_pricing.rate_card import Card
from tokencost_profiles.attribution.inspected import PricedCall, Thread
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.cell import billed_usage
from tokencost_profiles.costs.cell_key import RateNames

_Key = tuple[str | None, str | None]


def threads_of(
    calls: Iterable[Call], pricer: Pricer, selected: Container[int] | None = None
) -> list[Thread]:
    """Return the threads of settled calls, which are in the order of their times.

    `calls`: all that were read: a thread is not understood from a part of it. `selected`: the
    identities (`id`) of those that are asked for; None: all. A call of no session is a thread of
    its own, unless a trace joins it to others.
    """
    cards: dict[str, Card] = {}
    rates = RateNames(pricer, cards)
    by_key: dict[_Key, list[PricedCall]] = {}
    for call in calls:
        paid = rates.of(call)
        card = cards[paid.name]
        usage = billed_usage(call, card)
        priced = PricedCall(
            call,
            card,
            paid.name,
            usage or {},
            paid.reason is None and usage is not None,
            selected is None or id(call) in selected,
        )
        by_key.setdefault(_key(call, len(by_key)), []).append(priced)
    return [_thread(members) for members in by_key.values()]


def _key(call: Call, number: int) -> _Key:
    if call.session is not None:
        return f"session {call.session}", call.thread
    if call.trace is not None:
        return f"trace {call.trace}", call.thread
    return f"call {number}", None


def _thread(calls: list[PricedCall]) -> Thread:
    first = calls[0].call
    return Thread(first.session, first.thread, first.agent, calls)
