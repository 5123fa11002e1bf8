"""`Profile`: where tokens and money went, as cells of integers that add.

A cell holds all calls that are alike in everything one can group by and in the rates they pay. Its
tokens are summed as integers and priced once, so that totals are exact and the order of adding does
not matter: `combine` is associative and commutative, and the empty profile is neutral.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence, Set
from decimal import Decimal
from typing import Any, Final

import msgspec

from tokencost_pricing.cost import Card, billed
from tokencost_pricing.errors import InputError
from tokencost_pricing.money import add
from tokencost_pricing.table import PriceTable
from tokencost_pricing.units import UNITS
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import CACHED, CALL, PASS, Call
from tokencost_profiles.calls.sessions import SessionCost, Span, hashed
from tokencost_profiles.costs.call_pricer import Pricer, Rated
from tokencost_profiles.costs.dimensions import QUARTER, Dimension, Key

_MICRO = 1_000_000
_SINGLE: Final = (CALL, PASS)  # records of one request


class Cell(msgspec.Struct, omit_defaults=True):
    """Calls that are alike. Times are UTC seconds, lengths of time whole microseconds."""

    calls: int = 0
    usage: dict[str, int] = msgspec.field(default_factory=dict)
    without_usage: int = 0
    reported: Decimal | None = None  # what the log says they cost
    reported_calls: int = 0
    first: float | None = None
    last: float | None = None
    latency: int = 0
    latency_calls: int = 0
    latency_output: int = 0  # tokens of output of the calls whose latency is known
    first_token: int = 0
    first_token_calls: int = 0
    error: float = 0.0  # the largest relative error of its counts
    charged: Decimal | None = None  # what the log says that calls without a price of ours cost
    charged_calls: int = 0

    def add(self, other: Cell) -> None:
        """Take in the calls of another cell."""
        self.calls += other.calls
        self.without_usage += other.without_usage
        self.reported_calls += other.reported_calls
        self.charged_calls += other.charged_calls
        self.latency += other.latency
        self.latency_calls += other.latency_calls
        self.latency_output += other.latency_output
        self.first_token += other.first_token
        self.first_token_calls += other.first_token_calls
        for unit, count in other.usage.items():
            self.usage[unit] = self.usage.get(unit, 0) + count
        self.reported = _sum(self.reported, other.reported)
        self.charged = _sum(self.charged, other.charged)
        self.span(other.first, other.last)
        self.error = max(self.error, other.error)

    def span(self, first: float | None, last: float | None) -> None:
        """Take in the times of other calls."""
        if first is not None and (self.first is None or first < self.first):
            self.first = first
        if last is not None and (self.last is None or last > self.last):
            self.last = last


def _sum(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    if a is None or b is None:
        return b if a is None else a
    return add(a, b)


class Profile:
    """The cells of any number of calls, and the rates that they pay."""

    def __init__(self, audit: Audit | None = None) -> None:
        self.audit = audit or Audit()
        self.spans: dict[str, Span] = {}  # of a saved one: its sessions, by hashed id
        self.session_costs: dict[str, SessionCost] = {}  # as their clients say, by hashed id
        self.cells: dict[Key, Cell] = {}
        self.cards: dict[str, Card] = {}

    def combine(self, other: Profile) -> Profile:
        """Return both together. Calls that stand in both are counted twice: see `Store`.

        Raise `InputError` where the two were priced with different tables.
        """
        whole = Profile(self.audit + other.audit)
        for one in (self, other):
            for name, card in one.cards.items():
                if whole.cards.setdefault(name, card) != card:
                    raise InputError(
                        f"two profiles have different rates for {name}",
                        hint="profile the logs again with one price table",
                    )
            for key, cell in one.cells.items():
                whole.cell(key).add(cell)
            for session, span in one.spans.items():
                known = whole.spans.get(session, span)
                whole.spans[session] = known.union(span)
            for session, cost in one.session_costs.items():
                other_part = whole.session_costs.get(session)
                whole.session_costs[session] = other_part.joined(cost) if other_part else cost
        return whole

    def cell(self, key: Key) -> Cell:
        """Return the cell of a key, a new one where there is none."""
        found = self.cells.get(key)
        if found is None:
            found = self.cells[key] = Cell()
        return found

    def where(self, met: Callable[[Key], bool]) -> Profile:
        """Return the part whose cells meet a condition."""
        part = Profile(self.audit)
        part.cards = self.cards
        part.cells = {key: cell for key, cell in self.cells.items() if met(key)}
        if all(key.session is None for key in self.cells):
            part.spans = self.spans
        if self.session_costs:
            part.session_costs = self._costs_left(part)
        return part

    def _costs_left(self, part: Profile) -> dict[str, SessionCost]:
        """Return what the sessions cost of which calls are left in a part."""
        if len(part.cells) == len(self.cells):
            return self.session_costs
        calls: dict[str, int] = {}
        for key, cell in part.cells.items():
            if key.session is not None:
                calls[key.session] = calls.get(key.session, 0) + cell.calls
        left = {hashed(session): number for session, number in calls.items()}
        return {
            session: cost.with_calls(left[session])
            for session, cost in self.session_costs.items()
            if session in left
        }


class Profiler:
    """Makes a profile, call by call.

    `fields`: those of a `Key` that matter; calls that differ only in others share a cell. Without
    it nothing is left out. `times`: the dimensions of time among what is asked for.
    """

    def __init__(
        self,
        pricer: Pricer,
        audit: Audit | None = None,
        fields: Set[str] | None = None,
        times: Sequence[Dimension] = (),
    ) -> None:
        self.profile = Profile(audit)
        self._coarse = None if fields is None else _Coarse(fields, times)
        self._pricer = pricer
        self._bands = lengths(pricer.table)
        self._names: dict[int, tuple[str, frozenset[str]]] = {}

    def key(self, call: Call) -> Key:
        """Return the key of the cell that a call belongs to."""
        prompt = call.tier_tokens
        rated = self._pricer.rate(call, prompt)
        known = self._names.get(id(rated.card))
        if known is None:
            known = self._names[id(rated.card)] = name_of(rated.card), _priceable(rated.card)
            self.profile.cards[known[0]] = rated.card
        name, priceable = known
        usage = call.usage
        sure = usage is None or (usage and usage.keys() <= priceable)
        reason = None if sure else reason_of(call, rated.card)
        bands = self._bands
        band = bands[bisect_right(bands, prompt) - 1]
        if self._coarse is not None:
            return self._coarse.key(call, rated, name, band, reason)
        return _key(call, rated, name, band, reason)

    def take(self, call: Call, key: Key, *, reported: bool = True) -> None:
        """Add a call to its cell. `reported`: its own cost is no part of that of its session."""
        priced = key.reason is None and call.usage is not None
        cell, card = self.profile.cell(key), self.profile.cards[key.rates]
        _take(cell, call, card, priced=priced, reported=reported)


def profile_of(calls: Iterable[Call], pricer: Pricer, audit: Audit | None = None) -> Profile:
    """Return the profile of calls, each priced at its own time and length."""
    profiler = Profiler(pricer, audit)
    for call in calls:
        profiler.take(call, profiler.key(call))
    return profiler.profile


def _key(call: Call, rated: Rated, name: str, band: int, reason: str | None) -> Key:
    notes = rated.notes + call.warnings
    return Key(
        int(call.at // QUARTER) if call.at is not None else None,
        rated.provider,
        rated.model,
        call.model,
        name,
        band,
        _tier(call),
        call.api,
        call.session,
        call.project,
        call.user,
        call.team,
        call.environment,
        call.branch,
        call.agent,
        call.tools,
        call.tags,
        call.reader,
        call.file,
        call.scope,
        call.status,
        call.usage_source,
        reason,
        tuple(sorted(set(notes))) if notes else (),
    )


class _Coarse:
    """Makes keys that leave out what nobody asks for: fewer cells, the same sums."""

    def __init__(self, fields: Set[str], times: Sequence[Dimension]) -> None:
        self._times = times
        self._quarters: dict[int, int] = {}  # each with the one that stands for its day (or hour)
        self._named: dict[tuple[str | None, ...], int] = {}
        self._made: dict[tuple[Any, ...], Key] = {}
        wanted = set(fields) - {"provider", "model", "name", "session", "tier", "quarter", "band"}
        names = {
            "reader",
            "file",
            "api",
            "project",
            "user",
            "team",
            "environment",
            "branch",
            "agent",
            "tools",
            "tags",
            "scope",
            "status",
        }
        self._more = [(Key._fields.index(name), name) for name in sorted(wanted & names)]
        self._timed, self._tiered = "quarter" in fields, "tier" in fields

    def key(self, call: Call, rated: Rated, name: str, band: int, reason: str | None) -> Key:
        """Return the key of a call, with only the fields that matter and those that sums need."""
        quarter = None if call.at is None else 0
        if self._timed and call.at is not None:
            quarter = self._quarter(int(call.at // QUARTER))
        more = tuple([getattr(call, field) for _, field in self._more]) if self._more else ()
        seen = (
            rated.provider,
            rated.model,
            call.model,
            name,
            quarter,
            call.session,
            _tier(call) if self._tiered else None,
            call.usage_source,
            reason,
            rated.notes,
            call.warnings,
            more,
        )
        key = self._made.get(seen)
        if key is None:
            key = self._made[seen] = self._make(*seen)
        return key

    def _make(
        self,
        provider: str | None,
        model: str | None,
        asked: str | None,
        name: str,
        quarter: int | None,
        session: str | None,
        tier: str | None,
        source: str,
        reason: str | None,
        rated: tuple[str, ...],
        warnings: tuple[str, ...],
        more: tuple[Any, ...],
    ) -> Key:
        notes = rated + warnings
        values: list[Any] = list(_BLANK)
        values[:5] = quarter, provider, model, asked, name
        values[6], values[8] = tier, session
        values[21], values[22] = source, reason
        values[23] = tuple(sorted(set(notes))) if notes else ()
        for (at, _), value in zip(self._more, more, strict=True):
            values[at] = value
        return Key._make(values)

    def _quarter(self, quarter: int) -> int:
        """Return one quarter of an hour for all of the same day, or of what else is asked for."""
        known = self._quarters.get(quarter)
        if known is None:
            named = tuple(of(Key(quarter)) for of in self._times)
            known = self._quarters[quarter] = self._named.setdefault(named, quarter)
        return known


_BLANK: Final = tuple(Key())


def _tier(call: Call) -> str | None:
    return "batch" if call.batch else call.service_tier or call.speed


def _priceable(card: Card) -> frozenset[str]:
    """Return the units that a card has a price for, or whose lack is only noted."""
    if card.unpriced is not None:
        return frozenset()
    return frozenset(
        name
        for name, unit in UNITS.items()
        if not unit.chain or any(rate in card.rates for rate in unit.chain)
    )


def reason_of(call: Call, card: Card) -> str | None:
    """Say why a call has no price, or None where it has one or nothing to price."""
    if call.usage is None or call.status == CACHED:
        return None
    if card.unpriced is not None:
        return card.unpriced
    for unit, count in call.usage.items():
        chain = UNITS[unit].chain
        if count and chain and not any(rate in card.rates for rate in chain):
            return f"the table has no {UNITS[unit].noun} rate for {card.evidence.model}"
    return None


def _take(cell: Cell, call: Call, card: Card, *, priced: bool, reported: bool) -> None:
    cell.calls += 1
    usage = {} if call.status == CACHED else call.usage
    if usage is None:
        cell.without_usage += 1
    else:
        own = cell.usage
        if card.per_call:
            usage = billed(usage, card, 1 if call.scope in _SINGLE else None)
        for unit, count in usage.items():
            own[unit] = own.get(unit, 0) + count
    if call.cost is not None:
        if reported:
            cell.reported = _sum(cell.reported, call.cost)
            cell.reported_calls += 1
        charge = None if priced or call.status == CACHED else call.charge
        if charge is not None:
            cell.charged = _sum(cell.charged, charge)
            cell.charged_calls += 1
    cell.span(call.at, call.at)
    if call.latency is not None:
        cell.latency += round(call.latency * _MICRO)
        cell.latency_calls += 1
        cell.latency_output += sum((usage or {}).get(unit, 0) for unit in ("output", "reasoning"))
    if call.first_token is not None:
        cell.first_token += round(call.first_token * _MICRO)
        cell.first_token_calls += 1
    cell.error = max(cell.error, call.error)


def name_of(card: Card) -> str:
    """Return what tells one card from every other that a table can give."""
    seen = card.evidence
    parts = [
        f"{seen.provider}/{seen.model}",
        seen.price_from,
        seen.tier_from,
        *seen.modes,
        *seen.modifiers,
        seen.schedule,
        card.search_context,
        seen.overlay,
        f"fees {card.fees_from}" if card.fees_from else None,
    ]
    if card.unpriced is not None:
        parts.append("unpriced")
    return " ".join(str(part) for part in parts if part)


def lengths(table: PriceTable) -> list[int]:
    """Return every prompt length at which the price of some model changes, ascending.

    Calls between two of them can be priced together, on whatever model.
    """
    found = {0}
    for provider in table.providers().values():
        for model in provider["models"].values():
            found |= {
                tier["from_prompt_tokens"]
                for row in model["prices"]
                for tier in row.get("tiers", ())
            }
            for entries in model.get("modes", {}).values():
                for entry in entries:
                    found |= {t["from_prompt_tokens"] for t in entry.get("tiers", ())}
                    if "max_prompt_tokens" in entry:
                        found.add(entry["max_prompt_tokens"] + 1)
    return sorted(found)
