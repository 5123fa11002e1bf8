"""The document of `diff`, and what `check` shares with it: two measurements and what differs."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from tokencost_cli.reports.documents.fields import At, Count, Money, Share, about
from tokencost_cli.reports.documents.head import Head, Prices
from tokencost_cli.reports.documents.tokens import TokenRange
from tokencost_cli.reports.documents.totals import Totals
from tokencost_profiles.gate.effects import CAUSES, FULL, INPUT, MIXED, STATUSES
from tokencost_profiles.gate.items import RECORDED
from tokencost_profiles.gate.limits import FAIL, INCONCLUSIVE, NOTE, PASS, WARN

FORMAT: Final = "tokencost.diff/2"


def one_of(*words: str) -> Meta:
    """Return which words a text is one of, for docs and schema."""
    return Meta(extra_json_schema={"enum": list(words)})


JudgedOn = Annotated[str, one_of(INPUT, FULL, MIXED)]
Status = Annotated[str, one_of(*STATUSES)]
Level = Annotated[str, one_of(FAIL, WARN, NOTE)]
Cause = Annotated[str, one_of(*CAUSES)]
Source = Annotated[str, one_of("assumed", "given", "workload", "ceiling", RECORDED)]


class Measurement(Totals, kw_only=True):
    """One of the two sides: all its items."""

    name: Annotated[str, about("A file, a revision, or `working tree`.")]
    revision: Annotated[str | None, about("The commit.")]
    prices: Annotated[Prices | None, about("The prices it was measured with.")]
    first_at: Annotated[At | None, about("The first recorded call.")] | UnsetType = UNSET
    last_at: Annotated[At | None, about("The last recorded call.")] | UnsetType = UNSET


class JudgedTotals(Totals, kw_only=True):
    """What is compared of one side."""

    judged_cost: Annotated[Money | None, about("What is judged of it: that of input, or `cost`.")]


class AnswerLength(Struct, kw_only=True):
    """How long the answer is taken to be."""

    tokens: Count
    source: Annotated[Source, about("Where the length is from.")]


class RolePart(Struct, kw_only=True):
    """The tokens of a part of the prompt."""

    role: Annotated[str, about("What the part is: system, tools, user, ...")]
    tokens: Count


class ItemSide(JudgedTotals, kw_only=True):
    """A prompt, or a group of calls, on one side."""

    prompt: Annotated[TokenRange, about("Of a prompt.")] | UnsetType = UNSET
    output: Annotated[AnswerLength, about("Of a prompt.")] | UnsetType = UNSET
    parts: Annotated[list[RolePart], about("Of a prompt.")] | UnsetType = UNSET
    saved_cost: Annotated[Money, about("At the prices that it was saved with.")] | UnsetType = UNSET
    window_share: Annotated[Share | None, about("Of the context window.")] | UnsetType = UNSET
    unpriced_reason: str | None


class Difference(Struct, kw_only=True):
    """How much the head differs from the base."""

    input_tokens: Annotated[int | None, about("Null: one side is not counted.")]
    output_tokens: int | None
    cost: Annotated[Money | None, about("Of what is judged; null: not known.")]
    relative: Annotated[float | None, about("As a ratio to the base; of tokens without a price.")]
    month_cost: Annotated[Money | None, about("In a month, where calls a day are known.")]


class EffectEntry(Struct, kw_only=True):
    """One cause of a difference. The effects of an item sum to it exactly."""

    cause: Cause
    part: Annotated[str | None, about("The part of the prompt.")]
    tokens: int
    cost: Money


class ReasonEntry(Struct, kw_only=True):
    """Why the verdict is what it is."""

    level: Level
    code: Annotated[str, about("A stable word, such as `max-increase`.")]
    text: Annotated[str, about("The reason for people.")]
    path: str | UnsetType = UNSET
    line: int | UnsetType = UNSET
    key: dict[str, str | None] | UnsetType = UNSET
    model: str | UnsetType = UNSET
    judged_on: JudgedOn | UnsetType = UNSET
    value: Annotated[str | None, about("What was compared with the limit, exact.")]
    limit: Annotated[str | None, about("The limit, exact: a ratio, US dollars, or tokens.")]


class DiffItem(Struct, kw_only=True):
    """A prompt, or a group of calls, on both sides."""

    judged_on: JudgedOn
    path: Annotated[str, about("Of a prompt: the file.")] | UnsetType = UNSET
    line: Annotated[int | None, about("Of a file of several requests.")] | UnsetType = UNSET
    key: Annotated[dict[str, str | None], about("Of a group: dimension and label.")] | UnsetType = (
        UNSET
    )
    renamed_from: Annotated[str | None, about("Its file in the base, where that is another.")]
    renamed_from_line: int | UnsetType = UNSET
    model: str
    base_model: Annotated[str | None, about("Where it is another.")]
    status: Status
    base: ItemSide | None
    head: ItemSide | None
    change: Difference
    effects: list[EffectEntry]
    problem: Annotated[str | None, about("What keeps it from being compared.")]
    note: Annotated[str | None, about("What must be known of the comparison.")]
    verdict: Annotated[str, one_of(PASS, WARN, FAIL), about("Of check.")] | UnsetType = UNSET
    reasons: Annotated[list[ReasonEntry], about("Of check.")] | UnsetType = UNSET


class DiffTotal(Struct, kw_only=True):
    """All items that are compared; new and removed prompts are in neither side."""

    judged_on: JudgedOn | None
    base: JudgedTotals | None
    head: JudgedTotals | None
    change: Difference
    effects: list[EffectEntry]


class SampledChange(Struct, kw_only=True):
    """By how much runs cost more, as ratios to the base."""

    relative: float
    low: float
    high: float


class SampledRuns(Struct, kw_only=True):
    """What recorded runs of the same cases tell."""

    cases: Annotated[int, about("On both sides.")]
    cases_left_out: Annotated[int, about("On one side only.")]
    base_runs: int
    head_runs: int
    change: SampledChange
    confidence: Annotated[float, about("That the change is between low and high.")]
    detectable: Annotated[float, about("The smallest change that such samples would show.")]
    verdict: Annotated[str, one_of(PASS, FAIL, INCONCLUSIVE), about("Of check.")] | UnsetType = (
        UNSET
    )


class DiffDocument(Head, kw_only=True):
    """What changed between two measurements, and why."""

    base: Annotated[Measurement | None, about("Null: compared with nothing.")]
    head: Measurement | None
    summary: Annotated[list[str], about("What happened, the most important first.")]
    assumptions: Annotated[list[str], about("What was judged, and what was assumed.")]
    calls_per_day: Annotated[int | None, about("Calls of each prompt.")]
    days: Annotated[int, about("Of a month.")]
    items: list[DiffItem]
    total: DiffTotal
    sampled: SampledRuns | None
