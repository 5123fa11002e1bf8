"""`Summary`: what many calls come to, priced once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from tokencost_pricing import money
from tokencost_pricing.cost import price
from tokencost_pricing.money import ZERO, add
from tokencost_pricing.rate_card import Card
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS, TOKEN_UNITS, UNITS
from tokencost_pricing.usage import Usage
from tokencost_profiles.calls.call import COUNTED, GUESSED, PARTIAL
from tokencost_profiles.costs.cell import Cell
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.costs.unsure import Ends, HostSums, Place, add_lines

_ESTIMATED: Final = (COUNTED, GUESSED, PARTIAL)
_READ: Final = tuple(unit for unit in INPUT_UNITS if unit.startswith("cache_read"))


class Summary:
    """What many calls come to. Tokens are multiplied by their rates once, when asked.

    `charged`: calls that have no price of ours cost what their log states, else they have no cost.
    """

    def __init__(self, cards: Mapping[str, Card], *, charged: bool = False) -> None:
        self._cards = cards
        self._charged = charged
        self._by_rates: dict[str, dict[str, int]] = {}
        self._hosts = HostSums()
        self.cell = Cell()
        self.sessions: set[str] = set()
        self.models: set[tuple[str, str]] = set()  # provider and model of calls that have a price
        self.unpriced_calls = 0
        self.charged_calls = 0
        self.charged_cost: Decimal | None = None
        self.uncosted_calls = 0  # unpriced, or of unknown usage, and not charged either
        self.unpriced: dict[Place, int] = {}
        self.estimated_calls = 0
        self.estimated_tokens = 0  # of these calls
        self.untimed_calls = 0
        self.notes: dict[str, int] = {}
        self.session_cost: Decimal | None = None  # of complete sessions, as their clients report
        self.session_calls = 0  # of these
        self.has_outside_calls = False  # their cost is of calls in other groups too
        self.is_cut = False  # holds a part of a session of which only the complete cost is known
        self._lines: dict[str, Decimal] | None = None
        self._rates: dict[str, tuple[Decimal, int] | None] = {}
        self._price_notes: dict[str, None] = {}

    def take(self, key: Key, cell: Cell) -> None:
        """Add a cell."""
        self.cell.add(cell)
        self._lines = None
        if key.session is not None:
            self.sessions.add(key.session)
        self._take_unpriced(key, cell)
        if key.source in _ESTIMATED:
            self.estimated_calls += cell.calls
            self.estimated_tokens += sum(cell.usage.get(unit, 0) for unit in TOKEN_UNITS)
        if key.quarter is None:
            self.untimed_calls += cell.calls
        for note in key.notes:
            self.notes[note] = self.notes.get(note, 0) + cell.calls
        if key.reason is None and key.provider is not None and key.model is not None:
            self.models.add((key.provider, key.model))
        if cell.usage and key.reason is None:
            sums = self._by_rates.setdefault(key.rates, {})
            for unit, count in cell.usage.items():
                sums[unit] = sums.get(unit, 0) + count

    def _take_unpriced(self, key: Key, cell: Cell) -> None:
        """Count the calls of a cell that have no price: what is left of them is charged."""
        lost = cell.calls if key.reason is not None else cell.without_usage
        if self._charged and cell.charged is not None:
            self._charge(cell.charged, cell.charged_calls)
            lost -= cell.charged_calls
        self.uncosted_calls += lost
        if key.reason is not None and lost:
            self.unpriced_calls += lost
            place = (key.provider, key.name or key.model, key.reason)
            self.unpriced[place] = self.unpriced.get(place, 0) + lost
            if cell.usage and self._cards[key.rates].low is not None:
                self._hosts.add(place, key.rates, cell.usage)

    def _charge(self, cost: Decimal, calls: int) -> None:
        self.charged_calls += calls
        self.charged_cost = cost if self.charged_cost is None else add(self.charged_cost, cost)

    def absorb(self, other: Summary) -> None:
        """Add the calls of another summary."""
        self.cell.add(other.cell)
        self.uncosted_calls += other.uncosted_calls
        if other.charged_cost is not None:
            self._charge(other.charged_cost, other.charged_calls)
        self._lines = None
        self.sessions |= other.sessions
        self.models |= other.models
        self.unpriced_calls += other.unpriced_calls
        self._hosts.absorb(other._hosts)
        self.estimated_calls += other.estimated_calls
        self.estimated_tokens += other.estimated_tokens
        self.untimed_calls += other.untimed_calls
        for place, calls in other.unpriced.items():
            self.unpriced[place] = self.unpriced.get(place, 0) + calls
        for note, calls in other.notes.items():
            self.notes[note] = self.notes.get(note, 0) + calls
        for rates, usage in other._by_rates.items():
            sums = self._by_rates.setdefault(rates, {})
            for unit, count in usage.items():
                sums[unit] = sums.get(unit, 0) + count

    @property
    def usage(self) -> dict[str, int]:
        """Counts per unit, in the order of the unit table."""
        return {unit: self.cell.usage[unit] for unit in UNITS if unit in self.cell.usage}

    @property
    def priced_usage(self) -> dict[str, int]:
        """Counts per unit of the calls that have a price of ours."""
        sums: dict[str, int] = {}
        for usage in self._by_rates.values():
            for unit, count in usage.items():
                sums[unit] = sums.get(unit, 0) + count
        return {unit: sums[unit] for unit in UNITS if unit in sums}

    @property
    def lines(self) -> dict[str, Decimal]:
        """What each unit costs."""
        if self._lines is None:
            self._lines = self._priced()
        return {unit: self._lines[unit] for unit in UNITS if unit in self._lines}

    @property
    def rates(self) -> dict[str, tuple[Decimal, int] | None]:
        """The rate of each unit and what it is per; None where it was billed at several."""
        if self._lines is None:
            self._lines = self._priced()
        return self._rates

    def _priced(self) -> dict[str, Decimal]:
        lines: dict[str, Decimal] = {}
        self._rates = {}
        for name, usage in sorted(self._by_rates.items()):
            card = self._cards[name]
            # In the order of units, not of cells: what is noted of prices follows it.
            cost = price(Usage({unit: usage[unit] for unit in UNITS if unit in usage}), card)
            for line in cost.lines:
                rate = (line.rate, line.per)
                self._rates[line.unit] = rate if self._rates.get(line.unit, rate) == rate else None
                lines[line.unit] = add(lines.get(line.unit, ZERO), line.amount)
            key = f"{card.evidence.provider}/{card.evidence.model}"
            for warning in cost.warnings:
                self._price_notes[f"{key}: {warning}"] = None
        return lines

    @property
    def cost(self) -> Decimal | None:
        """The cost of every call that has a price or was charged; None where none has."""
        if self.uncosted_calls >= self.cell.calls and (self.cell.calls or self.session_cost):
            return None
        return money.total((self.charged_cost, *self.lines.values()))

    @property
    def host_ends(self) -> dict[Place, Ends]:
        """Between which amounts the unpriced calls of each model lie that many hosts sell."""
        return self._hosts.ends(self._cards)

    @property
    def line_ends(self) -> dict[str, Ends]:
        """The least and the most of each unit, where the cost is not one number; else nothing."""
        is_known = all(self._cards[name].low is None for name in self._by_rates)
        if is_known and not self._hosts:
            return {}
        ends = self._hosts.lines(self._cards)
        for name, usage in self._by_rates.items():
            add_lines(ends, usage, self._cards[name])
        return {unit: ends[unit] for unit in UNITS if unit in ends}

    @property
    def ends(self) -> Ends | None:
        """Between which amounts the cost lies, where it is not one number.

        It is of the calls that have a price, were charged, or are of a model that many hosts sell.
        """
        lines = self.line_ends
        if not lines:
            return None
        charged = self.charged_cost or ZERO
        low = money.total((charged, *(ends.low for ends in lines.values())))
        return Ends(low, money.total((charged, *(ends.high for ends in lines.values()))))

    @property
    def least(self) -> Decimal | None:
        """The cost; where some calls are of a model that many hosts sell, the least it can be."""
        if not self._hosts:
            return self.cost
        ends = self.ends
        return self.cost if ends is None else ends.low

    @property
    def unsure_calls(self) -> int:
        """How many calls have no price because many hosts sell their model."""
        return sum(self.unpriced[place] for place in self.host_ends)

    @property
    def reported(self) -> Decimal | None:
        """What the log says that the calls cost; None where it does not, or not of these alone."""
        calls, sessions = self.cell.reported, self.session_cost
        if self.is_cut or sessions is None:
            return None if self.is_cut else calls
        return sessions if calls is None else add(calls, sessions)

    @property
    def reported_calls(self) -> int:
        """How many calls the reported cost is of."""
        return 0 if self.is_cut else self.cell.reported_calls + self.session_calls

    def report(self, cost: Decimal, calls: int, *, outside: bool = False) -> None:
        """Take what a client reports that a complete session cost, of so many calls here.

        `outside`: it is of calls in other groups too.
        """
        self.has_outside_calls = self.has_outside_calls or outside
        self.session_cost = cost if self.session_cost is None else add(self.session_cost, cost)
        self.session_calls += calls

    @property
    def price_notes(self) -> list[str]:
        """What must be known about the rates that were used."""
        self.lines  # noqa: B018  makes the notes
        return list(self._price_notes)

    @property
    def input_tokens(self) -> int:
        """Every token on the input side, fresh or cached."""
        return sum(self.cell.usage.get(unit, 0) for unit in INPUT_UNITS)

    @property
    def output_tokens(self) -> int:
        """Every token on the output side, reasoning included."""
        return sum(self.cell.usage.get(unit, 0) for unit in OUTPUT_UNITS)

    @property
    def cache_read_tokens(self) -> int:
        """Input that was read from a cache."""
        return sum(self.cell.usage.get(unit, 0) for unit in _READ)

    @property
    def hit_rate(self) -> float | None:
        """The share of the input that was read from a cache."""
        tokens = self.input_tokens
        return self.cache_read_tokens / tokens if tokens else None

    def cost_of(self, units: Sequence[str]) -> Decimal:
        """Return what units cost."""
        return money.total(self.lines.get(unit) for unit in units)

    @property
    def tokens_per_second(self) -> float | None:
        """Output tokens over the time of the calls whose time is known."""
        if not self.cell.latency or not self.cell.latency_output:
            return None
        return self.cell.latency_output / (self.cell.latency / 1_000_000)

    @property
    def first_token(self) -> float | None:
        """Mean seconds to the first token."""
        if not self.cell.first_token_calls:
            return None
        return self.cell.first_token / self.cell.first_token_calls / 1_000_000
