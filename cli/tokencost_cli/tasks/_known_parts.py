"""Sums of logs that are known from earlier invocations, and what those lack."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tokencost_cli.tasks._log_cache import Stored
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.load import Plan, PricedLogs, RecordedCalls
from tokencost_profiles.logs.log_cache.hidden_ids import UnknownOrderError
from tokencost_profiles.logs.log_cache.priced_units import PricedUnits, Pricing
from tokencost_profiles.logs.log_cache.shared_units import SharedUnits
from tokencost_profiles.logs.parts import (
    Part,
    ReadSource,
    add_parts,
    price_part,
    profile_of,
    read_sources,
)
from tokencost_profiles.logs.read import ReadOptions
from tokencost_profiles.logs.work import Done, Work


def known_parts(
    stored: Stored,
    sources: Sequence[Source],
    how: ReadOptions,
    plan: Plan,
    table: PriceTable,
    done: Callable[[int], None] | None,
    run: Callable[[Work], Done] | None,
) -> tuple[RecordedCalls, PricedLogs]:
    """Return what logs hold, as far as it is known read from the cache.

    `run` does the work in several processes, where nothing is known; None: in this one.
    Raise `UnknownOrderError` where they have to be read.
    """
    known = stored.sums.known(sources)
    if known is None:
        part = _priced(stored, sources, how, plan, table, done, run)
    elif known.rest:
        rest = _checked(read_sources([(at, sources[at]) for at in known.rest], how, done))
        part = add_parts([known.part, price_part(rest, known.formats, plan, table)])
    else:
        part = known.part
    if not part.cells:
        raise UnknownOrderError  # what is left by each filter is counted call by call
    profile, pricer, judged = profile_of(part, table, plan)
    recorded = RecordedCalls([], part.audit, {})
    return recorded, PricedLogs([], profile, pricer, judged, _no_key)


def _priced(
    stored: Stored,
    sources: Sequence[Source],
    how: ReadOptions,
    plan: Plan,
    table: PriceTable,
    done: Callable[[int], None] | None,
    run: Callable[[Work], Done] | None,
) -> Part:
    cache = stored.cache
    known = how._replace(known=cache)
    if not cache.look_up(sources) and run is not None:
        return _shared(stored, Work(sources, known, plan, table, done=done), run)

    def read(places: Sequence[int]) -> list[ReadSource]:
        return _checked(read_sources(((at, sources[at]) for at in places), known, done))

    def read_anew(places: Sequence[int]) -> list[ReadSource]:
        return _checked(read_sources(((at, sources[at]) for at in places), how))

    pricing = Pricing(
        read,
        read_anew,
        lambda read_, formats: price_part(read_, formats, plan, table),
        stored.asked,
    )
    units = PricedUnits(cache, sources, pricing)
    lasting, rest = units.parts()
    stored.at_end(lambda: stored.sums.store(sources, lasting, units.rest, cache))
    return add_parts([lasting, rest]) if units.rest else lasting


def _shared(stored: Stored, work: Work, run: Callable[[Work], Done]) -> Part:
    """Return what logs hold of which nothing is known: several processes read and store it."""
    cache, sources = stored.cache, work.sources
    how = work.how._replace(known=None)
    units = SharedUnits(cache, sources, how, work.plan, work.table, stored.asked)
    part, saved = run(work._replace(pricing=units))
    if saved:
        raise UnknownOrderError
    stored.at_end(lambda: stored.sums.store(sources, units.lasting(), units.rest, cache))
    return part


def _checked(sources: list[ReadSource]) -> list[ReadSource]:
    """Return sources. Raise `UnknownOrderError` for saved profiles, which are added to calls."""
    if any(source.saved for source in sources):
        raise UnknownOrderError
    return sources


def _no_key(call: Call) -> Key:
    """Return the key of a call: there is none here."""
    return Key()
