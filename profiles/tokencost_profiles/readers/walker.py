"""The last reader: JSON of no known form that holds usage objects. What it tells is a guess.

Every usage object is a call; model, time, names and money are those that stand nearest around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls import GUESSED, SESSION, Call, Record
from tokencost_profiles.inputs import Input
from tokencost_profiles.meters.base import inner, text
from tokencost_profiles.readers._logged_cost import cost_in
from tokencost_profiles.readers._model_names import provider_named, served
from tokencost_profiles.readers._text_calls import digest
from tokencost_profiles.readers._walk import Found, walk
from tokencost_profiles.readers._walk_rows import Snapshots, without_chunks
from tokencost_profiles.readers.base import Log, Reader, placed, rows
from tokencost_profiles.responses.base import is_strong, moment

_WARNING: Final = "read by guess: no known format"
_RUNNING: Final = "a running sum, of which only the last state counts"
_MODELS: Final = (
    "model", "model_name", "modelName", "model_id", "modelId", "modelID", "modelVersion",
    "response_model", "request_model", "llm_model", "model_slug", "deployment", "engine", "llm",
)  # fmt: skip
_TIMES: Final = (
    "timestamp", "@timestamp", "created_at", "createdAt", "time", "ts", "datetime", "date",
    "start_time", "startTime", "started_at", "startedAt", "created", "end_time", "endTime",
    "completed_at", "completedAt", "finished_at", "updated_at",
)  # fmt: skip
_SESSIONS: Final = (
    "session_id", "sessionId", "sessionID", "session", "conversation_id", "conversationId",
    "thread_id", "threadId", "chat_id", "run_id", "runId",
)  # fmt: skip
_TRACES: Final = ("trace_id", "traceId", "traceID")
_USERS: Final = ("user_id", "userId", "user", "end_user", "user_email", "username")
_PROJECTS: Final = ("project", "project_name", "project_id", "projectId", "cwd", "workspace")
_PROVIDERS: Final = ("provider", "provider_name", "providerID", "vendor", "custom_llm_provider")
_AGENTS: Final = ("agent", "agent_name", "agentName")
_IDS: Final = ("response_id", "responseId", "id", "message_id", "generation_id", "request_id")
_ANSWERS: Final = ("chatcmpl-", "msg_", "resp_", "gen-", "cmpl-")
_BESIDE: Final = 3  # levels below an object in which a model may stand
_FAMILY: Final = re.compile(
    r"(?i)^(?:[\w.-]+/)*(?:gpt|o[134]\b|claude|gemini|llama|mi[sx]tral|grok|deepseek|qwen|command|"
    r"nova|kimi|glm|text-embedding|codex|sonar|phi|gemma)"
)


def _recognises(log_file: Input) -> bool:
    if not log_file.is_document:
        return any(walk(row) for row in log_file.rows)
    try:
        return bool(walk(log_file.document))
    except InputError:
        return False


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    snapshots = Snapshots(log.audit)
    if log_file.is_document:
        log.row()
        usages = walk(log_file.document)
        told = snapshots.without(without_chunks(((1, [one]) for one in usages), log.audit))
        yield from _of_row([one for _, found in told for one in found], 1, log)
    else:
        found_rows = ((number, walk(row)) for number, row in rows(log_file, log))
        told = without_chunks(((number, found) for number, found in found_rows if found), log.audit)
        yield from _of_rows(snapshots.without(told), log)
    for number, one in snapshots.last():
        for call in _of_row([one], number, log):
            call.scope, call.key = SESSION, f"{log.shown}:{number}:running"
            call.warnings += (_RUNNING,)
            yield call


def _of_rows(told: Iterable[tuple[int, list[Found]]], log: Log) -> Iterator[Call]:
    """Yield the calls of rows without the last one, where that sums up all before it."""
    sums: dict[str, int] = {}
    calls, held = 0, None
    for number, found in told:
        if held is not None:
            yield from _of_row(*held, log)
        held = (found, number) if calls > 1 and _sum(found) == sums else None
        if held is None:
            yield from _of_row(found, number, log)
        calls += len(found)
        for unit, count in _sum(found).items():
            sums[unit] = sums.get(unit, 0) + count
    log.audit.rolled_up += held is not None


def _sum(found: list[Found]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in found:
        for unit, count in one.metered.usage.items():
            sums[unit] = sums.get(unit, 0) + count
    return sums


def _of_row(found: list[Found], number: int, log: Log) -> Iterator[Call]:
    for at, one in enumerate(found):
        call = _call(one)
        call.key = _key(call, one) or (f"{log.shown}:{number}#{at}" if at else None)
        yield placed(call, log, number)


def _call(found: Found) -> Call:
    metered, around = found.metered, found.above
    provider, model = served(_model(around))
    call = Call(
        usage_source=GUESSED, warnings=(_WARNING, *((found.note,) if found.note else ())),
        provider=provider_named(_nearest(around, _PROVIDERS)) or provider, model=model,
        session=_nearest(around, _SESSIONS), trace=_nearest(around, _TRACES),
        user=_nearest(around, _USERS), project=_nearest(around, _PROJECTS),
        agent=_nearest(around, _AGENTS),
    )  # fmt: skip
    metered.apply_to(call)
    call.at = next(
        (at for _, value in reversed(around) for key in _TIMES if (at := moment(value.get(key)))),
        None,
    )
    if call.cost is None and found.note is None:
        call.cost = _cost(around)
        call.cost_basis = "client" if call.cost is not None else None
    return call


def _nearest(
    around: tuple[tuple[str, Mapping[str, Any]], ...], keys: tuple[str, ...]
) -> str | None:
    """Return the first text under some keys, in the nearest object around that has one."""
    for _, value in reversed(around):
        for key in keys:
            found = value.get(key)
            if isinstance(found, (str, int)) and not isinstance(found, bool) and found != "":
                return str(found)
    return None


def _model(around: tuple[tuple[str, Mapping[str, Any]], ...]) -> str | None:
    """Return the nearest model: named by a key, or itself the key of the usage."""
    for key, value in reversed(around):
        named = _model_in(value)
        if named:
            return named
        if _FAMILY.match(key):
            return str(key)
    for _, value in reversed(around[-2:]):
        beside = set(_models_below(value, _BESIDE))
        if len(beside) == 1:
            return beside.pop()
    return None


def _model_in(value: Mapping[str, Any]) -> str | None:
    for name in _MODELS:
        held = inner(value, name)
        named = text(value.get(name)) or text(held.get("id")) or text(held.get("name"))
        if named:
            return named
    return None


def _models_below(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Yield the models that stand beside the usage, inside other objects."""
    for inside in value.values():
        if isinstance(inside, Mapping) and depth:
            named = _model_in(inside)
            if named:
                yield named
            yield from _models_below(inside, depth - 1)


def _cost(around: tuple[tuple[str, Mapping[str, Any]], ...]) -> Any:
    """Return the money told in the object itself or in its nearest one around."""
    for _, value in reversed(around[-2:]):
        cost = cost_in(value)
        if cost is not None:
            return cost
        if any(isinstance(inside, list) for inside in value.values()):
            return None  # what stands further out is of the whole list
    return None


def _key(call: Call, found: Found) -> str | None:
    """Name a call by the id beside its usage: alone where it is a provider's, else with more."""
    for _, value in reversed(found.above[-2:]):
        for key in _IDS:
            name = text(value.get(key))
            if name and is_strong(name) and name.startswith(_ANSWERS):
                call.response_id = name
                return f"id:{name}" if found.note is None else None
    name = text(found.above[-1][1].get("id"))
    return f"walker:{name}:{digest(call.usage, call.at, call.model)}" if name else None


READER: Final = Reader(
    "walker",
    "any other JSON or JSON lines with usage objects (a guess)",
    ("usage", "time", "session", "user", "cost"),
    _recognises,
    _read,
    order=900,
    where="anything else",
)
