"""mini-swe-agent trajectories (`.traj.json`): the conversation, with the provider's answers in it.

The first versions stored only the messages: there each answer is a call, counted from text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import RUN, Call, Record
from tokencost_profiles.calls.content import Part
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.chat_parts import message_parts
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.model_names import split_provider
from tokencost_profiles.logs.common.text_calls import digest, text_calls
from tokencost_profiles.providers import responses
from tokencost_profiles.providers.usage_fields.usage_format import amount, first_mapping, text

_FORMAT: Final = "mini-swe-agent"
# How the first versions wrote commands and their results.
_COMMANDS: Final = ("```mswea_bash_command", "```bash")
_RESULT: Final = "<returncode>"


def _recognises(log_file: Input) -> bool:
    if not log_file.is_document:
        return False
    if log_file.head.lstrip().startswith(b"["):
        head = log_file.text
        return (
            _RESULT in head
            and any(command in head for command in _COMMANDS)
            and log_file.has("role", "content")
        )
    if log_file.has("trajectory_format") and _FORMAT in log_file.text:
        return True
    if not log_file.has("messages", "role") and not log_file.has("mini_version"):
        return False
    if not (log_file.has("mini_version") or log_file.has("extra") or _RESULT in log_file.text):
        return False
    # The name of the format stands at the end.
    document = log_file.document
    stated_format = document.get("trajectory_format") if isinstance(document, dict) else None
    return isinstance(stated_format, str) and stated_format.startswith(_FORMAT)


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    document = log_file.document
    log.row()
    trajectory = document if isinstance(document, dict) else {"messages": document}
    messages = trajectory.get("messages")
    if not isinstance(messages, list):
        return
    info = first_mapping(trajectory, "info")
    config = first_mapping(info, "config")
    provider, model = split_provider(text(first_mapping(config, "model").get("model_name")))
    if "openrouter" in str(config.get("model_type")):
        provider, model = "openrouter", text(first_mapping(config, "model").get("model_name"))
    stats = first_mapping(info, "model_stats")
    name = text(trajectory.get("instance_id")) or "run"
    session = f"{name}:{digest(stats, messages[:3])}"
    tags = tuple(
        (key, value)
        for key, value in (
            ("exit_status", text(info.get("exit_status"))),
            ("instance", text(trajectory.get("instance_id"))),
        )
        if value
    )
    for at, call in _calls(messages, model, stats, log):
        call.provider = provider or call.provider
        call.model = call.model or model
        call.session, call.tags, call.agent = session, tags, "mini-swe-agent"
        call.key = call.key or f"mini-swe-agent:{session}:{at}"
        yield set_location(call, log, 1)


def _calls(
    messages: list[Any], model: str | None, stats: Mapping[str, Any], log: Log
) -> Iterator[tuple[object, Call]]:
    if any(_answer(message) is not None for message in messages):
        yield from _recorded_calls(messages, log)
        return
    yield from text_calls(messages, model, log)
    cost = amount(stats.get("instance_cost"))
    cost = amount(stats.get("cost")) if cost is None else cost
    if cost:
        yield "run", Call(scope=RUN, cost=cost, cost_basis="client")


def _answer(message: Any) -> dict[str, Any] | None:
    """Return the provider's answer that a message holds."""
    answer = first_mapping(message, "extra").get("response")
    return answer if isinstance(answer, dict) else None


def _recorded_calls(messages: list[Any], log: Log) -> Iterator[tuple[object, Call]]:
    """Yield the calls of recorded answers."""
    before: list[Part] = []
    for at, message in enumerate(messages):
        if not isinstance(message, Mapping):
            continue
        answer, extra = _answer(message), first_mapping(message, "extra")
        parts = message_parts(message, f"messages[{at}]") if log.text else []
        if answer is not None:
            for part, call in enumerate(responses.read(answer, text=log.text) or [Call()]):
                call.at = moment(extra.get("timestamp")) or call.at
                call.final = True
                if part == 0:
                    if call.cost is None:
                        # A price that is not known is written as 0.
                        call.cost = amount(extra.get("cost")) or None
                        call.cost_basis = "client" if call.cost is not None else None
                    call.parts = ThreadParts(before) if log.text else None
                yield f"{at}#{part}", call
        before += parts


READER: Final = Reader(
    "mini-swe-agent",
    "mini-swe-agent trajectories",
    ("usage", "cost", "time", "session", "tools", "text", "tags"),
    _recognises,
    _read,
    order=71,
    where="*.traj.json",
)
