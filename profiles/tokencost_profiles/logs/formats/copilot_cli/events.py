"""Event logs of Copilot CLI sessions (`events.jsonl`): totals reported when a session ends.

`session.shutdown` has the totals of each model since the session began, also where it was resumed;
the usage of a leg is the change since the one before. Other versions begin at 0 again with each
leg: then a total is smaller than the one before, or the output of the messages between shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.call import PARTIAL, SESSION, Call
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import rows, set_location
from tokencost_profiles.logs.formats.copilot_cli.text import Threads
from tokencost_profiles.providers.usage_fields.usage_format import (
    first_count,
    first_mapping,
    keys,
    number,
    remainder,
    text,
    units,
    unknown_counts,
)

PROVIDER: Final = "github-copilot"
_STARTS: Final = ("session.start", "session.resume")
_SHUTDOWN: Final = "session.shutdown"
_COUNTS: Final = (
    "inputTokens",
    "cacheReadTokens",
    "cacheWriteTokens",
    "outputTokens",
    "reasoningTokens",
)
_BILLED: Final = "nano"
_KEYS: Final = keys(f"{' '.join(_COUNTS)} copilotUsage quotaSnapshots")
_NANO: Final = -11  # a nano unit is 10^-9 credits, a credit is a cent
_FOLDER: Final = "session-state"
_ONLY_OUTPUT: Final = "a session that did not end: only its output is in the log"

Counts = dict[str, int]


def set_billed_cost(call: Call, nano: Any) -> Call:
    """Set the billed cost of a call from nano units of credits, where they are reported."""
    billed = number(nano)
    if billed is not None:
        call.cost, call.cost_basis = Decimal(billed).scaleb(_NANO), "provider"
    return call


def is_event_log(log_file: Input) -> bool:
    """Whether a file is the event log of a session."""
    for row in log_file.objects:
        data = row.get("data")
        if not isinstance(data, Mapping):
            continue
        kind = row.get("type")
        if kind in _STARTS and (
            "copilotVersion" in data or data.get("producer") == "copilot-agent"
        ):
            return True
        if kind == _SHUTDOWN and isinstance(data.get("modelMetrics"), Mapping):
            return True
        if kind == "session.usage_checkpoint" and "totalNanoAiu" in data:
            return True
        if kind == "assistant.usage" and "model" in data and "parentId" in row:
            return True
    return False


class _Session(msgspec.Struct):
    """The state of an event log so far."""

    name: str
    project: str | None = None
    branch: str | None = None
    model: str | None = None
    turn: str | None = None
    totals: dict[str, Counts] = {}  # of each model, at the last end
    legs: int = 0
    new_output: dict[str, int] = {}  # output by model since the last end
    earlier_output: int = 0  # output of the legs before
    at: float | None = None
    line: int = 0


def calls_in_events(log_file: Input, log: Log) -> Iterator[Call]:
    """Yield the calls of a session: each model's totals of each leg, or single requests.

    Totals are of the entire session: they count where its requests are not known.
    """
    session = _Session(_folder_name(log_file))
    threads = Threads() if log.text else None
    requests: list[Call] = []  # an answer may stand behind its request
    for line, row in rows(log_file, log):
        data = row.get("data") if isinstance(row, Mapping) else None
        if not isinstance(data, Mapping):
            continue
        kind = str(row.get("type"))
        at = moment(row.get("timestamp"))
        session.at, session.line = at or session.at, line
        if kind in _STARTS:
            _begin(session, data)
        elif kind == "session.model_change":
            session.model = text(data.get("newModel")) or session.model
        elif kind == "user.message" and "agentId" not in row:
            session.turn = text(row.get("id"))
        elif kind == "assistant.usage":
            call = _request(session, data, at, text(row.get("id")))
            call.thread = call.agent = text(row.get("agentId")) or call.agent
            requests.append(set_location(call, log, line))
            if threads is not None:
                threads.add_text(call)
        elif kind == "assistant.message":
            _add_output(session, data)
        elif kind == _SHUTDOWN:
            for call in _leg_calls(session, data, at):
                yield set_location(call, log, line)
        if threads is not None:
            agent = text(row.get("agentId")) or text(data.get("agentId"))
            threads.take(kind, agent, data, line)
    yield from requests
    for call in _open_leg_calls(session):
        yield set_location(call, log, session.line)


def _folder_name(log_file: Input) -> str:
    """Return the name of the folder that a session's log lies in, which is that of the session."""
    place = str(log_file.path.resolve()) if log_file.path is not None else log_file.label
    parts = place.replace("\\", "/").replace("!", "/").split("/")
    return parts[-2] if len(parts) > 2 and parts[-3] == _FOLDER else log_file.label


def _begin(session: _Session, data: Mapping[str, Any]) -> None:
    session.name = text(data.get("sessionId")) or session.name
    session.model = text(data.get("selectedModel")) or session.model
    place = first_mapping(data, "context")
    session.project = text(place.get("cwd")) or text(place.get("repository")) or session.project
    session.branch = text(place.get("branch")) or session.branch


