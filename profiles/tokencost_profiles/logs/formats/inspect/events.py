"""The model events of Inspect samples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from tokencost_profiles.calls.call import ABORTED, CACHED, ERROR, OK, Call
from tokencost_profiles.calls.times import moment
from tokencost_profiles.logs.common.model_names import split_provider
from tokencost_profiles.providers import responses
from tokencost_profiles.providers.usage.inspect import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageReading,
    first_count,
    first_mapping,
    text,
)

_CLOUDS: Final = ("azure", "bedrock", "vertex")


def events_of(sample: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the model events of a sample, those of attempts that failed included."""
    yield from _model_events(sample.get("events"))
    yield from _model_events(first_mapping(sample, "transcript").get("events"))  # in the first logs
    attempts = sample.get("error_retries")
    for attempt in attempts if isinstance(attempts, list) else ():
        yield from _model_events(first_mapping({"attempt": attempt}, "attempt").get("events"))


def _model_events(events: Any) -> Iterator[Mapping[str, Any]]:
    waiting = list(reversed(events)) if isinstance(events, list) else []
    while waiting:
        event = waiting.pop()
        if not isinstance(event, Mapping):
            continue
        if event.get("event") == "model":
            yield event
        inside = event.get("events")  # older logs: events of subtasks and tools inside
        if isinstance(inside, list):
            waiting += reversed(inside)


class Agent(NamedTuple):
    """The agent of a span. `thread`: its span, where it was started by a tool of another agent."""

    name: str | None = None
    thread: str | None = None
    in_tool: bool = False


def agents_of(events: Any) -> dict[str, Agent]:
    """Return the agent of each span: the nearest one around it."""
    agents: dict[str, Agent] = {}
    for event in events if isinstance(events, list) else ():
        if not isinstance(event, Mapping) or event.get("event") != "span_begin":
            continue
        span, agent = str(event.get("id")), agents.get(str(event.get("parent_id")), Agent())
        if event.get("type") == "agent" and (name := text(event.get("name"))):
            agent = Agent(name, span if agent.in_tool else agent.thread)
        elif event.get("type") == "tool":
            agent = agent._replace(in_tool=True)
        agents[span] = agent
    return agents


def calls_of(event: Mapping[str, Any], *, batch: bool = False) -> list[Call]:
    """Return the call of a model event, or the passes of one that was billed in several.

    The provider's answer, where it was recorded, has more than Inspect's counts: lifetimes of
    cached tokens, tiers, searches.
    """
    output = first_mapping(event, "output")
    provider, model = split_provider(text(event.get("model")), prefixed=True)
    cached = event.get("cache") == "read"
    raw = None if cached else first_mapping(event, "call").get("response")
    calls = (responses.read(raw) if isinstance(raw, dict) else []) or [Call()]
    _apply_reading(calls, usage_reading(output.get("usage"), provider))
    for call in calls:
        call.provider = call.provider if call.provider in _CLOUDS else provider or call.provider
        call.model = call.model or text(output.get("model")) or model
        call.at = moment(event.get("timestamp")) or moment(event.get("completed"))
        call.latency = _latency(event, output)
        call.max_output = first_count(first_mapping(event, "config"), "max_tokens")
        call.batch = call.batch or batch or bool(first_mapping(event, "config").get("batch"))
        call.status = _status(event, call, cached)
        call.tools = call.tools or tuple(dict.fromkeys(_tools(output)))
        call.final = True
    return calls


def usage_reading(usage: Any, provider: str | None) -> UsageReading | None:
    """Return the reading of Inspect's usage object, or None where it has no counts."""
    reading = USAGE_FORMAT.read(usage, provider) if isinstance(usage, dict) else None
    return reading if reading is not None and reading.usage else None


def _apply_reading(calls: list[Call], reading: UsageReading | None) -> None:
    """Set Inspect's counts where the provider's are missing, and its cost."""
    if reading is None:
        return
    call = calls[0]
    if call.usage is None:
        reading.apply_to(call)
    elif call.cost is None:
        call.cost, call.cost_basis = reading.cost, reading.cost_basis


def _latency(event: Mapping[str, Any], output: Mapping[str, Any]) -> float | None:
    for value in (event.get("working_time"), output.get("time")):
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e7:
            return float(value)
    return None


def _status(event: Mapping[str, Any], call: Call, cached: bool) -> str:
    if cached:
        return CACHED
    if event.get("pending"):
        return ABORTED  # the log was written while it ran
    return ERROR if text(event.get("error")) and call.usage is None else OK


def _tools(output: Mapping[str, Any]) -> Iterator[str]:
    choices = output.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        tool_calls = first_mapping(choice, "message").get("tool_calls")
        for tool_call in tool_calls if isinstance(tool_calls, list) else ():
            if isinstance(tool_call, Mapping) and text(tool_call.get("function")):
                yield str(tool_call["function"])
