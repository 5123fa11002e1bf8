"""What a name is sold as, and the rates of it: at one host, or at one of many.

A price depends on the moment, the mode, the place and the length of the single prompt. Within the
moments at which a model's entry changes and the lengths at which its tiers begin nothing else
does, so two searches among few numbers tell which rates a call pays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from tokencost_pricing.card_rates import card
from tokencost_pricing.offer import Conditions, Offer
from tokencost_pricing.price_notes import retirement
from tokencost_pricing.rate_card import Card
from tokencost_pricing.terms import Terms
from tokencost_profiles.calls.call import CALL, PASS, Call
from tokencost_profiles.costs.host_choice import Bounds, HostChoice

_CHARGED: Final = "charged by the log"


class Rated(NamedTuple):
    """The rates that a call pays, and what must be known about them."""

    card: Card
    provider: str | None  # who bills; as the log calls it where no table has it
    model: str | None  # its id in the table; as the log calls it where it has none
    notes: tuple[str, ...] = ()


class Sold:
    """A model under its terms, and where in time and length its price changes."""

    def __init__(self, offer: Offer, modes: tuple[str, ...], conditions: Conditions) -> None:
        self.offer, self.modes, self.conditions = offer, modes, conditions
        self.moments = sorted({at.timestamp() for at in _changes(offer)})
        self.lengths = sorted(set(_thresholds(offer)))
        retires = offer.model.retires
        self.retired = None if retires is None else _midnight(retires)
        self.scheduled = any(row.schedule is not None for row in offer.model.prices)
        self.rated_at: dict[tuple[int, int, int], Rated] = {}

    def rated(self, at: float, prompt: int, known: Rated) -> Rated:
        """Return the rates at a moment for a prompt of this many tokens."""
        minute = int(at // 60) if self.scheduled else 0
        key = (bisect_right(self.moments, at), bisect_right(self.lengths, prompt), minute)
        rated = self.rated_at.get(key)
        if rated is None:
            terms = Terms(datetime.fromtimestamp(at, UTC), True, self.modes, self.conditions)
            known = known._replace(card=card(self.offer, terms, prompt))
            rated = self.rated_at[key] = self._after_retirement(known, terms.at)
        return rated

    def is_steady(self, moments: tuple[float, float], lengths: tuple[int, int]) -> bool:
        """Whether nothing changes between two moments and two lengths of a prompt."""
        begun, ended = (bisect_right(self.moments, at) for at in moments)
        least, most = (bisect_right(self.lengths, length) for length in lengths)
        return not self.scheduled and begun == ended and least == most

    def _after_retirement(self, rated: Rated, at: datetime) -> Rated:
        """Return the rates with a note where the model could no longer be called."""
        if self.retired is None or at.timestamp() < self.retired:
            return rated
        ended = retirement(self.offer.model, at.date(), None)
        return rated._replace(notes=(*rated.notes, f"{self.offer.key}: {ended}"))


class Routed:
    """A call through a router: at the price of the host that answered, or else of the router."""

    def __init__(self, host: tuple[Sold, Rated], router: tuple[Sold, Rated]) -> None:
        self._host, self._router = host, router
        self.offer = router[0].offer
        self._rated: dict[int, Rated] = {}

    def rated(self, at: float, prompt: int, known: Rated) -> Rated:
        """Return the rates of the host; those of the router where the host has none that day."""
        sold, named = self._host
        rated = sold.rated(at, prompt, named)
        if rated.card.unpriced is not None:
            return self._router[0].rated(at, prompt, known)
        card = rated.card
        if id(card) not in self._rated:
            evidence = card.evidence._replace(router=known.provider)
            self._rated[id(card)] = named._replace(card=card._replace(evidence=evidence))
        return self._rated[id(card)]

    def is_steady(self, moments: tuple[float, float], lengths: tuple[int, int]) -> bool:
        """Whether nothing changes between two moments and two lengths of a prompt."""
        return all(one.is_steady(moments, lengths) for one in (self._host[0], self._router[0]))


class Hosts:
    """A name that many hosts sell: unpriced, between the cheapest and the dearest of them."""

    def __init__(self, sold: list[Sold], unpriced: Rated) -> None:
        self._sold, self._unpriced = sold, unpriced
        self._moments = sorted({at for one in sold for at in one.moments})
        self._lengths = sorted({length for one in sold for length in one.lengths})
        self._scheduled = any(one.scheduled for one in sold)
        self._choices: dict[tuple[int, int, int], HostChoice] = {}
        self._rated: dict[tuple[int, int, bool], Rated] = {}

    def rated(self, at: float, prompt: int, call: Call) -> Rated:
        """Return the two ends of what a call may cost; only why it is unpriced where none has."""
        usage = call.usage
        if usage is None:
            return self._unpriced
        minute = int(at // 60) if self._scheduled else 0
        key = (bisect_right(self._moments, at), bisect_right(self._lengths, prompt), minute)
        choice = self._choices.get(key)
        if choice is None:
            cards = [one.rated(at, prompt, self._unpriced).card for one in self._sold]
            choice = self._choices[key] = HostChoice(cards)
        bounds = choice.bounds(usage, 1 if call.scope in (CALL, PASS) else None)
        if bounds is None:
            return self._unpriced
        is_charged = call.charge is not None
        ends = (id(bounds.low), id(bounds.high), is_charged)
        rated = self._rated.get(ends)
        if rated is None:
            card = _between(self._unpriced.card, bounds, is_charged)
            rated = self._rated[ends] = self._unpriced._replace(card=card)
        return rated


def _between(unpriced: Card, bounds: Bounds, is_charged: bool) -> Card:
    """Return the card of a call that has no price but two ends.

    Calls whose log states what they cost have one of their own: their sums are not added to those
    of others, because one may be taken for the other.
    """
    low, high = bounds
    evidence = unpriced.evidence
    return unpriced._replace(
        evidence=evidence._replace(modifiers=(_CHARGED,)) if is_charged else evidence,
        fees={unit: fee for card in bounds for unit, fee in card.fees.items()},
        per_call=low.per_call or high.per_call,
        low=low._replace(low=None, high=None),
        high=high._replace(low=None, high=None),
    )


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _changes(offer: Offer) -> Iterator[datetime]:
    """Yield every moment at which something about the price, or its notes, changes."""
    retires = offer.model.retires
    if retires is not None:
        yield datetime(retires.year, retires.month, retires.day, tzinfo=UTC)
    for row in offer.model.prices:
        yield row.start
    for entries in offer.modes.values():
        for entry in entries:
            yield entry.start
    for fees in offer.fees.values():
        for fee in fees:
            yield fee.start
    for modifier in offer.modifiers:
        yield modifier.start
    for discount in offer.discounts:
        yield discount.start
        if discount.end is not None:
            yield discount.end


def _thresholds(offer: Offer) -> Iterator[int]:
    """Yield every prompt length at which something about the price changes."""
    for row in offer.model.prices:
        for tier in row.tiers:
            yield tier.from_prompt_tokens
    for entries in offer.modes.values():
        for entry in entries:
            for tier in entry.tiers:
                yield tier.from_prompt_tokens
            if entry.max_prompt_tokens is not None:
                yield entry.max_prompt_tokens + 1
