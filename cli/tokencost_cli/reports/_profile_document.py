"""What the report of `profile` holds, and its document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import UNSET, UnsetType

from tokencost_cli.reports._findings import finding_entries
from tokencost_cli.reports._loaded import Loaded
from tokencost_cli.reports._profile_structs import (
    growth_entry,
    spread_entry,
    total_fields,
    unpriced_entries,
)
from tokencost_cli.reports.documents.audit import audit_entry
from tokencost_cli.reports.documents.head import head_fields
from tokencost_cli.reports.documents.profile import (
    FORMAT,
    ContentFields,
    ProfileDocument,
    ProfileGroup,
    ProfileTotals,
    TimelinePoint,
    TreeNode,
)
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_profiles.costs.grouping import GroupKey
from tokencost_profiles.costs.percentiles import Growth, Spread
from tokencost_profiles.costs.single_calls import SingleCall
from tokencost_profiles.costs.totals import Summary
from tokencost_profiles.costs.unsure import Place

if TYPE_CHECKING:
    from tokencost_cli.reports._content import ContentReport
    from tokencost_cli.reports._timeline import TimelineReport
    from tokencost_cli.reports._tree import TreeReport
    from tokencost_profiles.attribution.finding import Finding


class ProfileView(NamedTuple):
    """What the report of a profile holds."""

    loaded: Loaded
    by: tuple[str, ...]
    cost: str  # auto, computed, reported, both
    total: Summary
    groups: list[tuple[GroupKey, Summary]]
    top: int | None
    spreads: list[Spread]
    growths: dict[str, Growth]
    calls: list[SingleCall] | None = None  # in the order of the groups, where each is a call
    content: ContentReport | None = None  # of prompts, where their text was read
    findings: Sequence[Finding] | None = None  # where they were asked for
    tree: TreeReport | None = None
    timeline: TimelineReport | None = None
    is_grouped: bool = True  # whether the groups are displayed


def document(
    view: ProfileView,
    listed: Sequence[tuple[GroupKey, Summary]],
    facts: RunFacts,
    warnings: Sequence[str],
) -> ProfileDocument:
    """Return the document; `listed`: the groups that are in it."""
    profile = view.loaded.profile
    return ProfileDocument(
        **head_fields(FORMAT, facts, warnings),
        total=ProfileTotals(**total_fields(view.total)),
        by=list(view.by),
        groups=[_group(at, path, group, view) for at, (path, group) in enumerate(listed)],
        groups_left_out=len(view.groups) - len(listed),
        unpriced=unpriced_entries(unpriced_models(view.total), profile, view.total.host_ends),
        audit=audit_entry(profile.audit),
        spreads=[spread_entry(spread) for spread in view.spreads] if view.spreads else UNSET,
        segments=_segments(view.content),
        findings=UNSET if view.findings is None else finding_entries(view.findings),
        tree=_tree(view.tree),
        timeline=_timeline(view.timeline),
    )


def _tree(report: TreeReport | None) -> TreeNode | UnsetType:
    if report is None:
        return UNSET
    from tokencost_cli.reports._tree import tree_entry

    return tree_entry(report)


def _timeline(report: TimelineReport | None) -> list[TimelinePoint] | UnsetType:
    if report is None:
        return UNSET
    from tokencost_cli.reports._timeline import timeline_points

    return timeline_points(report.points)


def _segments(content: ContentReport | None) -> list[ContentFields] | UnsetType:
    if content is None or content.segments is None:
        return UNSET
    from tokencost_cli.reports._content import segment_entries

    return segment_entries(content)


def _group(at: int, path: GroupKey, group: Summary, view: ProfileView) -> ProfileGroup:
    growth = growth_of(path, view)
    return ProfileGroup(
        **total_fields(group),
        **_content_fields(at, view.content),
        key=dict(zip(view.by, path, strict=True)),
        growth=UNSET if growth is None else growth_entry(growth),
    )


def _content_fields(at: int, content: ContentReport | None) -> dict[str, Any]:
    if content is None or not content.by:
        return {}
    from tokencost_cli.reports._content import content_fields

    return content_fields(content.groups[at])


def growth_of(path: GroupKey, view: ProfileView) -> Growth | None:
    """Return how the prompts of a session grow, where groups are sessions."""
    if "session" not in view.by:
        return None
    return view.growths.get(path[view.by.index("session")] or "")


def unpriced_models(total: Summary) -> list[tuple[Place, int]]:
    """Return the models that have no price, each with its calls, the most first."""
    return sorted(total.unpriced.items(), key=lambda item: (-item[1], str(item[0])))
