"""The document of `whatif`: recorded calls, and what they cost under each scenario."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import UNSET, Struct, UnsetType

from tokencost_cli.reports.documents.change import CostChange
from tokencost_cli.reports.documents.fields import Count, Money, Share, about
from tokencost_cli.reports.documents.head import Head
from tokencost_cli.reports.documents.totals import Totals

FORMAT: Final = "tokencost.whatif/2"


class ScenarioNote(Struct, kw_only=True):
    """What could not be computed, or is not sure, and for how many calls."""

    text: str
    calls: Count


class BreakEven(Struct, kw_only=True):
    """From which volume on hardware is cheaper than an API."""

    calls_per_day: Annotated[Count | None, about("From so many on; null: never.")]
    capacity_per_day: Annotated[Count | None, about("Calls that the hardware gets through.")]
    month_cost: Annotated[Money, about("Of the hardware.")]


class ScenarioTotals(Totals, kw_only=True):
    """The calls under one scenario."""

    name: Annotated[str, about("Of the scenario; the first is `as recorded`.")]
    base: Annotated[str, about("Name of the row that it is compared with.")] | UnsetType = UNSET
    change: Annotated[CostChange, about("Against the row that `base` names.")] | UnsetType = UNSET
    month_cost: Annotated[Money | None, about("Of thirty days like those of the calls.")] | (
        UnsetType
    ) = UNSET
    cache: Annotated[
        Literal["recorded", "replayed"],
        about("Whether cached tokens are the log's or the simulator's."),
    ]
    estimated_calls: Annotated[Count, about("Calls whose tokens are counted with an error.")]
    estimated_tokens: Annotated[Count, about("Tokens of these.")]
    window_share: Annotated[Share | None, about("The longest request, of its model's window.")]
    calls_over_window: Annotated[Count, about("Calls that do not fit.")]
    calls_over_output: Annotated[Count, about("Calls whose answer the model cannot write.")]
    pareto: Annotated[bool, about("Whether nothing beats it on both cost and window.")]
    break_even: Annotated[BreakEven, about("Where it is on the user's hardware.")] | UnsetType = (
        UNSET
    )
    needs: Annotated[list[str], about("What a suggestion needs.")]
    risks: Annotated[list[str], about("What may go wrong with a suggestion.")]
    notes: list[ScenarioNote]


class SuggestedScenario(ScenarioTotals, kw_only=True):
    """A scenario that the advisor tried."""

    saved_cost: Annotated[Money, about("Over the time of the calls.")]
    saved_month_cost: Annotated[Money, about("In thirty days.")] | UnsetType = UNSET


class WhatifDocument(Head, kw_only=True):
    """What recorded calls would have cost under other conditions."""

    calls: Annotated[Count, about("How many calls there are.")]
    days: Annotated[float | None, about("Days that they cover; null: not known.")]
    assumptions: Annotated[list[str], about("About prompts: model, answer, calls a day.")]
    base: Annotated[ScenarioTotals, about("The calls as recorded.")]
    scenarios: Annotated[list[ScenarioTotals], about("The unchanged calls, then one a scenario.")]
    suggestions: (
        Annotated[list[SuggestedScenario], about("With `--suggest`; the best first.")] | UnsetType
    ) = UNSET
    best: Annotated[SuggestedScenario, about("The best suggestions together.")] | UnsetType = UNSET
    not_tried: (
        Annotated[list[str], about("Suggestions that do not apply, and why.")] | UnsetType
    ) = UNSET
