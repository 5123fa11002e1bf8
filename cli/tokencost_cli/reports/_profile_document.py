"""What the report of `profile` shows, and the document: the machine's form."""

from __future__ import annotations

from typing import Any, NamedTuple

from tokencost_cli.reports._loaded import Loaded
from tokencost_cli.reports._shared import amount, head, stamp
from tokencost_profiles.costs.percentiles import Growth, Spread
from tokencost_profiles.costs.percentiles import document as spread_document
from tokencost_profiles.costs.single_calls import SingleCall
from tokencost_profiles.costs.totals import GroupKey, Summary


class Shown(NamedTuple):
    """What a profile's report shows."""

    loaded: Loaded
    by: tuple[str, ...]
    cost: str  # auto, computed, reported, both
    total: Summary
    groups: list[tuple[GroupKey, Summary]]
    top: int | None
    spreads: list[Spread]
    growths: dict[str, Growth]
    calls: list[SingleCall] | None = None  # in the order of the groups, where each is a call


def document(shown: Shown, kept: list[tuple[GroupKey, Summary]]) -> dict[str, Any]:
    """Return the machine's form."""
    profile = shown.loaded.profile
    return {
        **head(shown.loaded.pricer.table, None),
        "total": _sums(shown.total),
        "by": list(shown.by),
        "groups": [
            {
                "key": dict(zip(shown.by, path, strict=True)),
                **_sums(group),
                **_growth_document(path, shown),
            }
            for path, group in kept
        ],
        "groups_left_out": len(shown.groups) - len(kept),
        **({"percentiles": spread_document(shown.spreads)} if shown.spreads else {}),
        "unpriced": [
            {"provider": provider, "model": model, "reason": reason, "calls": calls}
            for (provider, model, reason), calls in unpriced_models(shown.total)
        ],
        "findings": [],
        "audit": profile.audit.document(),
    }


def _sums(group: Summary) -> dict[str, Any]:
    cell = group.cell
    return {
        "calls": cell.calls,
        "sessions": len(group.sessions),
        "usage": group.usage,
        "cost": amount(group.cost),
        "costs": {unit: amount(value) for unit, value in group.lines.items()},
        "input_cost": amount(group.input_cost),
        "output_cost": amount(group.output_cost),
        "fee_cost": amount(group.fee_cost),
        "charged_cost": amount(group.charged_cost),
        "charged_calls": group.charged_calls,
        "cost_reported": amount(group.reported),
        "reported_calls": group.reported_calls,
        "unpriced_calls": group.unpriced_calls,
        "estimated_calls": group.estimated_calls,
        "calls_without_usage": cell.without_usage,
        "calls_without_time": group.untimed_calls,
        "cache_hit_rate": group.hit_rate,
        "tokens_per_second": group.tokens_per_second,
        "first_token_seconds": group.first_token,
        "first": stamp(cell.first),
        "last": stamp(cell.last),
    }


def _growth_document(path: GroupKey, shown: Shown) -> dict[str, Any]:
    found = growth_of(path, shown)
    return {"growth": {**found._asdict(), "points": list(found.points)}} if found else {}


def growth_of(path: GroupKey, shown: Shown) -> Growth | None:
    """Return how the prompts of a session grow, where groups are sessions."""
    if "session" not in shown.by:
        return None
    return shown.growths.get(path[shown.by.index("session")] or "")


def unpriced_models(total: Summary) -> list[tuple[tuple[str | None, str | None, str], int]]:
    """Return the models without a price, each with its calls, the most first."""
    return sorted(total.unpriced.items(), key=lambda item: (-item[1], str(item[0])))
