"""ATIF, the trajectory format of Harbor and others: steps with metrics, subagents inside.

A trajectory's final metrics may include subagents and continued files besides its steps, so they
are read only where no step has metrics.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import DERIVED, SESSION, Call, Record
from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.identity import is_strong
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.chat_parts import message_parts
from tokencost_profiles.logs.common.log_format import Reader, rows, set_location
from tokencost_profiles.logs.common.model_names import split_provider
from tokencost_profiles.logs.common.text_calls import digest, text_calls
from tokencost_profiles.logs.formats.atif.metrics import (
    metrics_reading,
    step_metrics,
    total_metrics,
)
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageReading,
    first_count,
    first_mapping,
    text,
)

_VERSION: Final = "ATIF-v"
_DEEPEST: Final = 8  # subagents of subagents
_RESPONSE_IDS: Final = ("response_id", "message_id", "llm_response_id")
_PROVIDER_IDS: Final = ("msg_", "chatcmpl-", "resp_", "gen-")
_ROLES: Final = {"agent": "assistant", "user": "user", "system": "system"}


def _recognises(log_file: Input) -> bool:
    if log_file.is_document:
        return log_file.has("schema_version") and f'"{_VERSION}' in log_file.text
    return any(_is_trajectory(row) for row in log_file.objects)


def _is_trajectory(value: Any) -> bool:
    version = value.get("schema_version") if isinstance(value, Mapping) else None
    return isinstance(version, str) and version.startswith(_VERSION)


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    if not log_file.is_document:
        for number, row in rows(log_file, log):
            for trajectory in _trajectories(row):
                yield from _calls(trajectory, number, log)
        return
    log.row()
    for trajectory in _trajectories(log_file.document):
        yield from _calls(trajectory, 1, log)


def _trajectories(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the trajectories of a row: itself, or one level down."""
    if _is_trajectory(value):
        yield value
        return
    inside = (
        value
        if isinstance(value, list)
        else [*value.values()]
        if isinstance(value, Mapping)
        else []
    )
    yield from (item for item in inside if _is_trajectory(item))


def _calls(
    trajectory: Mapping[str, Any], line: int, log: Log, above: str | None = None, depth: int = 0
) -> Iterator[Call]:
    """Yield the calls of a trajectory and of the subagents inside it."""
    steps = trajectory.get("steps")
    steps = [s for s in (steps if isinstance(steps, list) else ()) if isinstance(s, Mapping)]
    agent, final = first_mapping(trajectory, "agent"), first_mapping(trajectory, "final_metrics")
    stated_id = text(trajectory.get("session_id")) or above or text(trajectory.get("trajectory_id"))
    session = stated_id or f"atif:{digest(agent, steps)}"
    subagents = trajectory.get("subagent_trajectories")
    inside = subagents if depth < _DEEPEST and isinstance(subagents, list) else []
    named_calls = list(_step_calls(steps, final, agent, log))
    if not named_calls:
        named_calls = list(_trajectory_calls(final, steps, agent, log, beside=bool(inside)))
    elif not inside:
        _compare(named_calls[-1][1], list(dict(named_calls).values()), final)
    named = text(trajectory.get("trajectory_id")) or ""
    for name, call in named_calls:
        call.session, call.agent = session, text(agent.get("name"))
        if depth and session == above:
            call.thread = named or digest(agent, steps)
        elif depth:
            call.started_by = above
        call.key = call.key or f"atif:{session}:{named}:{name}"
        yield set_location(call, log, line)
    for subagent in inside:
        if isinstance(subagent, Mapping):
            yield from _calls(subagent, line, log, session, depth + 1)


def _step_calls(
    steps: list[Mapping[str, Any]], final: Mapping[str, Any], agent: Mapping[str, Any], log: Log
) -> Iterator[tuple[str, Call]]:
    before: list[Part] = []
    for step, metrics in zip(steps, step_metrics(steps, final), strict=True):
        # Steps that a continued trajectory begins with were billed in the one before it.
        copied = step.get("is_copied_context") is True
        reading = None if copied else metrics_reading(metrics)
        if reading is not None:
            call = _call(step, reading, agent)
            if metrics.get(DERIVED):
                call.usage_source = DERIVED
            if log.text:
                call.parts = ThreadParts(before)
                call.answer = tuple(message_parts(_message(step)))
            yield _name(step, reading), call
        if log.text:
            before += message_parts(_message(step))
            before += [part for result in _results(step) for part in message_parts(result)]


