"""Where the cost of a session stands among groups of calls.

A session is counted on its last day, in the one group that holds it. Where groups cut it (hours,
agents, tools) none of them has its cost. By model it stands as its client itself divides it; what
was billed for a model that has no call in the log is a group of no calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_profiles.calls.sessions import SessionCost, session_hash
from tokencost_profiles.costs.dimensions import Dimension
from tokencost_profiles.costs.grouping import GroupKey
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.totals import Summary

_DAYS: Final = ("day", "week", "month", "year", "weekday")
MODEL: Final = "model"


class _Place(NamedTuple):
    """The calls of a session in one group."""

    last: float
    calls: int


def place(
    profile: Profile,
    by: Sequence[str],
    dimensions: Sequence[Dimension],
    groups: dict[GroupKey, Summary],
) -> None:
    """Give groups what their clients report that sessions cost."""
    if not profile.session_costs:
        return
    places = _places(profile, dimensions)
    for session, cost in sorted(profile.session_costs.items()):
        by_path = places.get(session, {})
        if cost.is_complete:
            _give(cost, by_path, by, groups, profile)
        else:
            _cut(by_path, groups)


def add_reported(profile: Profile, total: Summary) -> None:
    """Add what the clients of all sessions report to the sum of all groups."""
    for cost in profile.session_costs.values():
        if cost.is_complete:
            total.report(cost.cost, cost.calls)
        else:
            total.is_cut = True


def _places(profile: Profile, dimensions: Sequence[Dimension]) -> dict[str, dict[GroupKey, _Place]]:
    names: dict[str, str] = {}
    places: dict[str, dict[GroupKey, _Place]] = {}
    for key, cell in profile.cells.items():
        if key.session is None:
            continue
        session = names.get(key.session)
        if session is None:
            session = names[key.session] = session_hash(key.session)
        if session in profile.session_costs:
            path = tuple(of(key) for of in dimensions)
            known = places.setdefault(session, {}).get(path, _Place(0.0, 0))
            last = max(known.last, cell.last or 0.0)
            places[session][path] = _Place(last, known.calls + cell.calls)
    return places


def _give(
    cost: SessionCost,
    by_path: dict[GroupKey, _Place],
    by: Sequence[str],
    groups: dict[GroupKey, Summary],
    profile: Profile,
) -> None:
    last = max(by_path, key=lambda path: (by_path[path].last, str(path)), default=(None,) * len(by))
    days = [at for at, name in enumerate(by) if name in _DAYS]
    held = {path: one for path, one in by_path.items() if all(path[at] == last[at] for at in days)}
    parts: list[tuple[str | None, Decimal]] = [(None, cost.cost)]
    if MODEL in by and cost.models:
        parts = list(cost.models.items())
    at = by.index(MODEL) if MODEL in by else 0
    for model, amount in parts:
        mine = [path for path in held if model is None or path[at] == model]
        if not mine:
            path = last if model is None else (*last[:at], model, *last[at + 1 :])
            mine = [path]
            groups.setdefault(path, Summary(profile.cards))
        if len(mine) > 1:
            _cut(mine, groups)
            continue
        calls = by_path[mine[0]].calls if mine[0] in by_path else 0
        groups[mine[0]].report(amount, calls, outside=len(held) < len(by_path))


def _cut(
    paths: Sequence[GroupKey] | dict[GroupKey, _Place], groups: dict[GroupKey, Summary]
) -> None:
    for path in paths:
        groups[path].is_cut = True
