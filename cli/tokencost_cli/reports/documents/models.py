"""The documents of `models`, `prices show` and `prices list`: what the price table holds."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import UNSET, Struct, UnsetType

from tokencost_cli.reports.documents.fields import At, Count, Money, about
from tokencost_cli.reports.documents.head import Head

MODELS: Final = "tokencost.models/2"
PRICE: Final = "tokencost.price/2"
PROVIDERS: Final = "tokencost.prices/2"

Rates = Annotated[dict[str, Money], about("US dollars per million tokens, by rate.")]


class RateTier(Struct, kw_only=True):
    """Rates of a complete request once its prompt has this many tokens."""

    from_prompt_tokens: int
    rates: Rates


class PriceSource(Struct, kw_only=True):
    """Where a price is from: a page, or a price list of others."""

    url: str | UnsetType = UNSET
    list: str | UnsetType = UNSET
    checked_at: Annotated[At | None, about("When it was compared with the table.")]


class FeeRow(Struct, kw_only=True):
    """A price for what is not counted in tokens, from a day on."""

    starts_at: At | None
    ended: bool
    price: Money | None
    per: int
    by_search_context: dict[str, Money]
    by_size_quality: Annotated[
        dict[str, Money], about("By quality and size, as requests write them.")
    ]
    minimum: Annotated[int, about("A call that has any pays for at least as many.")]
    unpriced_reason: str | None


class ModelEntry(Struct, kw_only=True):
    """One model of a provider, at the prices of the day."""

    provider: str
    model: str
    kind: Annotated[str, about("chat, embedding, ...")]
    price_starts_at: Annotated[At | None, about("Since when the price is in force.")]
    rates: Annotated[dict[str, Money] | None, about("Per million tokens; null: no price then.")]
    tiers: Annotated[list[RateTier], about("Rates of longer prompts.")]
    limits: Annotated[dict[str, int], about("Most tokens: context, input, output.")]
    tokenizer: str | None
    modes: list[str]
    fees: Annotated[dict[str, list[FeeRow]], about("What is not counted in tokens, by unit.")]
    status: Annotated[str | None, about("deprecated, removed, retired; null: served.")]
    retires_at: Annotated[At | None, about("From then on it cannot be called.")]
    unverified: Annotated[str | None, about("Why the price is not verified.")]
    sources: list[PriceSource]


class PriceRow(Struct, kw_only=True):
    """A dated row of the list price."""

    starts_at: At | None
    basis: Annotated[str, about("What the price rests on.")]
    announced: bool
    source: str | None
    checked_at: At | None
    schedule: Annotated[str | None, about("Hours that have another rate.")]
    rates: Rates
    tiers: list[RateTier]


class ModeRow(Struct, kw_only=True):
    """How a service mode changes the price from a day on."""

    starts_at: At | None
    ended: bool
    same_as: str | None
    multiply: str | None
    only: Annotated[list[str] | None, about("The rates that it changes; null: all.")]
    rates: Rates
    tiers: list[RateTier]
    max_prompt_tokens: int | None


class RedirectEntry(Struct, kw_only=True):
    """The model as which calls are billed."""

    to: str
    starts_at: At


class PriceEntry(ModelEntry, kw_only=True):
    """Everything that the table holds of one model."""

    rule: Annotated[str, about("How the name was matched.")]
    released_at: At | None
    thinks: Annotated[bool, about("Whether it reasons before it answers.")]
    tokenizer_verified: bool
    aliases: list[str]
    known_as: Annotated[list[str], about("Its names at resellers.")]
    redirect: RedirectEntry | None
    prices: list[PriceRow]
    mode_prices: dict[str, list[ModeRow]]
    note: str | None
    sources_disagree: Annotated[dict[str, dict[str, Money]], about("Rates of lists that differ.")]


class ProviderEntry(Struct, kw_only=True):
    """A provider, with how many models it has."""

    provider: str
    name: str
    role: str
    models: Count
    served: Annotated[Count, about("Models that can be called today.")]
    unverified: Annotated[Count, about("Models whose price is not verified.")]
    checked_at: At


class ModelsDocument(Head, kw_only=True):
    """Models that can be priced."""

    items: list[ModelEntry]


class PriceDocument(Head, kw_only=True):
    """Everything that the table holds of one model: the single item."""

    items: list[PriceEntry]


class ProvidersDocument(Head, kw_only=True):
    """The providers of the price table."""

    items: list[ProviderEntry]
