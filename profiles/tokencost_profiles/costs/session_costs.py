"""What clients report that sessions cost: which reports are taken, and what the log lacks.

Such a figure is never split: it is none of a call's, and no part of a session has it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.money import ZERO, add, complete_total, subtract
from tokencost_profiles.calls.call import Call, ModelCost, SessionReport
from tokencost_profiles.calls.sessions import SessionCost, session_hash
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.percentiles import cost_of

# Units that a report distinguishes; the lifetimes of what was written are not.
_KINDS: Final = {
    "cache_write_5m": "cache_write_other",
    "cache_write_1h": "cache_write_other",
    "reasoning": "output",
}
_HOST: Final = re.compile(r"^.*/|^(?:[a-z-]+\.)*anthropic\.")
_VERSION: Final = re.compile(r"\[[^]]*\]$|-v\d+(?::\d+)?$|[-@]\d{8}$|-latest$")


class Judged(NamedTuple):
    """The sessions whose report is taken, and why others are not."""

    sessions: dict[str, SessionCost]
    calls: dict[str, list[Call]]  # of them
    refused: dict[str, tuple[str, ...]]  # session -> models that its report leaves out
    overlapping: tuple[str, ...] = ()  # sessions whose report holds calls of another's report
    later_calls: int = 0  # that came after the report of their session

    def of(self, calls: Iterable[Call], *, every: bool) -> dict[str, SessionCost]:
        """Return the costs of the sessions that calls belong to, by hashed id.

        `every`: these are all calls that were read, so that sessions that have none are of them.
        """
        here = {id(call) for call in calls}
        costs = {}
        for session, cost in self.sessions.items():
            number = sum(id(call) in here for call in self.calls[session])
            if number or (every and not cost.complete_calls):
                costs[session_hash(session)] = cost.with_calls(number)
        return costs


class _Known(NamedTuple):
    """The calls of a session, and how their models are called in its report."""

    report: SessionReport
    calls: list[Call]
    names: dict[str, str]  # of a model of the calls -> that of the report


def judge(reports: Mapping[str, SessionReport], calls: Iterable[Call], pricer: Pricer) -> Judged:
    """Hold the reports of sessions against their calls, all of them, whatever is asked for."""
    if not reports:
        return Judged({}, {}, {})
    known = _known(reports, calls)
    refused = {}
    for session, one in list(known.items()):
        models = {str(call.model) for call in one.calls if call.usage is not None}
        if one.report.models is not None and (left_out := models - one.names.keys()):
            refused[session] = tuple(sorted(left_out))
            del known[session]
    overlapping = _overlapping(known)
    sessions = {
        session: _cost(one, pricer) for session, one in known.items() if session not in overlapping
    }
    later = sum(_later(known[session]) for session in sessions)
    calls_of = {session: known[session].calls for session in sessions}
    return Judged(sessions, calls_of, refused, tuple(sorted(overlapping)), later)


def _known(reports: Mapping[str, SessionReport], calls: Iterable[Call]) -> dict[str, _Known]:
    by_session: dict[str, list[Call]] = {session: [] for session in reports}
    for call in calls:
        for session in call.sessions or (call.session,):
            if session in by_session:
                by_session[session].append(call)
    known = {}
    for session, of_session in by_session.items():
        names = _names(reports[session], of_session)
        if not _covers(reports[session], of_session, names):  # copied calls may be no part of it
            alone = [call for call in of_session if not call.sessions]
            of_session = alone if alone and len(alone) < len(of_session) else of_session
        known[session] = _Known(reports[session], of_session, names)
    return known


def _names(report: SessionReport, calls: Sequence[Call]) -> dict[str, str]:
    models_reported = {bare(one.model): one.model for one in report.models or ()}
    models = {call.model for call in calls if call.model is not None}
    return {
        model: models_reported[bare(model)] for model in models if bare(model) in models_reported
    }


def bare(model: str) -> str:
    """Return the name of a model minus its host, date, version and window."""
    name = _HOST.sub("", model.lower())
    while (shorter := _VERSION.sub("", name)) != name:
        name = shorter
    return name


def _covers(report: SessionReport, calls: Sequence[Call], names: Mapping[str, str]) -> bool:
    """Whether a report counts at least the output of these calls, model by model."""
    if report.models is None:
        return True
    reported = {one.model: _kinds(one.usage) for one in report.models or ()}
    logged = _logged(calls, names)
    return all(
        usage.get("output", 0) <= reported.get(model, {}).get("output", 0)
        for model, usage in logged.items()
    )


def _logged(calls: Iterable[Call], names: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Return the usage of calls by the model of the report."""
    usages: dict[str, dict[str, int]] = defaultdict(dict)
    for call in calls:
        sums = usages[names.get(str(call.model), str(call.model))]
        for unit, count in _kinds(call.usage or {}).items():
            sums[unit] = sums.get(unit, 0) + count
    return usages


