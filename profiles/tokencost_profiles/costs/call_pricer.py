"""From calls to rates: each distinct (offer, terms, time, tier) is evaluated once.

A price depends on the moment, the mode, the place and the length of the single prompt. Within the
moments at which a model's entry changes and the lengths at which its tiers begin nothing else
does, so two searches among few numbers tell which rates a call pays.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from tokencost_pricing.cost import Card, Evidence, Terms, card
from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.fees import QUALITY, SIZE
from tokencost_pricing.offer import Conditions, Offer
from tokencost_pricing.table import ALIASED, PriceTable
from tokencost_profiles.calls.call import CACHED, Call

# How logs call the ways of service that the table has a mode for.
_MODES: Final = {
    "batch": "batch",
    "flex": "flex",
    "priority": "priority",
    "fast": "fast",
    "ultrafast": "ultrafast",
    "on_demand_flex": "flex",
    "on_demand_priority": "priority",
}
_STANDARD: Final = frozenset(
    {
        "standard",
        "default",
        "auto",
        "on_demand",
        "unspecified",
        "service_tier_default",
        "traffic_type_unspecified",
        "standard_only",
        "normal",
    }
)
# Bought by the month: what a token costs then is not in any list.
_COMMITTED: Final = frozenset(
    {"scale", "reserved", "provisioned_throughput", "provisioned", "performance"}
)
_NOWHERE: Final = Evidence("", "", "", None, None)
# Answered by the client's cache: no provider was asked.
FREE: Final = Card({}, {}, _NOWHERE, unpriced=None)


# How the rule begins that matches a maker's name among the profiles of a host.
_BARE: Final = "bare name of 'global."


# How a note names an alias of the user's.
ALIAS: Final = "is your alias of"


class Rated(NamedTuple):
    """The rates that a call pays, and what must be known about them."""

    card: Card
    provider: str | None  # who bills; as the log calls it where no table has it
    model: str | None  # its id in the table; as the log calls it where it has none
    notes: tuple[str, ...] = ()


class _Sold:
    """A model under its terms, and where in time and length its price changes."""

    def __init__(self, offer: Offer, modes: tuple[str, ...], conditions: Conditions) -> None:
        self.offer, self.modes, self.conditions = offer, modes, conditions
        self.moments = sorted({at.timestamp() for at in _changes(offer)})
        self.lengths = sorted(set(_thresholds(offer)))
        self.scheduled = any(row.schedule is not None for row in offer.model.prices)
        self.rated_at: dict[tuple[int, int, int], Rated] = {}

    def rated(self, at: float, prompt: int, known: Rated) -> Rated:
        """Return the rates at a moment for a prompt of this many tokens."""
        minute = int(at // 60) if self.scheduled else 0
        key = (bisect_right(self.moments, at), bisect_right(self.lengths, prompt), minute)
        rated = self.rated_at.get(key)
        if rated is None:
            terms = Terms(datetime.fromtimestamp(at, UTC), True, self.modes, self.conditions)
            rated = self.rated_at[key] = known._replace(card=card(self.offer, terms, prompt))
        return rated


class Pricer:
    """The rates of calls, each at its own time."""

    def __init__(self, table: PriceTable, now: datetime, as_of: datetime | None = None) -> None:
        self.table = table
        self._now = now.timestamp()
        self._as_of = as_of.timestamp() if as_of else None
        self._sold: dict[tuple[object, ...], tuple[_Sold | None, Rated]] = {}

    def rate(self, call: Call, prompt: int | None = None) -> Rated:
        """Return the rates of a call. A model that no table has gives an unpriced card.

        `prompt`: its prompt tokens, where they have been summed already.
        """
        if call.status == CACHED:
            return Rated(FREE, call.provider, call.model)
        key = (
            call.model,
            call.provider,
            call.service_tier,
            call.batch,
            call.speed,
            call.region,
            call.search_context,
            call.media_size,
            call.media_quality,
        )
        known = self._sold.get(key)
        if known is None:
            known = self._sold[key] = self._sell(call)
        sold, rated = known
        if sold is None:
            return rated
        at = self._as_of or call.at or self._now
        return sold.rated(at, call.tier_tokens if prompt is None else prompt, rated)

    def _sell(self, call: Call) -> tuple[_Sold | None, Rated]:
        if not call.model:
            return None, _unpriced(call, "the log does not name the model")
        try:
            offer = self.table.find(call.model, call.provider)
        except UnknownModelError as error:
            return None, _unpriced(call, error.message)
        modes, notes = modes_of(call, offer.provider)
        if offer.rule.startswith(ALIASED):
            target = offer.rule.removeprefix(ALIASED).strip()
            notes += (f"'{call.model}' {ALIAS} {target}",)
        if _BARE in offer.rule and not call.region:
            notes += (
                f"the log names no profile of {offer.provider}: priced at the global one; a "
                "regional one may cost more",
            )
        sold = _Sold(offer, modes, _conditions(call, offer))
        return sold, Rated(FREE, offer.provider, offer.model.id, notes)


def _unpriced(call: Call, reason: str) -> Rated:
    evidence = _NOWHERE._replace(provider=call.provider or "", model=call.model or "")
    return Rated(Card({}, {}, evidence, unpriced=reason), call.provider, call.model)


def modes_of(call: Call, provider: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the table's modes for how a call was served, and notes on what is not known."""
    modes: dict[str, None] = {"batch": None} if call.batch else {}
    notes: tuple[str, ...] = ()
    for named in (call.service_tier, call.speed):
        tier = (named or "standard").casefold().removeprefix("service_tier_")
        if tier in _STANDARD or tier.startswith("not_"):
            continue
        if tier in _COMMITTED or (tier == "priority" and provider == "anthropic"):
            notes += (f"service tier '{named}' is paid by commitment: priced at the list rate",)
        elif tier in _MODES:
            modes[_MODES[tier]] = None
        else:
            notes += (f"service tier '{named}' is not known: priced as standard",)
    return tuple(modes), notes


def _conditions(call: Call, offer: Offer) -> Conditions:
    """Say where a call was served. What the name of the model tells of it comes first."""
    stated = dict(offer.conditions)
    conditions: list[tuple[str, str]] = []
    if call.region and "region" not in stated:
        conditions.append(("region", call.region))
    if call.region and "inference_geo" not in stated:
        conditions.append(("inference_geo", call.region))
    if call.search_context:
        conditions.append(("search_context", call.search_context))
    if call.media_size:
        conditions.append((SIZE, call.media_size))
    if call.media_quality:
        conditions.append((QUALITY, call.media_quality))
    return tuple(conditions)


def _changes(offer: Offer) -> Iterator[datetime]:
    """Yield every moment at which something about the price changes."""
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
