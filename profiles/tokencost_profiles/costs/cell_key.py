"""From calls to the keys of their cells, with every label or with those that are asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence, Set
from operator import attrgetter
from typing import Any, Final, NamedTuple

from tokencost_pricing.rate_card import Card
from tokencost_profiles.calls.call import OWNER_LABELS, Call
from tokencost_profiles.costs.call_pricer import FREE, Pricer
from tokencost_profiles.costs.dimensions import PLACES, QUARTER, Dimension, Key
from tokencost_profiles.costs.rate_cards import name_of, priced_units, reason_of
from tokencost_profiles.costs.sold import Rated

_BLANK: Final = tuple(Key())
# Fields of a key that have the same name in a call.
_LABELS: Final = frozenset(
    {
        "reader",
        "file",
        "api",
        *OWNER_LABELS,
        "tools",
        "tags",
        "scope",
        "status",
        "root",
        "thread",
        *PLACES,
    }
)
# What a key has of every call, whatever is asked for.
_ALWAYS: Final = ("model", "session", "usage_source", "warnings")


class Rates(NamedTuple):
    """What the price of a call adds to its labels."""

    provider: str | None  # who bills
    model: str | None  # the table's id
    name: str  # of the rate card
    band: int  # the last prompt length of the table at which a price changes
    reason: str | None  # why it has no price
    notes: tuple[str, ...]


class RateNames:
    """The rates of calls, by the names of their cards."""

    def __init__(self, pricer: Pricer, cards: dict[str, Card]) -> None:
        self._pricer = pricer
        self._bands = pricer.table.prompt_lengths()
        self._cards = cards  # those met are put in
        self._known: dict[int, tuple[str, frozenset[str]]] = {}
        self._priced: dict[tuple[int, int], tuple[Rates, frozenset[str], Rated]] = {}
        self._unpriced: dict[tuple[int, int], tuple[Rates, Rated]] = {}
        self._rates: dict[Rates, Rates] = {}

    def of(self, call: Call) -> Rates:
        """Return what a call pays: one object for equal rates."""
        prompt = call.tier_tokens
        rated = self._pricer.rate(call, prompt)
        band = bisect_right(self._bands, prompt) - 1
        known = self._priced.get((id(rated), band))
        usage = call.usage
        if known is not None and (usage is None or (usage and usage.keys() <= known[1])):
            return known[0]
        if usage is not None and (unpriced := self._unpriced.get((id(rated), band))):
            return unpriced[0]
        return self._new(call, rated, band)

    def _new(self, call: Call, rated: Rated, band: int) -> Rates:
        card = rated.card
        if id(card) not in self._known:
            name = name_of(card)
            self._known[id(card)] = name, priced_units(card)
            # Cards of one name differ at most in how the model was found: the first one stands.
            self._cards.setdefault(name, card)
        name, units = self._known[id(card)]
        usage = call.usage
        is_priced = usage is None or (usage and usage.keys() <= units)
        reason = None if is_priced else reason_of(call, card)
        rates = Rates(rated.provider, rated.model, name, self._bands[band], reason, rated.notes)
        rates = self._rates.setdefault(rates, rates)
        if reason is None and card is not FREE:  # each call has a new `Rated` of this one
            self._priced[id(rated), band] = rates, units, rated
        elif usage is not None and card.unpriced is not None:
            self._unpriced[id(rated), band] = rates, rated
        return rates


def key_of(call: Call, rates: Rates, quarter: int | None) -> Key:
    """Return the key of the cell that a call belongs to, with every label."""
    notes = rates.notes + call.warnings
    return Key(
        quarter,
        rates.provider,
        rates.model,
        call.model,
        rates.name,
        rates.band,
        tier_of(call),
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
        rates.reason,
        tuple(sorted(set(notes))) if notes else (),
        call.root,
        call.thread,
        call.turn_number,
        call.step,
        call.substep,
    )


def quarter_of(call: Call) -> int | None:
    """Return the quarter of an hour of a call, counted from 1970; None where no time is known."""
    return None if call.at is None else int(call.at // QUARTER)


def tier_of(call: Call) -> str | None:
    """Return the way of service of a call, as its log calls it."""
    return "batch" if call.batch else call.service_tier or call.speed


class CoarseKeys:
    """Makes keys that leave out what nobody asks for: fewer cells, the same sums.

    `fields`: those of a `Key` that matter. `times`: the dimensions of time among what is asked for.
    """

    def __init__(self, fields: Set[str], times: Sequence[Dimension]) -> None:
        self._times = times
        self._quarters: dict[int, int] = {}  # each with the one that stands for its day (or hour)
        # The earliest that was met, by the values of the dimensions of time.
        self.first_quarters: dict[tuple[str | None, ...], int] = {}
        self._keys: dict[tuple[Any, ...], Key] = {}
        self._rates: list[Rates] = []  # of the keys: they are told apart by identity
        # With all three, most calls have a cell of their own: their keys are not looked up.
        self.has_places = fields >= set(PLACES)
        wanted = sorted(set(fields) & _LABELS - (set(PLACES) if self.has_places else set()))
        self._places = [Key._fields.index(name) for name in wanted]
        self._values = attrgetter(*_ALWAYS, *wanted)
        self.has_times, self._has_tiers = "quarter" in fields, "tier" in fields

    def key(self, call: Call, rates: Rates) -> Key:
        """Return the key of a call, with only the fields that matter and those that sums need.

        It is one object for calls that are alike, unless they have places. `rates`: one object for
        equal ones.
        """
        quarter = None if call.at is None else 0
        if self.has_times and call.at is not None:
            quarter = self._quarter(int(call.at // QUARTER))
        tier = tier_of(call) if self._has_tiers else None
        alike = (id(rates), quarter, tier, self._values(call))
        key = self._keys.get(alike)
        if key is None:
            key = self._keys[alike] = self._make(rates, *alike[1:])
            self._rates.append(rates)
        if self.has_places:
            places = (call.turn_number, call.step, call.substep)
            return tuple.__new__(Key, key[: -len(PLACES)] + places)
        return key

    def _make(
        self, rates: Rates, quarter: int | None, tier: str | None, values_of_call: tuple[Any, ...]
    ) -> Key:
        asked, session, source, warnings, *labels = values_of_call
        notes = rates.notes + warnings
        values: list[Any] = list(_BLANK)
        values[:5] = quarter, rates.provider, rates.model, asked, rates.name
        values[6], values[8] = tier, session
        values[21], values[22] = source, rates.reason
        values[23] = tuple(sorted(set(notes))) if notes else ()
        for at, value in zip(self._places, labels, strict=True):
            values[at] = value
        return Key._make(values)

    def _quarter(self, quarter: int) -> int:
        """Return one quarter of an hour for all of the same day, or of what else is asked for."""
        known = self._quarters.get(quarter)
        if known is None:
            names = tuple(of(Key(quarter)) for of in self._times)
            known = self._quarters[quarter] = self.first_quarters.setdefault(names, quarter)
        return known