def _kinds(usage: Mapping[str, int]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for unit, count in usage.items():
        kind = _KINDS.get(unit, unit)
        sums[kind] = sums.get(kind, 0) + count
    return sums


def _overlapping(known: Mapping[str, _Known]) -> set[str]:
    """Return the sessions whose calls stand in a larger report too: a resumed one goes on."""
    claimed: set[int] = set()
    sessions = set()
    for session, one in sorted(known.items(), key=lambda item: (-item[1].report.cost, item[0])):
        shared = {id(call) for call in one.calls if call.sessions}
        if shared & claimed:
            sessions.add(session)
        else:
            claimed |= shared
    return sessions


def _later(one: _Known) -> int:
    """Return how many calls of the report's file stand below it."""
    report = one.report
    return sum(
        call.file == report.file and (call.line or 0) > (report.line or 0) for call in one.calls
    )


def _cost(one: _Known, pricer: Pricer) -> SessionCost:
    provider = next((call.provider for call in one.calls if call.provider), None)
    ids = {reported: _id(model, provider, pricer) for model, reported in one.names.items()}
    models: dict[str, Decimal] = {}
    missing: dict[str, Decimal] = {}
    for reported in one.report.models or ():
        name = ids.get(reported.model) or _id(reported.model, provider, pricer)
        if reported.cost is not None:
            models[name] = add(models.get(name, ZERO), reported.cost)
            calls = [c for c in one.calls if one.names.get(str(c.model)) == reported.model]
            if lacking := _missing(reported, calls, pricer):
                missing[name] = add(missing.get(name, ZERO), lacking)
    summed = ZERO
    for cost in models.values():
        summed = add(summed, cost)
    if abs(subtract(summed, one.report.cost)) > one.report.cost / 1000:
        models = {}  # the report is not the sum of its models: it stays one figure
    number = len(one.calls)
    return SessionCost(
        one.report.cost, models, missing, number, number, is_estimate=one.report.is_estimate
    )


def _id(model: str, provider: str | None, pricer: Pricer) -> str:
    for billed_by in (provider, None):
        rated = pricer.rate(Call(model=model, provider=billed_by, usage={}))
        if rated.card.unpriced is None and rated.model:
            return rated.model
    return model


def _missing(reported: ModelCost, calls: Sequence[Call], pricer: Pricer) -> Decimal | None:
    """Return what was billed for a model and is in no call: None where nothing is."""
    cost = reported.cost or ZERO
    if not calls:
        return cost or None
    logged: dict[str, int] = {}
    for call in calls:
        for unit, count in _kinds(call.usage or {}).items():
            logged[unit] = logged.get(unit, 0) + count
    if all(count <= logged.get(unit, 0) for unit, count in _kinds(reported.usage).items()):
        return None
    known = complete_total(cost_of(call, pricer) for call in calls)
    if known is None:
        return None
    rest = subtract(cost, known)
    return rest if rest > cost / 1000 else None
