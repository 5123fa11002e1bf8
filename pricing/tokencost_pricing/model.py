"""One model of the table, as typed values: names, dates, limits, price rows, modes, fees."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, NamedTuple

from tokencost_pricing.facts import (
    Aliases,
    CacheChoice,
    Redirect,
    aliases,
    cache_choice,
    day,
    redirect,
)
from tokencost_pricing.fees import Fee, fees
from tokencost_pricing.moments import ALWAYS, moment, written
from tokencost_pricing.money import decimal

Rates = Mapping[str, Decimal]

# Kinds of models that may use tools of their provider: searches, containers.
TOOL_USERS: Final = frozenset({"chat", "audio", "realtime"})
_CONVERSATIONS: Final = frozenset({"chat", "audio", "realtime"})
# How long before its first sighting a price is taken to have held, where no release is known.
_BEFORE_SIGHT: Final = timedelta(days=365)
# The status of a model that can no longer be called.
WITHDRAWN: Final = ("removed", "retired")


class Tier(NamedTuple):
    """Rates of the complete request once its prompt has this many tokens."""

    from_prompt_tokens: int
    rates: Rates


class Price(NamedTuple):
    """The list price from a moment on, until the next row."""

    start: datetime  # `datetime.min` where the table does not know it
    rates: Rates
    tiers: tuple[Tier, ...]
    schedule: str | None
    basis: str
    announced: bool
    source: str | None
    checked: date | None = None  # when the row was compared with its source
    corrected: str | None = None  # what the row stated before, and why that was wrong
    seen: date | None = None  # when a list first had it, where the beginning is not known
    # Rates of the cheapest and the dearest host behind a router, for calls whose host is not known.
    low: Rates | None = None
    high: Rates | None = None
    # Rates of the regions that have a price of their own; what one leaves out is as elsewhere.
    regions: Mapping[str, Rates] = {}

    @property
    def since(self) -> str | None:
        """The start as the table writes it, or None where it is not known."""
        return None if self.start == ALWAYS else written(self.start)


class Mode(NamedTuple):
    """How a service mode changes the price, from a moment on."""

    start: datetime
    ended: bool
    same_as: str | None
    multiply: Decimal | None
    only: frozenset[str] | None
    rates: Rates
    tiers: tuple[Tier, ...]
    max_prompt_tokens: int | None
    above_limit: str  # standard, unpriced: what holds above `max_prompt_tokens`
    excludes: tuple[str, ...]
    fees: Mapping[str, Fee] = {}  # in place of the standard ones


class Model:
    """One model of a provider. Rates become `Decimal` on first use."""

    def __init__(self, provider: str, model_id: str, entry: Mapping[str, Any]) -> None:
        self.provider = provider
        self.id = model_id
        self._entry = entry
        self.kind: str = entry.get("kind", "chat")
        self.limits: Mapping[str, int] = entry.get("limits", {})
        self.tokenizer: str | None = entry.get("tokenizer")
        self.tokenizer_unverified: bool = entry.get("tokenizer_unverified", False)
        self.thinks: bool = entry.get("thinks", True)  # before it answers
        self.status: str | None = entry.get("status")  # deprecated, removed, retired
        self.unverified: str | None = entry.get("unverified")  # why the price is not sure
        self.note: str | None = entry.get("note")
        self.overlay: str | None = entry.get("overlay")  # the label of the user's file it is from
        self.modifiers: tuple[str, ...] = tuple(entry.get("modifiers", ()))
        self.known_as: tuple[str, ...] = tuple(entry.get("known_as", ()))  # at resellers
        self.sources: tuple[str, ...] = tuple(entry.get("sources", ()))
        # Families of public lists that it is mirrored from, in a generated file; else empty.
        self.lists: tuple[str, ...] = tuple(entry.get("lists", ()))
        self.prices = tuple(_price(row) for row in entry["prices"])
        self._starts = [self._first_day(), *(price.start for price in self.prices[1:])]

    @property
    def key(self) -> str:
        """The unambiguous name: `provider/model`."""
        return f"{self.provider}/{self.id}"

    @property
    def any_name(self) -> bool:
        """Whether it stands for every name of its provider: on the user's machine."""
        return bool(self._entry.get("any_name", False))

    def called(self, name: str, facts: Mapping[str, Any]) -> Model:
        """Return the same model under another name, with the facts that this name says."""
        return Model(self.provider, name, {**facts, **self._entry})

    @property
    def is_served(self) -> bool:
        """Whether it can still be called."""
        return self.status not in WITHDRAWN

    @property
    def is_chat(self) -> bool:
        """Whether a prompt is sent to it as a conversation and answered in tokens of text.

        Guards that are language models answer; a classifier that moderates does not.
        """
        if self.kind == "moderation":
            return any("output" in price.rates for price in self.prices)
        return self.kind in _CONVERSATIONS

    @cached_property
    def released(self) -> date | None:
        """The day of its release, or None where it is not known."""
        return day(self._entry.get("released"))

    @cached_property
    def retires(self) -> date | None:
        """The day from which it cannot be called, or None where none is announced."""
        return day(self._entry.get("retires"))

    @cached_property
    def replacement(self) -> str | None:
        """The model that its maker names to follow it, by its id; None where none is named.

        That is stated, or is the one as which its calls are billed.
        """
        stated = self._entry.get("replacement")
        if stated is not None:
            return str(stated)
        redirect = self._entry.get("redirect")
        return str(redirect["to"]) if redirect else None

    @cached_property
    def aliases(self) -> Aliases:
        """Its other names."""
        return aliases(self._entry)

    @cached_property
    def redirect(self) -> Redirect | None:
        """The model as which its calls are billed, where the provider redirects them."""
        return redirect(self._entry)

    def answering(self, on: date) -> str:
        """Return the id of the model that answers on a day: another, where it is redirected."""
        redirect = self.redirect
        return redirect.to if redirect is not None and redirect.holds(on) else self.id

    @cached_property
    def cache(self) -> CacheChoice:
        """Which of its provider's prompt caches it has."""
        return cache_choice(self._entry)

    @cached_property
    def sources_disagree(self) -> dict[str, Rates]:
        """The rates of sources that say otherwise, by source."""
        return {name: rates(item) for name, item in self._entry.get("sources_disagree", {}).items()}

    @cached_property
    def modes(self) -> dict[str, tuple[Mode, ...]]:
        """The service modes, each with its dated entries."""
        return modes(self._entry.get("modes", {}))

    @cached_property
    def fees(self) -> dict[str, tuple[Fee, ...]]:
        """What is charged beside tokens."""
        return fees(self._entry.get("fees", {}))

    @property
    def context_window(self) -> int | None:
        """Largest number of tokens a request may hold, or None where it is not known."""
        return self.limits.get("context") or self.limits.get("input")

    def _first_day(self) -> datetime:
        """Return from when on the first row holds.

        One without a beginning holds from the release on, or from a year before it was first seen:
        what was sold before that is not known to have existed.
        """
        first = self.prices[0]
        if first.start != ALWAYS or first.seen is None:
            return first.start
        start = first.seen - _BEFORE_SIGHT
        if self.released is not None:
            start = min(self.released, first.seen)
        return datetime.combine(start, time(), UTC)

    def price_on(self, moment: datetime) -> Price | None:
        """Return the row in force at `moment` (UTC), or None before the first."""
        position = bisect_right(self._starts, moment)
        return self.prices[position - 1] if position else None

    def upcoming(self, moment: datetime) -> Price | None:
        """Return the next row that begins after `moment`, if any."""
        return next((price for price in self.prices if price.start > moment), None)


