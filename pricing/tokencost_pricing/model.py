"""One model of the table, as typed values: limits, dated price rows, dated modes, fees."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from tokencost_pricing.money import decimal

Rates = Mapping[str, Decimal]

_ALWAYS = datetime.min.replace(tzinfo=UTC)


class Tier(NamedTuple):
    """Rates of the whole request once its prompt has this many tokens."""

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

    @property
    def since(self) -> str | None:
        """The start as the table writes it, or None where it is not known."""
        return None if self.start == _ALWAYS else written(self.start)


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
    beyond: str
    excludes: tuple[str, ...]


class Fee(NamedTuple):
    """A price for something that is not a token, from a moment on."""

    price: Decimal  # where `by_search_context` is filled, that of the provider's default
    per: int
    by_search_context: Rates
    free: Mapping[str, Any] | None
    once: bool = False  # a call pays it once, however many it counts (a grounded prompt)
    caution: str | None = None  # stated with every charge: why the bill may differ
    start: datetime = _ALWAYS
    ended: bool = False
    unpriced: str | None = None  # why nothing can be charged, though something is billed

    @property
    def default_context(self) -> str | None:
        """The search context that `price` is of, or None where the fee does not depend on it."""
        return next((n for n, rate in self.by_search_context.items() if rate == self.price), None)


class Model:
    """One entry of a provider file. Rates become `Decimal` on first use."""

    def __init__(self, provider: str, model_id: str, entry: Mapping[str, Any]) -> None:
        self.provider = provider
        self.id = model_id
        self.entry = entry
        self.tokenizer: str | None = entry.get("tokenizer")
        self.kind: str = entry.get("kind", "chat")
        self.limits: Mapping[str, int] = entry.get("limits", {})
        self.prices = tuple(_price(row) for row in entry["prices"])
        self._starts = [price.start for price in self.prices]

    @cached_property
    def modes(self) -> dict[str, tuple[Mode, ...]]:
        """The service modes, each with its dated entries."""
        return modes(self.entry.get("modes", {}))

    @cached_property
    def fees(self) -> dict[str, tuple[Fee, ...]]:
        """What is charged beside tokens."""
        return fees(self.entry.get("fees", {}))

    @property
    def context_window(self) -> int | None:
        """Largest number of tokens a request may hold, or None where it is not known."""
        return self.limits.get("context") or self.limits.get("input")

    @property
    def unverified(self) -> str | None:
        """Why the price is not sure, or None."""
        reason: str | None = self.entry.get("unverified")
        return reason

    def price_on(self, moment: datetime) -> Price | None:
        """Return the row in force at `moment` (UTC), or None before the first."""
        position = bisect_right(self._starts, moment)
        return self.prices[position - 1] if position else None

    def upcoming(self, moment: datetime) -> Price | None:
        """Return the next announced row after `moment`, if any."""
        position = bisect_right(self._starts, moment)
        return self.prices[position] if position < len(self.prices) else None


def moment(text: str | None) -> datetime:
    """Read a day (00:00 UTC) or a UTC moment of the table; None is the beginning of time."""
    if text is None:
        return _ALWAYS
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def written(at: datetime) -> str:
    """Write a moment as the table does: a day where it is midnight UTC."""
    text = at.isoformat()
    return text[:10] if text[11:19] == "00:00:00" else f"{text[:19]}Z"


def rates(entry: Mapping[str, str]) -> dict[str, Decimal]:
    """Read a `rates:` mapping."""
    return {name: Decimal(rate) for name, rate in entry.items()}


def modes(entry: Mapping[str, Any]) -> dict[str, tuple[Mode, ...]]:
    """Read a `modes:` mapping."""
    return {name: tuple(_mode(item) for item in items) for name, items in entry.items()}


def fees(entry: Mapping[str, Any]) -> dict[str, tuple[Fee, ...]]:
    """Read a `fees:` mapping: for each unit its dated entries, oldest first."""
    return {
        unit: tuple(_fee(item) for item in (fee if isinstance(fee, list) else [fee]))
        for unit, fee in entry.items()
    }


def fees_on(dated: Mapping[str, tuple[Fee, ...]], at: datetime) -> dict[str, Fee]:
    """Return the fee of each unit that is in force at a moment (UTC)."""
    current = {}
    for unit, entries in dated.items():
        for entry in entries:
            if entry.start <= at:
                current[unit] = entry
    return current


def _fee(item: Mapping[str, Any]) -> Fee:
    return Fee(
        price=decimal(item.get("price", "0")),
        per=item.get("per", 1),
        by_search_context=rates(item.get("by_search_context", {})),
        free=item.get("free"),
        once=item.get("counts") == "prompts",
        caution=item.get("caution"),
        start=moment(item.get("from")),
        ended=item.get("ended", False),
        unpriced=item.get("unpriced"),
    )


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
        beyond=item.get("beyond", "unpriced"),
        excludes=tuple(item.get("excludes", ())),
    )
