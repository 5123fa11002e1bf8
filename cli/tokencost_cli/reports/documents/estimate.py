"""The document of `estimate` and `baseline`: what prompts will cost. A baseline of prompts."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import UNSET, Struct, UnsetType

from tokencost_cli.reports.documents.change import CostChange
from tokencost_cli.reports.documents.fields import At, Count, Money, Share, about
from tokencost_cli.reports.documents.head import Head, WarningEntry
from tokencost_cli.reports.documents.names import ESTIMATE
from tokencost_cli.reports.documents.tokens import TokenRange
from tokencost_cli.reports.documents.totals import Totals

FORMAT: Final = ESTIMATE


class OutputLength(Struct, kw_only=True):
    """How long the answer is taken to be."""

    tokens: Count
    low: Annotated[Count | None, about("The fewest; null: unbounded.")]
    high: Annotated[Count | None, about("The most; null: unbounded.")]
    source: Annotated[
        Literal["assumed", "given", "workload", "ceiling"], about("Where the length is from.")
    ]
    ceiling: Annotated[Count | None, about("The longest answer that the request allows.")]


class PromptTokens(TokenRange, kw_only=True):
    """The tokens of a prompt as the model will bill them."""

    text_tokens: Annotated[Count, about("Of the text alone.")]
    added_tokens: Annotated[int, about("What the provider adds around it.")]


class PartTokens(Struct, kw_only=True):
    """The tokens of a part of the prompt."""

    role: Annotated[str, about("What the part is: system, tools, user, ...")]
    tokens: Count


class CostLine(Struct, kw_only=True):
    """What one unit costs."""

    unit: str
    tokens: Annotated[int, about("How many of the unit, also where it is no token.")]
    rate: Annotated[Money, about("US dollars for `per` of the unit.")]
    per: int
    cost: Money


class PriceEvidence(Struct, kw_only=True):
    """Which row of the price table gave the rates, and what was applied to them."""

    model: Annotated[str, about("`provider/model` of the table.")]
    rule: Annotated[str, about("How the name was matched.")]
    price_starts_at: Annotated[At | None, about("Since when the price is in force.")]
    basis: Annotated[str | None, about("What the price rests on.")]
    tier_from_tokens: Annotated[int | None, about("Prompt length from which its tier holds.")]
    modes: list[str]
    modifiers: list[str]
    schedule: Annotated[str | None, about("The hours of the rate.")]
    overlay: Annotated[str | None, about("The price file it is from.")]
    unverified: Annotated[str | None, about("Why the price is not verified.")]


class EstimateItem(Totals, kw_only=True):
    """One prompt on one model."""

    path: Annotated[str, about("The file, as it was named.")]
    line: Annotated[int | None, about("The line or entry of a file of several requests.")]
    model: Annotated[str, about("Its id in the price table.")]
    provider: str
    requested_model: Annotated[str, about("The model as it was asked for.")]
    mode: Annotated[str | None, about("Such as `batch`; null: the standard one.")]
    region: str | None
    prompt: PromptTokens
    output: OutputLength
    parts: list[PartTokens]
    sha256: Annotated[str | None, about("Hash of the content.")]
    lines: list[CostLine]
    unpriced_reason: str | None
    per_1000_cost: Annotated[Money | None, about("Of 1,000 such calls.")]
    window_share: Annotated[Share | None, about("Of the context window, input and output.")]
    evidence: PriceEvidence
    warnings: list[WarningEntry]


class ModelTotals(Totals, kw_only=True):
    """All prompts on one model, each called once."""

    model: Annotated[str, about("`provider/model` of the price table.")]
    requested_model: Annotated[str, about("The model as it was asked for.")]
    unpriced_reason: str | None
    per_1000_cost: Annotated[Money | None, about("Of each prompt called 1,000 times.")]
    projected_calls: Annotated[int, about("Calls of each prompt, as `--calls` says.")] | (
        UnsetType
    ) = UNSET
    projected_cost: Annotated[Money | None, about("What these cost.")] | UnsetType = UNSET
    calls_per_day: Annotated[int, about("Calls of each prompt a day.")] | UnsetType = UNSET
    day_cost: Money | UnsetType | None = UNSET
    month_cost: Annotated[Money | None, about("Of 30 days.")] | UnsetType = UNSET
    change: Annotated[CostChange, about("Against the first model, with `--compare`.")] | (
        UnsetType
    ) = UNSET


class EstimateDocument(Head, kw_only=True):
    """What prompts will cost."""

    output: Annotated[OutputLength, about("Where it is one for all items.")] | UnsetType = UNSET
    items: list[EstimateItem]
    totals: Annotated[list[ModelTotals], about("One a model.")]
    total: Annotated[ModelTotals, about("Where there is one model.")] | UnsetType = UNSET
