"""The sessions of a saved profile: hashed ids, first and last call, what their clients report."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

import msgspec

from tokencost_pricing.errors import InputError
from tokencost_pricing.money import ZERO, is_plausible
from tokencost_profiles.calls.sessions import SessionCost, Span
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.saved_columns import clean
from tokencost_profiles.costs.session_spans import spans_of

# UTC seconds of a call: until the year 2100.
_At = Annotated[float, msgspec.Meta(ge=0, le=4_102_444_800)]
_Count = Annotated[int, msgspec.Meta(ge=0)]


class SavedModelCost(msgspec.Struct, omit_defaults=True):
    """What a client reports that one model cost in a session."""

    model: str
    cost: Decimal
    missing: Decimal | None = None  # of it, for calls that the log does not have


class SavedReport(msgspec.Struct, omit_defaults=True):
    """What a client reports that a session cost."""

    cost: Decimal
    models: list[SavedModelCost] = []
    calls: _Count = 0  # of the session, in the profile
    complete_calls: _Count = 0  # of the session, in all that was read
    is_estimate: bool = False


class SavedSession(msgspec.Struct, omit_defaults=True):
    """A session."""

    id: str  # hashed: equal for equal sessions, and their names are not in it
    first_at: _At | None = None
    last_at: _At | None = None
    has_calls: bool = True
    report: SavedReport | None = None


def saved_sessions(profile: Profile) -> list[SavedSession]:
    """Return the sessions of a profile in the order of their ids."""
    spans, costs = spans_of(profile), profile.session_costs
    return [
        SavedSession(
            name,
            *spans.get(name, Span()),
            has_calls=name in spans,
            report=_report(costs[name]) if name in costs else None,
        )
        for name in sorted({*spans, *costs})
    ]


def _report(cost: SessionCost) -> SavedReport:
    models = [
        SavedModelCost(clean(name), cost.models.get(name, ZERO), cost.missing.get(name))
        for name in sorted({*cost.models, *cost.missing})
    ]
    return SavedReport(cost.cost, models, cost.calls, cost.complete_calls, cost.is_estimate)


def read_spans(sessions: Sequence[SavedSession]) -> dict[str, Span]:
    """Return the sessions that hold calls."""
    return {one.id: Span(one.first_at, one.last_at) for one in sessions if one.has_calls}


def read_costs(sessions: Sequence[SavedSession]) -> dict[str, SessionCost]:
    """Return what clients report of sessions. Raise `InputError` for what is no amount."""
    costs = {}
    for session in sessions:
        report = session.report
        if report is None:
            continue
        for amount in (
            report.cost,
            *(model.cost for model in report.models),
            *(model.missing for model in report.models if model.missing is not None),
        ):
            if not is_plausible(amount):
                raise InputError(f"sessions.{session.id[:40]}: '{amount}' is no amount")
        costs[session.id] = SessionCost(
            report.cost,
            {model.model: model.cost for model in report.models if model.cost},
            {model.model: model.missing for model in report.models if model.missing is not None},
            report.calls,
            report.complete_calls,
            report.is_estimate,
        )
    return costs