def _request(
    session: _Session, data: Mapping[str, Any], at: float | None, event: str | None
) -> Call:
    """Return a single request. Logs on disk leave them out; those of programs may hold them."""
    counts = _counts(data)
    call = _call(session, text(data.get("model")) or session.model, at, _disjoint_usage(counts))
    call.unknown_keys = _unknown(counts)
    set_billed_cost(call, first_mapping(data, "copilotUsage").get("totalNanoAiu"))
    took = number(data.get("duration"))
    call.latency = took / 1000 if took is not None else None
    call.agent, call.turn = text(data.get("agentId")), session.turn
    name = text(data.get("apiCallId")) or text(data.get("providerCallId")) or event
    call.key = f"copilot:{session.name}:{name}" if name else None
    return call


def _add_output(session: _Session, data: Mapping[str, Any]) -> None:
    """Note the output of a message."""
    model = text(data.get("model")) or session.model or ""
    session.new_output[model] = session.new_output.get(model, 0) + (
        first_count(data, "outputTokens") or 0
    )


def _leg_calls(session: _Session, data: Mapping[str, Any], at: float | None) -> Iterator[Call]:
    """Yield what each model used since the session was begun or resumed."""
    totals: dict[str, Counts] = {}
    for model, metrics in first_mapping(data, "modelMetrics").items():
        totals[str(model)] = _counts(first_mapping(metrics, "usage"))
        nano = first_count(metrics, "totalNanoAiu")
        if nano is None and len(first_mapping(data, "modelMetrics")) == 1:
            nano = first_count(data, "totalNanoAiu")
        if nano is not None:
            totals[str(model)][_BILLED] = nano
    if not totals:
        return  # nothing was asked, or the leg's numbers are lost: the next end may have them
    known = {} if _begins_anew(session, totals) else session.totals
    session.legs += 1
    for model, counts in totals.items():
        before = known.get(model, {})
        change = {name: max(0, count - before.get(name, 0)) for name, count in counts.items()}
        if not any(change.get(name) for name in _COUNTS):
            continue
        call = _call(session, model, at, _disjoint_usage(change), SESSION)
        call.key = f"copilot:{session.name}:{model}:{session.legs}"
        call.unknown_keys = _unknown(change)
        yield set_billed_cost(call, change.get(_BILLED))
    session.totals = {**known, **totals}
    session.earlier_output += sum(session.new_output.values())
    session.new_output = {}


def _begins_anew(session: _Session, totals: dict[str, Counts]) -> bool:
    """Whether the totals at an end count from the last end, and not from the beginning."""
    for model, before in session.totals.items():
        now = totals.get(model)
        if now is None or any(now.get(name, 0) < before.get(name, 0) for name in _COUNTS):
            return True
    new_output = sum(session.new_output.values())
    if not session.totals or not new_output or not session.earlier_output:
        return False
    output = sum(counts.get("outputTokens", 0) for counts in totals.values())
    return abs(output - new_output) < abs(output - new_output - session.earlier_output)


def _open_leg_calls(session: _Session) -> Iterator[Call]:
    """Yield the output after the last end, whose input no event reports."""
    for model, count in session.new_output.items():
        usage = {"output": count} if count else {}
        call = _call(session, model or None, session.at, usage, SESSION)
        call.key = f"copilot:{session.name}:{model}:open"
        call.usage_source, call.warnings = PARTIAL, (_ONLY_OUTPUT,) if count else ()
        yield call


def _call(
    session: _Session,
    model: str | None,
    at: float | None,
    usage: dict[str, int],
    scope: str = "call",
) -> Call:
    return Call(
        provider=PROVIDER,
        model=model,
        at=at,
        session=session.name,
        project=session.project,
        branch=session.branch,
        usage=usage or None,
        scope=scope,
    )


def _counts(usage: Mapping[str, Any]) -> Counts:
    """Return the counts of a usage object, with those under unknown keys."""
    counts = {name: count for name in _COUNTS if (count := first_count(usage, name)) is not None}
    return {**counts, **(unknown_counts(usage, _KEYS) or {})}


def _unknown(counts: Counts) -> Counts | None:
    return {
        name: count
        for name, count in counts.items()
        if count and name not in _COUNTS and name != _BILLED
    } or None


def _disjoint_usage(counts: Counts) -> dict[str, int]:
    """Return disjoint units: the input holds what was read and written, the output reasoning."""
    read, written = counts.get("cacheReadTokens"), counts.get("cacheWriteTokens")
    reasoning = counts.get("reasoningTokens")
    return units(
        input=remainder(counts.get("inputTokens"), read, written),
        cache_read=read,
        cache_write_other=written,
        output=remainder(counts.get("outputTokens"), reasoning),
        reasoning=reasoning,
    )