def rates(entry: Mapping[str, str]) -> dict[str, Decimal]:
    """Read a `rates:` mapping."""
    return {name: Decimal(rate) for name, rate in entry.items()}


def modes(entry: Mapping[str, Any]) -> dict[str, tuple[Mode, ...]]:
    """Read a `modes:` mapping."""
    return {name: tuple(_mode(item) for item in items) for name, items in entry.items()}


def _tiers(entry: Mapping[str, Any], base: Rates) -> tuple[Tier, ...]:
    return tuple(
        Tier(tier["from_prompt_tokens"], {**base, **rates(tier["rates"])})
        for tier in entry.get("tiers", ())
    )


def _price(row: Mapping[str, Any]) -> Price:
    base = rates(row["rates"])
    return Price(
        start=moment(row.get("from")),
        rates=base,
        tiers=_tiers(row, base),
        schedule=row.get("schedule"),
        basis=row["basis"],
        announced=row.get("announced", False),
        source=row.get("source"),
        checked=day(row.get("checked")),
        corrected=row.get("corrected"),
        seen=day(row.get("seen")),
        low=rates(row["range"]["low"]) if "range" in row else None,
        high=rates(row["range"]["high"]) if "range" in row else None,
        regions={name: rates(item) for name, item in row.get("regions", {}).items()},
    )


def _mode(item: Mapping[str, Any]) -> Mode:
    multiply = item.get("multiply")
    only = item.get("only")
    return Mode(
        start=moment(item.get("from")),
        ended=item.get("ended", False),
        same_as=item.get("same_as"),
        multiply=decimal(multiply) if multiply is not None else None,
        only=frozenset(only) if only is not None else None,
        rates=rates(item.get("rates", {})),
        tiers=_tiers(item, {}),
        max_prompt_tokens=item.get("max_prompt_tokens"),
        above_limit=item.get("above_limit", "unpriced"),
        excludes=tuple(item.get("excludes", ())),
        fees={unit: dated[-1] for unit, dated in fees(item.get("fees", {})).items()},
    )
