"""Which sessions a profile was made from: an id that does not tell the name, first and last call.

Profiles that are added up must not hold one session twice. A saved profile keeps these spans, so
that it can be told without the names of sessions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from math import inf
from typing import Any

import msgspec

from tokencost_pricing.errors import UsageError
from tokencost_pricing.money import ZERO, plain
from tokencost_profiles.calls.sessions import SessionCost, Span, session_hash
from tokencost_profiles.calls.times import moment
from tokencost_profiles.costs.profile import Profile


def spans_of(profile: Profile) -> dict[str, Span]:
    """Return the sessions of a profile by their hashed ids."""
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    for key, cell in profile.cells.items():
        if key.session is not None:
            at = -inf if cell.first is None else cell.first
            first[key.session] = min(first.get(key.session, inf), at)
            at = inf if cell.last is None else cell.last
            last[key.session] = max(last.get(key.session, -inf), at)
    found = dict(profile.spans)
    for session, at in first.items():
        name = session_hash(session)
        found[name] = Span(_known(at), _known(last[session]))
    return found


def _known(at: float) -> float | None:
    return None if at in (inf, -inf) else at


def added(parts: Sequence[tuple[str, Profile]]) -> Profile:
    """Return profiles added up, each with what it is called.

    Raise `UsageError` where two of them hold calls of one session from the same time: they would
    count twice. A session that goes on where another profile of it ends is no such one.
    """
    whole = Profile()
    known: list[tuple[str, dict[str, Span]]] = []
    for name, part in parts:
        spans = spans_of(part)
        for earlier, others in known:
            common = sum(
                span.overlaps(others[session])
                for session, span in spans.items()
                if session in others
            )
            if common:
                sessions = "1 session is" if common == 1 else f"{common:,} sessions are"
                raise UsageError(
                    f"{sessions} in {name} and in {earlier}, and would count twice: leave one out"
                )
        known.append((name, spans))
        whole = whole.combine(part)
    return whole


def without_session(parts: Sequence[tuple[str, Profile]]) -> list[str]:
    """Return the names of profiles that hold calls of no session: these cannot be told apart."""
    return [name for name, part in parts if any(key.session is None for key in part.cells)]


class SavedModelCost(msgspec.Struct):
    """What a client says that one model cost in a session."""

    model: str
    cost: Decimal
    missing: Decimal | None = None


class SavedSession(msgspec.Struct):
    """A session as a saved profile writes it."""

    id: str
    first_at: str | None = None
    last_at: str | None = None
    cost_reported: Decimal | None = None
    models: list[SavedModelCost] = []
    calls: int = 0
    complete_calls: int = 0
    is_estimate: bool = False


def document(profile: Profile) -> list[dict[str, Any]]:
    """Return the sessions of a profile for a document, in the order of their ids."""
    spans, costs = spans_of(profile), profile.session_costs
    return [
        {
            "id": name,
            "first_at": _written(spans.get(name, Span()).first_at),
            "last_at": _written(spans.get(name, Span()).last_at),
            **(_cost(costs[name]) if name in costs else {}),
        }
        for name in sorted({*spans, *costs})
    ]


def _cost(cost: SessionCost) -> dict[str, Any]:
    names = {**cost.models, **cost.missing}
    return {
        "cost_reported": plain(cost.cost),
        "models": [
            {
                "model": name,
                "cost": plain(cost.models.get(name, ZERO)),
                "missing": plain(cost.missing[name]) if name in cost.missing else None,
            }
            for name in sorted(names)
        ],
        "calls": cost.calls,
        "whole_calls": cost.complete_calls,
        "is_estimate": cost.is_estimate,
    }


def read(sessions: Sequence[SavedSession]) -> dict[str, Span]:
    """Return the sessions of a document that hold calls."""
    return {
        one.id: Span(moment(one.first_at), moment(one.last_at))
        for one in sessions
        if one.cost_reported is None or one.calls
    }


def costs(sessions: Sequence[SavedSession]) -> dict[str, SessionCost]:
    """Return what the clients of a document's sessions say that these cost."""
    return {
        one.id: SessionCost(
            one.cost_reported,
            {model.model: model.cost for model in one.models if model.cost},
            {model.model: model.missing for model in one.models if model.missing is not None},
            one.calls,
            one.complete_calls,
            one.is_estimate,
        )
        for one in sessions
        if one.cost_reported is not None
    }


def amounts(session: SavedSession) -> list[Decimal]:
    """Return every sum of money that a document says of a session."""
    found = [
        session.cost_reported,
        *(model.cost for model in session.models),
        *(model.missing for model in session.models),
    ]
    return [value for value in found if value is not None]


def _written(at: float | None) -> str | None:
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
