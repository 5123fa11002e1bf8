"""Calls priced each by itself, for rows of one call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer, modes_of
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.costs.profile import Profile, Profiler
from tokencost_profiles.costs.totals import Summary


class SingleCall(NamedTuple):
    """A call with a unique id, and what it comes to."""

    id: str
    call: Call
    key: Key
    modes: tuple[str, ...]
    sums: Summary


def single_calls(calls: Iterable[Call], pricer: Pricer, *, charged: bool) -> list[SingleCall]:
    """Return calls in the order of their times, each priced by itself.

    `charged`: a call that has no price of ours costs what its log states. The id is that of the
    response or the span, else the file and line; a second call of the same id has `#2` behind it.
    """
    profiler = Profiler(pricer)
    cards = profiler.profile.cards
    names: dict[str, int] = {}
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
        priced.append(SingleCall(label, call, key, modes, sums))
    return priced
