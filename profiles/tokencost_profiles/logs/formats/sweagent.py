"""SWE-agent trajectories (`.traj`): the usage of a run, and its text.

Usage is reported only for the run. A replay reports none: its answers are counted from their text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import RUN, Call, Record
from tokencost_profiles.files.log_file import Input, lenient_json
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.chat_parts import parts_of
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.model_names import split_provider
from tokencost_profiles.logs.common.text_calls import digest, text_calls
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_count,
    first_mapping,
    text,
    units,
)


def _recognises(log_file: Input) -> bool:
    if not log_file.is_document or not log_file.head.lstrip().startswith(b"{"):
        return False
    if not (log_file.has("trajectory") or log_file.has("attempts")):
        return False
    # A long trajectory stands before the rest: only then is the entire file parsed.
    if log_file.has("history", "role") and log_file.has("model_stats"):
        return True
    if not log_file.has("action", "observation") or log_file.has("schema_version"):
        return False
    document = log_file.document
    return isinstance(document, dict) and "model_stats" in first_mapping(document, "info")


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    document = log_file.document
    log.row()
    if not isinstance(document, dict):
        return
    info = first_mapping(document, "info")
    stats, setup = first_mapping(info, "model_stats"), _setup(document)
    provider, model = split_provider(_model(document, info, setup))
    name = digest(stats, info.get("submission"), document.get("trajectory"))
    tags = _tags(document, info, setup, stats)
    messages = _messages(document)
    usage = units(
        input=first_count(stats, "tokens_sent"), output=first_count(stats, "tokens_received")
    )
    calls: Iterator[tuple[int | None, Call]]
    if any(usage.values()):
        calls = iter([(None, Call(model=model, usage=usage, scope=RUN))])
    else:
        calls = text_calls(messages, model, log)
    cost = amount(stats.get("instance_cost"))
    for at, call in calls:
        call.provider, call.session, call.tags = provider, name, tags
        call.key = f"sweagent:{name}:{'run' if at is None else at}"
        call.agent = text(first_mapping(setup, "agent").get("name"))
        if at is None:
            call.cost, call.cost_basis = cost, "client" if cost is not None else None
            if log.text:
                call.parts, call.answer = _sides(messages)
        yield set_location(call, log, 1)


def _setup(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the configuration of the run, which is JSON text."""
    config = document.get("replay_config")
    if isinstance(config, str):
        try:
            config = lenient_json(config.encode("utf-8", "replace"))
        except (ValueError, RecursionError):
            config = None
    return config if isinstance(config, dict) else {}


def _model(
    document: Mapping[str, Any], info: Mapping[str, Any], setup: Mapping[str, Any]
) -> str | None:
    agent = first_mapping(setup, "agent")
    agents = agent.get("agent_configs")  # of an agent that tries again with others
    if isinstance(agents, list) and agents and isinstance(agents[0], Mapping):
        agent = agents[0]
    name = text(first_mapping(agent, "model").get("name"))
    return name or text(info.get("model")) or text(document.get("model"))


def _tags(
    document: Mapping[str, Any],
    info: Mapping[str, Any],
    setup: Mapping[str, Any],
    stats: Mapping[str, Any],
) -> tuple[tuple[str, str], ...]:
    values = {
        "api_calls": first_count(stats, "api_calls"),
        "environment": text(document.get("environment")),
        "exit_status": text(info.get("exit_status")),
        "instance": text(first_mapping(setup, "problem_statement").get("id")),
    }
    return tuple((key, str(value)) for key, value in values.items() if value is not None)


def _messages(document: Mapping[str, Any]) -> Any:
    """Return the conversation; where it was not stored, one rebuilt from the steps."""
    history = document.get("history")
    if isinstance(history, list) and history:
        return history
    attempts = document.get("attempts")
    messages: list[Any] = []
    for attempt in [document, *(attempts if isinstance(attempts, list) else [])]:
        steps = attempt.get("trajectory") if isinstance(attempt, Mapping) else None
        for step in steps if isinstance(steps, list) else ():
            if isinstance(step, Mapping):
                messages += (
                    {"role": "assistant", "content": step.get("response")},
                    {"role": "user", "content": step.get("observation")},
                )
        if messages:
            return messages
    return messages


def _sides(messages: Any) -> tuple[Any, Any]:
    """Return the parts of the prompts and of the answers of a run."""
    both = parts_of(messages)
    return (
        tuple(part for part in both if part.role not in ("assistant", "tool_call", "reasoning")),
        tuple(part for part in both if part.role in ("assistant", "tool_call", "reasoning")),
    )


READER: Final = Reader(
    "sweagent",
    "SWE-agent trajectories",
    ("usage", "cost", "session", "tags", "text"),
    _recognises,
    _read,
    order=70,
    where="trajectories/**/*.traj",
)
