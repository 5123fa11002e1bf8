"""`Profile`: where tokens and money went, as cells of integers that add.

A cell holds all calls that are alike in everything one can group by and in the rates they pay. Its
tokens are summed as integers and priced once, so that totals are exact and the order of adding does
not matter: `combine` is associative and commutative, and the empty profile is neutral.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set

from tokencost_pricing.errors import InputError
from tokencost_pricing.rate_card import Card
from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.sessions import SessionCost, Span, session_hash
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.cell import Cell
from tokencost_profiles.costs.cell_key import CoarseKeys, RateNames, Rates, key_of, quarter_of
from tokencost_profiles.costs.cell_table import CellTable
from tokencost_profiles.costs.dimensions import Dimension, Key


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
        total = Profile()
        total.absorb(self)
        total.absorb(other)
        return total

    def absorb(self, other: Profile) -> None:
        """Add the calls of another profile: `combine` in place."""
        self.audit = self.audit + other.audit
        for name, card in other.cards.items():
            if self.cards.setdefault(name, card) != card:
                raise InputError(
                    f"two profiles have different rates for {name}",
                    hint="profile the logs again with one price table",
                )
        for key, cell in other.cells.items():
            self.cell(key).add(cell)
        for session, span in other.spans.items():
            self.spans[session] = self.spans.get(session, span).union(span)
        for session, cost in other.session_costs.items():
            known = self.session_costs.get(session)
            self.session_costs[session] = known.join(cost) if known else cost

    def cell(self, key: Key) -> Cell:
        """Return the cell of a key, a new one where there is none."""
        cell = self.cells.get(key)
        if cell is None:
            cell = self.cells[key] = Cell()
        return cell

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
        left = {session_hash(session): number for session, number in calls.items()}
        return {
            session: cost.with_calls(left[session])
            for session, cost in self.session_costs.items()
            if session in left
        }


class Profiler:
    """Makes a profile, call by call.

    `fields`: those of a `Key` that matter; calls that differ only in others share a cell. None:
    all of them. `times`: the dimensions of time among what is asked for. `table`: where every call
    is put with all its labels beside, for a profile that is saved.
    """

    def __init__(
        self,
        pricer: Pricer,
        audit: Audit | None = None,
        fields: Set[str] | None = None,
        times: Sequence[Dimension] = (),
        table: CellTable | None = None,
    ) -> None:
        self.profile = Profile(audit)
        self._coarse = None if fields is None else CoarseKeys(fields, times)
        self._names = RateNames(pricer, self.profile.cards)
        self._table = table
        self._number = 0  # in the table, of the labels of the call whose key was the last
        # Keys of calls by the number of their labels, and whether their time is known.
        self._keys: dict[tuple[int, bool], Key] = {}
        # The cells of keys that many calls share, and their cards, by identity.
        self._cells: dict[int, tuple[Key, Cell, Card]] = {}
        self._has_shared_keys = self._coarse is not None and not self._coarse.has_places

    @property
    def quarters(self) -> Mapping[tuple[str | None, ...], int]:
        """The quarter of an hour that stands for each value of the dimensions of time."""
        return {} if self._coarse is None else self._coarse.first_quarters

    @property
    def has_times(self) -> bool:
        """Whether calls of other times may have other keys, whatever they cost."""
        return self._coarse is None or self._coarse.has_times

    def key(self, call: Call) -> Key:
        """Return the key of the cell that a call belongs to; `take` comes next, if at all."""
        rates = self._names.of(call)
        if self._table is None:
            return self._key(call, rates)
        self._number = number = self._table.number(call, rates)
        if self._coarse is None or self._coarse.has_times:
            return self._key(call, rates)
        alike = number, call.at is None
        key = self._keys.get(alike)
        if key is None:
            key = self._keys[alike] = self._key(call, rates)
        return key

    def _key(self, call: Call, rates: Rates) -> Key:
        if self._coarse is not None:
            return self._coarse.key(call, rates)
        return key_of(call, rates, quarter_of(call))

    def take(self, call: Call, key: Key, *, reported: bool = True) -> None:
        """Add the call whose key was asked for last.

        `reported`: its cost is no part of that of its session.
        """
        known = self._cells.get(id(key))
        if known is None:
            known = key, self.profile.cell(key), self.profile.cards[key.rates]
            if self._has_shared_keys:
                self._cells[id(key)] = known
        _, cell, card = known
        priced = key.reason is None and call.usage is not None
        cell.take(call, card, priced=priced, reported=reported)
        if self._table is not None:
            self._table.take(call, self._number, card, priced=priced, reported=reported)