def _compare(last: Call, calls: list[Call], final: Mapping[str, Any]) -> None:
    """Note tokens of the trajectory's sum that are in no step: those of subagents' files."""
    reading = metrics_reading(total_metrics(final))
    total = sum(reading.usage.values()) if reading is not None else 0
    excess = total - sum(sum((call.usage or {}).values()) for call in calls)
    if excess > 0:
        note = f"the sum of the trajectory has {excess:,} tokens more: of files beside it"
        last.warnings = (*last.warnings, note)


def _call(step: Mapping[str, Any], reading: UsageReading, agent: Mapping[str, Any]) -> Call:
    provider, model = _model(step, agent)
    count = first_count(step, "llm_call_count")
    note = (f"{count} requests reported as one",) if count is not None and count > 1 else ()
    call = Call(
        provider=provider, model=model, at=moment(step.get("timestamp")), tools=_tools(step)
    )
    reading.apply_to(call)
    call.usage = reading.usage or None
    call.warnings += note
    for place in (first_mapping(step, "metrics", "extra"), first_mapping(step, "extra")):
        for key in _RESPONSE_IDS:
            name = text(place.get(key)) or text(first_mapping(place, "extra").get(key))
            if name and is_strong(name) and name.startswith(_PROVIDER_IDS):
                call.response_id, call.key = name, f"id:{name}"
    return call


def _model(step: Mapping[str, Any], agent: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the provider and the model of a step; the agent's model name may have the provider."""
    provider, model = split_provider(text(step.get("model_name")))
    usual, usual_model = split_provider(text(agent.get("model_name")))
    if model is None or model == usual_model:
        return provider or usual, model or usual_model
    return provider, model


def _name(step: Mapping[str, Any], reading: UsageReading) -> str:
    """Return a key for a step. Steps of one moment with one usage are one call."""
    moment_ = step.get("timestamp")
    place = "" if text(moment_) else step.get("step_id")
    return digest(moment_, reading.usage, str(reading.cost), place)


def _trajectory_calls(
    final: Mapping[str, Any],
    steps: list[Mapping[str, Any]],
    agent: Mapping[str, Any],
    log: Log,
    *,
    beside: bool,
) -> Iterator[tuple[str, Call]]:
    """Yield the sum of a trajectory whose steps have no metrics, or calls counted from its text."""
    reading = metrics_reading(total_metrics(final))
    if reading is not None and not beside:
        moments = [step["timestamp"] for step in steps if text(step.get("timestamp"))]
        call = _call({"timestamp": moments[-1] if moments else None}, reading, agent)
        call.scope = SESSION
        yield "sum", call
        return
    messages: list[Any] = []
    for step in steps:
        deterministic = step.get("llm_call_count") == 0 or step.get("is_copied_context") is True
        messages += ({**_message(step), "is_demo": deterministic}, *_results(step))
    for at, call in text_calls(messages, _model({}, agent)[1], log):
        call.provider = _model({}, agent)[0]
        yield f"text:{at}", call


def _message(step: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step as a chat message."""
    return {
        "role": _ROLES.get(str(step.get("source")), "user"),
        "content": step.get("message"),
        "reasoning_content": step.get("reasoning_content"),
        "tool_calls": step.get("tool_calls"),
    }


def _results(step: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tool results of a step, as chat messages."""
    results = first_mapping(step, "observation").get("results")
    return [
        {
            "role": "tool",
            "content": result.get("content"),
            "tool_call_id": result.get("source_call_id"),
        }
        for result in (results if isinstance(results, list) else ())
        if isinstance(result, Mapping)
    ]


def _tools(step: Mapping[str, Any]) -> tuple[str, ...]:
    calls = step.get("tool_calls")
    names = [
        str(call.get("function_name") or "")
        for call in (calls if isinstance(calls, list) else ())
        if isinstance(call, Mapping)
    ]
    return tuple(dict.fromkeys(name for name in names if name))


READER: Final = Reader(
    "atif",
    "ATIF trajectories (Harbor)",
    ("usage", "cost", "time", "session", "agent", "tools", "text"),
    _recognises,
    _read,
    order=65,
    where="<trial>/agent/trajectory*.json",
)
