"""From calls to rates: each distinct (offer, terms, time, tier) is evaluated once."""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf
from operator import attrgetter
from typing import Final

from tokencost_pricing.errors import AmbiguousModelError, UnknownModelError
from tokencost_pricing.fees import QUALITY, SIZE
from tokencost_pricing.moments import ALWAYS
from tokencost_pricing.offer import Conditions, Offer
from tokencost_pricing.rate_card import Card
from tokencost_pricing.table import ALIASED, PriceTable
from tokencost_pricing.terms import Evidence
from tokencost_profiles.calls.call import CACHED, Call
from tokencost_profiles.costs.call_offers import offer_of
from tokencost_profiles.costs.routed import HOST_NAMED, Routers
from tokencost_profiles.costs.sold import Hosts, Rated, Routed, Sold

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


# Why a name has no price that many hosts sell, each at its price.
MANY_HOSTS: Final = "does not say who bills, and hosts differ in price"

# How a note names an alias of the user's.
ALIAS: Final = "is your alias of"

# What a call is sold as, and what is known of its rates.
_Known = tuple[Sold | Routed | Hosts | None, Rated]
_ANY_TIME: Final = (-inf, inf)


class Pricer:
    """The rates of calls, each at its own time."""

    def __init__(self, table: PriceTable, now: datetime, as_of: datetime | None = None) -> None:
        self.table = table
        self.today = as_of or now  # of what is stated of prices to come
        self._now = now.timestamp()
        self._as_of = as_of.timestamp() if as_of else None
        self._routers = Routers(table)
        self._sold: dict[tuple[object, ...], _Known] = {}
        # What names mean that mean another model from day to day: from, until, what.
        self._pointers: dict[tuple[object, ...], list[tuple[float, float, _Known]]] = {}
        self.looked_up: list[Call] = []  # one of each kind, in the order in which they came

    def rate(self, call: Call, prompt: int | None = None) -> Rated:
        """Return the rates of a call. A model that no table has gives an unpriced card.

        `prompt`: its prompt tokens, where they have been summed already.
        """
        if call.status == CACHED:
            return Rated(FREE, call.provider, call.model)
        key = _sold_as(call)
        at = self._as_of or call.at or self._now
        known = self._sold.get(key)
        if known is None:
            known = self._sold_on(key, call, at)
        sold, rated = known
        if sold is None:
            return rated
        length = call.tier_tokens if prompt is None else prompt
        if isinstance(sold, Hosts):
            return sold.rated(at, length, call)
        return sold.rated(at, length, rated)

    def apart(self) -> Pricer:
        """Return one that was asked for nothing yet."""
        return Pricer(self.table, self.today, None if self._as_of is None else self.today)

    def is_steady(self, call: Call, last: float | None, longest: int) -> bool:
        """Whether calls like one pay the same, up to a moment and up to a length of the prompt."""
        at = self._as_of or call.at or self._now
        until = self._as_of or last or self._now
        self.rate(call)
        key = _sold_as(call)
        known = self._sold.get(key)
        for since, end, pointed in self._pointers.get(key, ()):
            if since <= at and until < end:
                known = pointed
        if known is None or isinstance(known[0], Hosts):
            return False  # among many hosts the counts decide which is the cheapest
        sold = known[0]
        return sold is None or sold.is_steady((at, until), (call.tier_tokens, longest))

    def offers(self) -> dict[tuple[str, str], Offer]:
        """Return the offers that calls were priced by, each by who bills and its model's id."""
        moved = (known for spans in self._pointers.values() for _, _, known in spans)
        sold = [one for one, _ in (*self._sold.values(), *moved)]
        offers = [one.offer for one in sold if isinstance(one, (Sold, Routed))]
        return {(offer.provider, offer.model.id): offer for offer in offers}

    def _sold_on(self, key: tuple[object, ...], call: Call, at: float) -> _Known:
        """Return what a call is sold as at a moment, where its name may be a pointer."""
        for since, until, known in self._pointers.get(key, ()):
            if since <= at < until:
                return known
        self.looked_up.append(call)
        known, since, until = self._sell(call, datetime.fromtimestamp(at, UTC))
        if (since, until) == _ANY_TIME:
            self._sold[key] = known
        else:
            self._pointers.setdefault(key, []).append((since, until, known))
        return known

    def _sell(self, call: Call, at: datetime) -> tuple[_Known, float, float]:
        """Return what a call is sold as, and from when until when its name means that."""
        try:
            offer = offer_of(self.table, call.model, call.provider, at) if call.model else None
        except UnknownModelError as error:
            unlisted = self._unlisted(call)
            if unlisted is not None:
                return unlisted, *_ANY_TIME
            until = inf if error.starts is None else error.starts.timestamp()
            return self._not_sold(call, error), -inf, until
        if offer is None:
            return (None, _unpriced(call, "the log does not name the model")), *_ANY_TIME
        since = -inf if offer.since == ALWAYS else offer.since.timestamp()
        until = inf if offer.until is None else offer.until.timestamp()
        return self._at_host(call, offer), since, until

    def _not_sold(self, call: Call, error: UnknownModelError) -> _Known:
        if not isinstance(error, AmbiguousModelError):
            return None, _unpriced(call, error.message)
        sold = [self._sold_by(call, offer)[0] for offer in self._sellers(call, error)]
        unpriced = _unpriced(call, f"'{call.model}' {MANY_HOSTS}")._replace(provider=None)
        return Hosts(sold, unpriced), unpriced

    def _sellers(self, call: Call, error: AmbiguousModelError) -> tuple[Offer, ...]:
        """Return all that sell a model, on whatever day: each call asks who did on its own."""
        try:
            offer_of(self.table, error.name, call.provider)
        except AmbiguousModelError as every:
            return every.candidates
        except UnknownModelError:
            pass
        return error.candidates

    def _unlisted(self, call: Call) -> _Known | None:
        """Return what a call is sold as whose router does not list the name that it has there."""
        offer = self._routers.unlisted_offer(call)
        if offer is None:
            return None
        sold, rated = self._at_host(call, offer)
        router = self.table.provider_id(call.provider or "")
        if router is None or router == offer.provider:
            return sold, rated
        note = f"{router} {HOST_NAMED}"
        return sold, rated._replace(provider=router, notes=(*rated.notes, note))

    def _at_host(self, call: Call, offer: Offer) -> _Known:
        router = self._sold_by(call, offer)
        host = self._routers.host_offer(call, offer)
        notes = (*router[1].notes, *self._routers.host_note(call, offer, host))
        named = router[1]._replace(notes=notes)
        if host is None:
            return router[0], named
        at_host, _ = self._sold_by(call, host)
        lacking = self._routers.host_note(call, offer, None)
        listed = router[1]._replace(notes=(*router[1].notes, *lacking))
        return Routed((at_host, named), router), listed

    def _sold_by(self, call: Call, offer: Offer) -> tuple[Sold, Rated]:
        modes, notes = modes_of(call, offer.provider)
        if offer.rule.startswith(ALIASED):
            target = offer.rule.removeprefix(ALIASED).strip()
            notes += (f"'{call.model}' {ALIAS} {target}",)
        if _BARE in offer.rule and not call.region:
            notes += (
                f"the log names no profile of {offer.provider}: priced at the global one; a "
                "regional one may cost more",
            )
        notes += self._routers.cautions(call, offer)
        sold = Sold(offer, modes, _conditions(call, offer))
        return sold, Rated(FREE, offer.provider, offer.model.id, notes)


# All that decides what a call is sold as, beside its moment.
_sold_as: Final = attrgetter(
    "model",
    "provider",
    "service_tier",
    "batch",
    "speed",
    "region",
    "search_context",
    "media_size",
    "media_quality",
    "host",
)


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
