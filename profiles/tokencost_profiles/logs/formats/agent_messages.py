"""Messages that agent frameworks dump: LangChain, LangGraph, Pydantic AI.

Each message with usage is a call, anywhere in a document; a state that repeats earlier messages
repeats their ids. Other usage objects beside them are read as those of any JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.calls.call import Call, Record
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, rows, set_location
from tokencost_profiles.logs.walk.calls import calls_of
from tokencost_profiles.logs.walk.framework_messages import call_of_message, messages_in
from tokencost_profiles.logs.walk.json_walk import NOTE, UsageObject, excess, usage_objects_in
from tokencost_profiles.logs.walk.labels import Above, labels_of, time_of
from tokencost_profiles.logs.walk.message_prompts import prompts_in

_DEEPEST: Final = 40


def _recognises(log_file: Input) -> bool:
    if log_file.is_document:
        try:
            return _holds(log_file.document)
        except InputError:
            return False
    return any(_holds(row) for row in log_file.rows)


def _holds(value: Any) -> bool:
    return next(messages_in(value), None) is not None


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    if log_file.is_document:
        log.row()
        yield from _in_value(log_file.document, 1, log)
    else:
        for number, row in rows(log_file, log):
            yield from _in_value(row, number, log)


def _in_value(value: Any, number: int, log: Log) -> Iterator[Call]:
    messages = list(messages_in(value))
    calls = []
    prompts = prompts_in(value, {id(message) for message, _ in messages}) if log.text else {}
    for at, (message, above) in enumerate(messages):
        call = call_of_message(message, want_text=log.text)
        call.parts = prompts.get(id(message), call.parts)
        _complete(call, (*above, ("", message)))
        call.key = call.key or (f"{log.label}:{number}#{at}" if at else None)
        calls.append(set_location(call, log, number))
    yield from calls
    rest = _drop_messages(value, {id(message) for message, _ in messages})
    for at, one in enumerate(_other_usage(usage_objects_in(rest), calls, log), len(calls)):
        for call in calls_of([one], number, log):
            call.key = call.key or f"{log.label}:{number}#{at}"
            yield call


def _other_usage(others: list[UsageObject], calls: list[Call], log: Log) -> Iterator[UsageObject]:
    """Yield usage objects beside the messages that are no copies or sums of the messages' usage."""
    models: dict[str | None, dict[str, int]] = {}
    for call in calls:
        sums = models.setdefault(call.model, {})
        for unit, count in (call.usage or {}).items():
            sums[unit] = sums.get(unit, 0) + count
    everything: dict[str, int] = {}
    for sums in models.values():
        for unit, count in sums.items():
            everything[unit] = everything.get(unit, 0) + count
    known = [everything, *models.values(), *(call.usage for call in calls if call.usage)]
    totals = {sum(usage.values()) for usage in known}
    for one in others:
        if calls and sum(one.reading.usage.values()) in totals:
            log.audit.rolled_up += 1
            continue
        more = excess(one.reading.usage, everything) if calls else None
        if more:
            reading = one.reading._replace(usage=more, cost=None, cost_basis=None)
            yield one._replace(reading=reading, note=NOTE)
        else:
            yield one


def _drop_messages(value: Any, messages: set[int], depth: int = 0) -> Any:
    """Return a value with the messages that have been read cut out."""
    if id(value) in messages or depth > _DEEPEST:
        return {}
    if isinstance(value, list):
        return [_drop_messages(item, messages, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: _drop_messages(item, messages, depth + 1) for key, item in value.items()}
    return value


def _complete(call: Call, around: Above) -> None:
    """Set labels that a message lacks to those of the objects around it."""
    labels = labels_of(around)
    call.model = call.model or labels.model
    call.provider = call.provider or labels.provider
    call.session = call.session or labels.session
    call.user = call.user or labels.user
    call.project = call.project or labels.project
    call.agent = call.agent or labels.agent
    call.at = call.at if call.at is not None else time_of(around)


READER: Final = Reader(
    "agent-messages",
    "messages that LangChain, LangGraph and Pydantic AI dump",
    ("usage", "cost", "time", "session", "tools", "user", "agent", "project", "text"),
    _recognises,
    _read,
    order=700,
    where="message histories, states, checkpoints as JSON",
)
