"""Parts of a profile: calls that are settled and priced where they were read, and added up.

    read_sources -> names (calls/links) -> split -> price_part -> add_parts -> profile_of

Sources that share no name with others are priced as a part of their own; those that do are handed
on as records, to be settled together. The sum of the parts is the profile of all calls, byte by
byte, however the sources are divided. Nothing here knows of processes or machines: all that goes in
and comes out can be sent, but for the price table, which stays where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence, Set
from typing import NamedTuple, TypeVar

import msgspec

from tokencost_pricing.rate_card import Card
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.links import linked
from tokencost_profiles.calls.merging import Order, Store, order_of, settle_apart
from tokencost_profiles.calls.plain_calls import DROPPED
from tokencost_profiles.calls.sessions import SessionCost
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.cell import Cell
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.saved_profile import Saved
from tokencost_profiles.costs.session_costs import Judged
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.load import Firsts, Plan, PricedLogs, RecordedCalls, price_logs
from tokencost_profiles.logs.read import ReadOptions, read_source

Name = TypeVar("Name", bound=Hashable)  # a name, or a hash of it


class ReadSource(NamedTuple):
    """What one source holds. `at`: its place among all sources, which is the order of adding."""

    at: int
    store: Store
    saved: tuple[Saved, ...] = ()


class PartCell(NamedTuple):
    """A cell. `first`: where its first call stands among all calls."""

    first: Order
    key: Key
    cell: Cell


class PartCard(NamedTuple):
    """The rates of calls. `first`: where the first of them stands among all calls."""

    first: Order
    name: str
    card: Card


class LookedUp(NamedTuple):
    """What the price table was asked for; the call has what that depends on, and no more."""

    first: Order
    call: Call


class PartNumbers(msgspec.Struct):
    """Counts and times of the calls of a part, whether or not they are selected."""

    calls: int = 0
    first: float | None = None
    last: float | None = None
    left: dict[str, int] = msgspec.field(default_factory=dict)  # by option, see `Plan.alone`
    undated: int = 0  # calls whose time is not known: they are priced as those of this moment


class Part(msgspec.Struct):
    """The sums of calls of some sources. Adding parts is free of order; the empty one is neutral.

    `refused`, `overlapping` and `later_calls`: see `Judged`.
    """

    audit: Audit = msgspec.field(default_factory=Audit)
    cells: list[PartCell] = []
    cards: list[PartCard] = []
    looked_up: list[LookedUp] = []
    # The earliest quarter of an hour of each value of the dimensions of time.
    quarters: list[tuple[tuple[str | None, ...], int]] = []
    session_costs: dict[str, SessionCost] = {}
    refused: dict[str, tuple[str, ...]] = {}
    overlapping: tuple[str, ...] = ()
    later_calls: int = 0
    projects: dict[str, str] = {}  # what folders that logs name are called
    numbers: PartNumbers = msgspec.field(default_factory=PartNumbers)


def read_sources(
    sources: Iterable[tuple[int, Source]],
    how: ReadOptions,
    done: Callable[[int], None] | None = None,
) -> list[ReadSource]:
    """Return what each source holds, by its place. `done` is called with the size of each."""
    parts = []
    for at, source in sources:
        saved: list[Saved] = []
        store = read_source(source, how._replace(saved=saved))
        parts.append(ReadSource(at, store, tuple(saved)))
        if done is not None:
            done(source.size)
    return parts


def split(
    sources: Sequence[ReadSource], names: Sequence[Collection[Name]], shared: Set[Name]
) -> tuple[list[ReadSource], list[ReadSource]]:
    """Return the sources that are joined to others elsewhere, and the rest.

    `names`: those of each source; `shared`: names that stand in other shards, too.
    """
    joined = linked(names, shared)
    pairs = list(zip(sources, joined, strict=True))
    return [one for one, is_joined in pairs if is_joined], [
        one for one, is_joined in pairs if not is_joined
    ]


def price_part(
    sources: Iterable[ReadSource], session_formats: Set[str], plan: Plan, table: PriceTable
) -> Part:
    """Settle, number, select and price the calls of sources that no other source is joined to.

    It uses the records up. `session_formats`: those of all sources, read here or elsewhere.
    Raise what `price_logs` raises.
    """
    store = Store()
    for source in sorted(sources, key=lambda one: one.at):
        store.absorb(source.store)
    formats = store.audit.session_formats
    store.audit.session_formats = formats | session_formats
    settled = settle_apart(store)
    settled.audit.session_formats = formats
    calls = settled.calls
    recorded = RecordedCalls(calls, settled.audit, store.reports, plain=settled.plain)
    folders = [call.project for call in calls]
    firsts = Firsts([], [])
    priced = price_logs(
        recorded,
        Pricer(table, plan.now, plan.as_of),
        plan.selection,
        now=plan.now,
        by=plan.by,
        assumed_model=plan.assumed_model,
        places=plan.places,
        firsts=firsts,
    )
    part = _part_of(recorded, priced, firsts, plan)
    named = (call.project for call in calls)
    part.projects = {a: b for a, b in zip(folders, named, strict=True) if a and b}
    return part


def _part_of(recorded: RecordedCalls, priced: PricedLogs, firsts: Firsts, plan: Plan) -> Part:
    profile, judged = priced.profile, priced.judged
    cells = zip(firsts.of_cells, profile.cells.items(), strict=True)
    cards = zip(firsts.of_cards, profile.cards.items(), strict=True)
    return Part(
        audit=profile.audit,
        cells=[PartCell(order_of(call), key, cell) for call, (key, cell) in cells],
        cards=[PartCard(order_of(call), name, card) for call, (name, card) in cards],
        looked_up=[LookedUp(order_of(call), _terms(call)) for call in priced.pricer.looked_up],
        quarters=list(priced.quarters.items()),
        session_costs=profile.session_costs,
        refused=judged.refused,
        overlapping=judged.overlapping,
        later_calls=judged.later_calls,
        numbers=_numbers(recorded, priced, plan),
    )


def _terms(call: Call) -> Call:
    """Return a call that is sold like another, and has nothing else."""
    return Call(
        model=call.model,
        provider=call.provider,
        host=call.host,
        service_tier=call.service_tier,
        batch=call.batch,
        speed=call.speed,
        region=call.region,
        search_context=call.search_context,
        media_size=call.media_size,
        media_quality=call.media_quality,
        at=call.at,
    )


def _numbers(recorded: RecordedCalls, priced: PricedLogs, plan: Plan) -> PartNumbers:
    calls = recorded.calls
    times = [call.at for call in calls if call.at is not None]
    numbers = PartNumbers(len(calls), undated=len(calls) - len(times))
    for part in recorded.plain:
        numbers.calls += len(part)
        rows = zip(part.column("sample"), part.times(), strict=True)
        known = [float(at) for sample, at in rows if at and sample != DROPPED]
        numbers.undated += len(part) - len(known)
        times += [min(known), max(known)] if known else []
    numbers.first, numbers.last = min(times, default=None), max(times, default=None)
    if not priced.profile.cells and plan.alone:
        calls = [*calls, *(call for part in recorded.plain for call in part.calls())]
        for option, selection in plan.alone:
            is_selected = selection.matcher()
            numbers.left[option] = sum(is_selected(one.at, priced.key_of(one)) for one in calls)
    return numbers


def add_parts(parts: Iterable[Part]) -> Part:
    """Return the sum of parts."""
    total = Part(
        cells=[], cards=[], looked_up=[], quarters=[], session_costs={}, refused={}, projects={}
    )
    cells: dict[Key, PartCell] = {}
    cards: dict[str, PartCard] = {}
    parts = list(parts)
    quarters = _quarters(parts)
    for part in parts:
        total.audit += part.audit
        same_time = {quarter: quarters[names] for names, quarter in part.quarters}
        for one in part.cells:
            key = one.key
            if key.quarter is not None and same_time.get(key.quarter, key.quarter) != key.quarter:
                key = key._replace(quarter=same_time[key.quarter])
            cells[key] = _sum(cells.get(key), one, key)
        for card in part.cards:
            cards[card.name] = min(cards.get(card.name, card), card, key=_first)
        total.looked_up += part.looked_up
        total.session_costs |= part.session_costs
        total.refused |= part.refused
        total.projects |= part.projects
        total.overlapping += part.overlapping
        total.later_calls += part.later_calls
        _add_numbers(total.numbers, part.numbers)
    total.cells = sorted(cells.values(), key=_first)
    total.cards = sorted(cards.values(), key=_first)
    total.looked_up.sort(key=_first)
    total.quarters = sorted(quarters.items(), key=lambda item: item[1])
    total.overlapping = tuple(sorted(total.overlapping))
    return total


def _first(one: PartCell | PartCard | LookedUp) -> Order:
    return one.first


def _quarters(parts: Iterable[Part]) -> dict[tuple[str | None, ...], int]:
    """Return the earliest quarter of an hour of each value: it stands for all of them."""
    quarters: dict[tuple[str | None, ...], int] = {}
    for part in parts:
        for names, quarter in part.quarters:
            quarters[names] = min(quarters.get(names, quarter), quarter)
    return quarters


def _sum(known: PartCell | None, one: PartCell, key: Key) -> PartCell:
    if known is None:
        cell = msgspec.structs.replace(one.cell, usage=dict(one.cell.usage))
        return PartCell(one.first, key, cell)
    known.cell.add(one.cell)
    return known if known.first <= one.first else known._replace(first=one.first)


def _add_numbers(total: PartNumbers, numbers: PartNumbers) -> None:
    total.calls += numbers.calls
    total.undated += numbers.undated
    firsts = [at for at in (total.first, numbers.first) if at is not None]
    lasts = [at for at in (total.last, numbers.last) if at is not None]
    total.first, total.last = min(firsts, default=None), max(lasts, default=None)
    for option, calls in numbers.left.items():
        total.left[option] = total.left.get(option, 0) + calls


def profile_of(part: Part, table: PriceTable, plan: Plan) -> tuple[Profile, Pricer, Judged]:
    """Return the profile of a part, its prices as far as they were asked for, and its reports.

    The calls of `Judged` are not among them.
    """
    profile = Profile(part.audit)
    profile.cells = {one.key: one.cell for one in part.cells}
    profile.cards = {one.name: one.card for one in part.cards}
    profile.session_costs = part.session_costs
    pricer = Pricer(table, plan.now, plan.as_of)
    for one in part.looked_up:
        pricer.rate(one.call)
    judged = Judged({}, {}, part.refused, part.overlapping, part.later_calls)
    return profile, pricer, judged
