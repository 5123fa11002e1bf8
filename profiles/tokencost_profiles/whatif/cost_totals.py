"""`CostTotals`: what calls cost, added up as integers by rate and priced once, as a profile is.

Calls may count in part (a share of them goes elsewhere): shares are exact decimals, applied to
sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing import money
from tokencost_pricing.cost import Line, price
from tokencost_pricing.money import ONE, ZERO, add, multiply
from tokencost_pricing.rate_card import Card, billed
from tokencost_pricing.units import UNITS
from tokencost_pricing.usage import Usage
from tokencost_profiles.calls.call import CACHED, Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.rate_cards import name_of, reason_of
from tokencost_profiles.costs.unsure import NOTHING, Ends, add_lines

NO_USAGE: Final = "without token counts in the log, in no sum"


class _Key(NamedTuple):
    """What calls share whose usage is added up."""

    share: Decimal
    card: str  # its name
    error: Decimal = ZERO  # relative, of the tokens


class CostTotals:
    """The usage and the cost of many calls."""

    def __init__(self, pricer: Pricer) -> None:
        self._pricer = pricer
        self._sums: dict[_Key, dict[str, int]] = {}
        self._cards: dict[str, Card] = {}
        self._names: dict[int, str] = {}
        self._extras: dict[str, Decimal] = {}
        self._unpriced_usage: dict[Decimal, dict[str, int]] = {}  # by share
        self._hosts: dict[_Key, dict[str, int]] = {}  # unpriced, of models that many hosts sell
        self._counted_once: set[tuple[str, int]] = set()
        self.calls = ZERO
        self.unpriced: dict[str, int] = {}  # reason -> calls
        self.notes: dict[str, int] = {}

    def add_calls(
        self,
        call: Call,
        prompt: int,
        *,
        count: int = 1,
        share: Decimal = ONE,
        card: Card | None = None,
        at: int | None = None,
        error: float = 0.0,
    ) -> None:
        """Add `count` calls with the usage of `call` in all, each of `prompt` tokens.

        `card`: the rates, where they are known already. `at`: which entry the calls are a share of,
        where other shares of it are added too. `error`: relative, of their tokens.
        """
        notes: tuple[str, ...] = ()
        if card is None:
            rated = self._pricer.rate(call, prompt)
            card, notes = rated.card, rated.notes
        self.calls = add(self.calls, multiply(Decimal(count), share))
        reason = reason_of(call, card)
        if reason is not None:
            self.add_unpriced(reason, count, at)
            self.add_unpriced_usage(call.usage or {}, share)
            if call.usage and card.low is not None:
                _add(self._hosts.setdefault(_Key(share, self._name(card)), {}), call.usage)
            return
        for note in notes:
            self.notes[note] = self.notes.get(note, 0) + count
        usage = {} if call.status == CACHED else call.usage
        if usage is None:
            self.add_unpriced(NO_USAGE, count, at)
            return
        key = _Key(share, self._name(card), Decimal(str(error)) if error else ZERO)
        sums = self._sums.setdefault(key, {})
        _add(sums, billed(usage, card, count) if card.per_call else usage)

    def add_unpriced(self, reason: str, calls: int, at: int | None = None) -> None:
        """Count calls that have no price, once where they are shares of the same."""
        if at is not None and (reason, at) in self._counted_once:
            return
        self._counted_once.add((reason, at or 0))
        self.unpriced[reason] = self.unpriced.get(reason, 0) + calls

    def add_unpriced_usage(self, usage: Mapping[str, int], share: Decimal) -> None:
        """Add tokens that no rate is for: unpriced, or on the user's hardware."""
        _add(self._unpriced_usage.setdefault(share, {}), usage)

    def _name(self, card: Card) -> str:
        name = self._names.get(id(card))
        if name is None:
            name = self._names[id(card)] = name_of(card)
            # Cards of two tables may share a name: a number distinguishes them.
            if self._cards.setdefault(name, card) != card:
                name = self._names[id(card)] = f"{name} #{len(self._cards)}"
                self._cards[name] = card
        return name

    def add_extra(self, what: str, amount: Decimal) -> None:
        """Add an amount that is not for tokens of these calls."""
        if amount:
            self._extras[what] = add(self._extras.get(what, ZERO), amount)

    @property
    def usage(self) -> dict[str, int]:
        """Counts per unit, of unpriced calls too, shares applied, to the nearest integer."""
        sums: dict[str, Decimal] = {}
        shares = [(key.share, usage) for key, usage in self._sums.items()]
        for share, usage in (*shares, *self._unpriced_usage.items()):
            for unit, number in usage.items():
                sums[unit] = add(sums.get(unit, ZERO), multiply(share, Decimal(number)))
        return {unit: round(sums[unit]) for unit in UNITS if unit in sums}

    @property
    def lines(self) -> dict[str, Decimal]:
        """What each unit costs, and each extra."""
        lines: dict[str, Decimal] = {}
        for _, line, amount in self._priced():
            lines[line.unit] = add(lines.get(line.unit, ZERO), amount)
        ordered = {unit: lines[unit] for unit in UNITS if unit in lines}
        return {**ordered, **self._extras}

    @property
    def errors(self) -> dict[str, Decimal]:
        """By how much the cost of each unit may be off, as far as tokens are counted here."""
        errors: dict[str, Decimal] = {}
        for key, line, amount in self._priced():
            if key.error:
                error = multiply(key.error, amount)
                errors[line.unit] = add(errors.get(line.unit, ZERO), error)
        return errors

    def _priced(self) -> Iterator[tuple[_Key, Line, Decimal]]:
        """Yield what each unit of each sum costs, its share applied."""
        for key, usage in sorted(self._sums.items()):
            for line in price(Usage(usage), self._cards[key.card]).lines:
                yield (
                    key,
                    line,
                    line.amount if key.share == ONE else multiply(key.share, line.amount),
                )

    @property
    def rates(self) -> dict[str, tuple[Decimal, int] | None]:
        """The rate of each unit and what it is per; None where it was billed at several."""
        rates: dict[str, tuple[Decimal, int] | None] = {}
        for _, line, _ in self._priced():
            rate = (line.rate, line.per)
            rates[line.unit] = rate if rates.get(line.unit, rate) == rate else None
        return rates

    @property
    def cost(self) -> Decimal | None:
        """The cost of what has a price; None where nothing has."""
        if self.unpriced and not self._sums and not self._extras:
            return None
        return money.total(self.lines.values())

    @property
    def line_ends(self) -> dict[str, Ends]:
        """The least and the most of each unit where hosts differ, or an hour; else nothing."""
        every = (*self._sums.items(), *self._hosts.items())
        if all(self._cards[key.card].low is None for key, _ in every):
            return {}
        ends: dict[str, Ends] = {}
        for key, usage in every:
            add_lines(ends, usage, self._cards[key.card], key.share)
        for what, amount in self._extras.items():
            ends[what] = ends.get(what, NOTHING).plus(amount, amount)
        return ends

    @property
    def ends(self) -> Ends | None:
        """Between which amounts the cost lies where hosts differ, or an hour does."""
        lines = self.line_ends.values()
        if not lines:
            return None
        return Ends(money.total(one.low for one in lines), money.total(one.high for one in lines))

    @property
    def is_unsure(self) -> bool:
        """Whether calls among the unpriced are of a model that many hosts sell."""
        return bool(self._hosts)

    @property
    def unpriced_calls(self) -> int:
        """How many calls have no price."""
        return sum(self.unpriced.values())


def _add(sums: dict[str, int], usage: Mapping[str, int]) -> None:
    for unit, number in usage.items():
        sums[unit] = sums.get(unit, 0) + number
