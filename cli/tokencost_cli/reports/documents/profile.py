"""The document of `profile`: where the tokens and the money of logs went.

It is a report, not a saved profile: `--save` writes that.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import UNSET, Struct, UnsetType

from tokencost_cli.reports.documents.audit import AuditEntry
from tokencost_cli.reports.documents.fields import At, Count, Money, Seconds, Share, about
from tokencost_cli.reports.documents.head import Head
from tokencost_cli.reports.documents.totals import Totals

FORMAT: Final = "tokencost.profile/2"

Measured = Money | float | int


class ProfileTotals(Totals, kw_only=True):
    """What calls of logs used and cost."""

    sessions: Annotated[Count, about("How many conversations.")]
    cost_reported: Annotated[Money | None, about("What the log says that they cost.")]
    reported_calls: Annotated[Count, about("How many calls that is of.")]
    estimated_calls: Annotated[Count, about("Calls whose usage was counted here.")]
    estimated_tokens: Annotated[Count, about("Tokens of these calls.")]
    calls_without_usage: Annotated[Count, about("Calls whose log has no usage: in no cost.")]
    calls_without_time: Annotated[Count, about("Calls that have no time: priced as of today.")]
    cache_hit_share: Annotated[Share | None, about("Of the input, what was read from a cache.")]
    output_tokens_per_second: float | None
    time_to_first_token_seconds: Annotated[Seconds | None, about("Mean.")]
    first_at: At | None
    last_at: At | None


class GrowthEntry(Struct, kw_only=True):
    """How the prompts of a session grew, in tokens."""

    session: str
    calls: Count
    first_tokens: Count
    last_tokens: Count
    largest_tokens: Count
    points: Annotated[list[int], about("The largest of each stretch of equal length.")]


class ContentFields(ProfileTotals, kw_only=True):
    """A sum, and for rows of content what that content is and costs."""

    kind: Annotated[str, about("system, tools, user, tool_result, overhead ...")] | UnsetType = (
        UNSET
    )
    name: Annotated[str, about("Of the tool, or of the fee.")] | UnsetType = UNSET
    tool: str | UnsetType | None = UNSET
    target: Annotated[str | None, about("The file or URL of its tool call.")] | UnsetType = UNSET
    hash: Annotated[str, about("Of kind, name and text.")] | UnsetType = UNSET
    first_line: Annotated[str, about("With `--show-text`.")] | UnsetType = UNSET
    tokens: Annotated[Count, about("Of one copy; of a group all that was added.")] | UnsetType = (
        UNSET
    )
    instances: Annotated[Count, about("How often it was added to a prompt.")] | UnsetType = UNSET
    copies: Annotated[Count, about("The most in one prompt.")] | UnsetType = UNSET
    calls_carried: Annotated[Count, about("Calls that carry it.")] | UnsetType = UNSET
    carrying_cost: Annotated[Money | None, about("As a part of prompts.")] | UnsetType = UNSET
    made_cost: Annotated[Money | None, about("As a part of an answer.")] | UnsetType = UNSET


class ProfileGroup(ContentFields, kw_only=True):
    """The calls of one key."""

    key: Annotated[dict[str, str | None], about("Dimension to value; null: no label.")]
    growth: Annotated[GrowthEntry, about("Where groups are sessions.")] | UnsetType = UNSET


class SpreadEntry(Struct, kw_only=True):
    """How a measure is spread over calls or sessions."""

    measure: Annotated[str, about("cost, input_tokens, duration_seconds, ...")]
    of: Literal["call", "session"]
    count: Annotated[Count, about("How many have it.")]
    p50: Measured | UnsetType = UNSET
    p90: Measured | UnsetType = UNSET
    p95: Measured | UnsetType = UNSET
    p99: Measured | UnsetType = UNSET
    max: Measured | UnsetType = UNSET


class UnpricedModel(Struct, kw_only=True):
    """Calls of a model that have no price."""

    provider: str | None
    model: str | None
    calls: Count
    tokens: Annotated[Count | None, about("Null: calls among them are charged by their log.")]
    reason: str
    cost_low: (
        Annotated[Money, about("At the cheapest host, where many sell the model.")] | UnsetType
    ) = UNSET
    cost_high: Annotated[Money, about("At the dearest.")] | UnsetType = UNSET


class FindingEvidence(Struct, kw_only=True):
    """The place of a finding."""

    file: str
    line: int | None
    session: str | None
    calls: Count
    subject: Annotated[str, about("A tool, a file, a cause: never text.")] | UnsetType = UNSET
    cost: Money | UnsetType | None = UNSET
    saved: Money | UnsetType | None = UNSET


class Finding(Struct, kw_only=True):
    """One pattern of waste."""

    id: str
    cost: Annotated[Money | None, about("What the calls or parts in `evidence` cost.")]
    saved: Annotated[Money | None, about("The most that could have been saved.")]
    confidence: Literal["measured", "estimated"]
    evidence: list[FindingEvidence]
    advice: str


class TreeNode(Struct, kw_only=True):
    """A node of the tree by cause; its sums hold those of its children."""

    name: str
    kind: Annotated[str, about("root, session, turn, step, agent, call, tool; more: others.")]
    cost: Annotated[Money | None, about("Null: none of its calls has a price.")]
    calls: Count
    unpriced_calls: Count
    input_tokens: Count
    output_tokens: Count
    folded: Annotated[Count, about("How many nodes are folded into it.")]
    children: list[TreeNode]


class TimelinePoint(Struct, kw_only=True):
    """One call on the timeline. A mark: compaction, or miss with its cause."""

    at: At | None
    root: Annotated[str | None, about("The session that its turns are counted in.")]
    session: str | None
    thread: str | None
    agent: str | None
    turn: Count | None
    step: Count | None
    substep: Count | None
    model: str | None
    input_tokens: Annotated[Count, about("The prompt: the context of the call.")]
    uncached_input_tokens: Count
    cache_read_tokens: Count
    cache_write_tokens: Count
    output_tokens: Count
    cost: Money | None
    mark: Literal["compaction", "miss"] | None
    cause: Annotated[str | None, about("Of a miss: ttl_expired_5m, model_changed, unknown ...")]


class ProfileDocument(Head, kw_only=True):
    """Where the tokens and the money of logs went."""

    total: ProfileTotals
    by: Annotated[list[str], about("The dimensions of the groups.")]
    groups: Annotated[list[ProfileGroup], about("In their order; with `--top` the first.")]
    groups_left_out: Count
    unpriced: list[UnpricedModel]
    audit: AuditEntry
    spreads: Annotated[list[SpreadEntry], about("With `--percentiles`.")] | UnsetType = UNSET
    findings: list[Finding] | UnsetType = UNSET
    segments: Annotated[list[ContentFields], about("One row a part.")] | UnsetType = UNSET
    tree: Annotated[TreeNode, about("With `--tree`.")] | UnsetType = UNSET
    timeline: (
        Annotated[list[TimelinePoint], about("With `--timeline`, in order of time.")] | UnsetType
    ) = UNSET
