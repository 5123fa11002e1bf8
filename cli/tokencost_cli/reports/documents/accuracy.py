"""The document of `accuracy`: our counts against what was billed."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import UNSET, Struct, UnsetType

from tokencost_cli.reports.documents.fields import Count, Money, Share, about
from tokencost_cli.reports.documents.head import Head, WarningEntry

FORMAT: Final = "tokencost.accuracy/2"


class ScoreEntry(Struct, kw_only=True):
    """How near counts come to what was billed. Errors are ratios to the billed tokens."""

    n: Annotated[Count, about("How many calls.")]
    exact_share: Annotated[Share, about("Of calls that are counted exactly.")]
    median_error: Annotated[float, about("Median of the absolute errors.")]
    p90_error: Annotated[float, about("90 in 100 calls are nearer.")]
    signed_error: Annotated[float, about("Median of the signed errors: the bias.")]
    within_share: Annotated[Share, about("Of calls whose billed tokens lie within the range.")]


class ScoreGroup(ScoreEntry, kw_only=True):
    """The calls of one key."""

    key: Annotated[dict[str, str], about("Dimension to value.")]


class WorstCall(Struct, kw_only=True):
    """A call that is furthest off."""

    call_id: Annotated[str | None, about("Its id, where no file and line name it.")]
    file: str | None
    line: int | None
    provider: str
    api: str
    model: str
    kind: str
    counted_tokens: Count
    billed_tokens: Count
    relative_error: Annotated[float, about("Signed: 0.01 is one in a hundred too many.")]
    low: Annotated[Count, about("The fewest tokens that the count states of itself.")]
    high: Annotated[Count | None, about("The most; null: unbounded.")]
    kinds: Annotated[dict[str, float], about("Tokens by what they are counted as.")]
    warnings: list[WarningEntry]


class SessionCosts(Struct, kw_only=True):
    """Our cost of sessions against that which their clients report."""

    sessions: Count
    cost: Money
    cost_reported: Money
    missing_cost: Annotated[Money, about("Of what is reported: in no call of the log.")]
    difference_cost: Money
    relative_error: float | None
    sessions_left_out: Count


class AccuracyDocument(Head, kw_only=True):
    """Our counts against what was billed."""

    by: list[str]
    groups: list[ScoreGroup]
    by_model: Annotated[list[ScoreGroup], about("The groups, by model too.")]
    total: Annotated[ScoreEntry | None, about("All calls; null where none was counted.")]
    worst: list[WorstCall]
    left_out: Annotated[Count, about("Calls that cannot be compared.")]
    session_costs: SessionCosts | UnsetType = UNSET
