"""Calls priced each by itself, for rows of one call."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_offers import offer_of
from tokencost_profiles.costs.call_pricer import Pricer, modes_of
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.costs.profile import Profile, Profiler
from tokencost_profiles.costs.totals import Summary


class SingleCall(NamedTuple):
    """A call with a unique id, and what it comes to.

    `is_renamed`: the provider and the model of the table alone name something else, as where the
    name in the log says in which region a call was served.
    """

    id: str
    call: Call
    key: Key
    modes: tuple[str, ...]
    sums: Summary
    is_renamed: bool = False


def single_calls(calls: Iterable[Call], pricer: Pricer, *, charged: bool) -> list[SingleCall]:
    """Return calls in the order of their times, each priced by itself.

    `charged`: a call that has no price of ours costs what its log states. The id is that of the
    response or the span, else the file and line; a second call of the same id has `#2` behind it.
    """
    profiler = Profiler(pricer)
    cards = profiler.profile.cards
    names: dict[str, int] = {}
    renamed: dict[tuple[str | None, ...], bool] = {}
    priced: list[SingleCall] = []
    for call in sorted(calls, key=lambda call: (call.at or 0.0, call.file, call.line or 0)):
        profiler.profile = Profile()
        profiler.profile.cards = cards
        key = profiler.key(call)
        profiler.take(call, key)
        sums = Summary(cards, charged=charged)
        sums.take(key, profiler.profile.cells[key])
        name = call.response_id or call.span or f"{call.file}:{call.line}"
        number = names[name] = names.get(name, 0) + 1
        modes, _ = modes_of(call, key.provider or "")
        label = name if number == 1 else f"{name}#{number}"
        pair = (call.model, call.provider, key.model, key.provider)
        if pair not in renamed:
            renamed[pair] = _is_renamed(call, key, pricer.table)
        priced.append(SingleCall(label, call, key, modes, sums, renamed[pair]))
    return priced


def _is_renamed(call: Call, key: Key, table: PriceTable) -> bool:
    sold = _sold(call.model, call.provider, call, table)
    return sold is not None and sold != _sold(key.model, key.provider, call, table)


def _sold(
    model: str | None, provider: str | None, call: Call, table: PriceTable
) -> tuple[object, ...] | None:
    """Return what decides the price of a name; None where nobody sells it."""
    at = None if call.at is None else datetime.fromtimestamp(call.at, UTC)
    try:
        offer = offer_of(table, model, provider, at) if model else None
    except UnknownModelError:
        return None
    return None if offer is None else (offer.provider, offer.model.id, offer.conditions)
