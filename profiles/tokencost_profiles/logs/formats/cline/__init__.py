"""Cline, Roo Code and Kilo Code tasks (`ui_messages.json`), and the sessions of the Cline CLI."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any, Final

from tokencost_profiles.calls.call import ABORTED, OK, Call, Record
from tokencost_profiles.calls.content import SYSTEM, Part
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.claude_text import is_prompt, parts_of
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.formats.cline.text import History
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_count,
    first_mapping,
    keys,
    objects,
    remainder,
    text,
    units,
    unknown_counts,
)

_REQUEST_KEYS: Final = keys("tokensIn tokensOut cacheReads cacheWrites")
_METRICS_KEYS: Final = keys("inputTokens outputTokens cacheReadTokens cacheWriteTokens")
_REQUEST: Final = "api_req_started"
_PROMPTS: Final = ("task", "user_feedback", "user_feedback_diff")
_CUT: Final = "conversationHistoryDeletedRange"
_MORE: Final = ("deleted_api_reqs", "subagent_usage")  # removed requests


def _recognises(log_file: Input) -> bool:
    if not log_file.is_document:
        return False
    if log_file.has("say", "ts") and f'"{_REQUEST}"' in log_file.text:
        return isinstance(log_file.document, list)
    if not (log_file.has("messages") and log_file.has("role")):
        return False
    document = log_file.document
    return isinstance(document, dict) and any(
        "metrics" in message and "modelInfo" in message
        for message in objects(document.get("messages"))
    )


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    document = log_file.document
    if isinstance(document, dict):
        yield from _session(document, log)
        return
    beside = log_file.beside("api_conversation_history.json")
    messages = beside.document if beside is not None else None
    model = _model(messages)
    history = History(messages) if log.text else None
    folder = PurePath(log_file.label).parent.name
    turn: str | None = None
    answered = 0
    listed = objects(document)
    for at, row in enumerate(listed):
        log.row()
        if row.get("say") in _PROMPTS:
            turn = str(row.get("ts"))
        if row.get("say") == _REQUEST or row.get("say") in _MORE:
            call = _request(row, model)
            call.session, call.turn = folder or None, turn
            call.key = f"cline:{folder or log_file.label}:{at}:{row.get('ts')}"
            if history is not None and row.get("say") == _REQUEST and call.usage:
                # What is cut out is decided after the row is written.
                cut = next((one[_CUT] for one in listed[at + 1 : at + 2] if _CUT in one), None)
                history.add_text(call, row, answered, cut or row.get(_CUT))
                answered += 1
            yield set_location(call, log, at + 1)


def _model(history: Any) -> str | None:
    """Return the model of the last message that names one."""
    for message in reversed(objects(history)):
        model = text(first_mapping(message, "modelInfo").get("modelId")) or text(
            message.get("model")
        )
        if model:
            return model
    return None


def _request(row: Mapping[str, Any], usual: str | None) -> Call:
    try:
        request = json.loads(str(row.get("text") or "{}"))
    except (ValueError, RecursionError):
        request = {}
    request = request if isinstance(request, dict) else {}
    about = first_mapping(row, "modelInfo")
    model = text(about.get("modelId")) or text(request.get("inferenceModel")) or usual
    prompt = first_count(request, "tokensIn")
    call = Call(
        provider=text(about.get("providerId")) or text(request.get("inferenceProvider")),
        model=model,
        at=moment(row.get("ts")),
        status=ABORTED if request.get("cancelReason") else OK,
        usage=None
        if prompt is None
        else units(
            input=prompt,
            cache_read=first_count(request, "cacheReads"),
            cache_write_other=first_count(request, "cacheWrites"),
            output=first_count(request, "tokensOut"),
        ),
        unknown_keys=unknown_counts(request, _REQUEST_KEYS),
    )
    call.cost = amount(request.get("cost"))
    call.cost_basis = "client" if call.cost is not None else None
    return call


def _session(document: Mapping[str, Any], log: Log) -> Iterator[Call]:
    """Yield the calls of a session of the CLI. Its input counts include the cached tokens."""
    session = text(document.get("sessionId"))
    system = text(document.get("system_prompt"))
    thread = ThreadParts([Part(SYSTEM, system, "system_prompt")] if system else [])
    turn: str | None = None
    for at, message in enumerate(objects(document.get("messages"))):
        log.row()
        role, name = str(message.get("role") or "user"), text(message.get("id"))
        parts = parts_of(message.get("content"), role) if log.text else ()
        if role == "user" and is_prompt(message.get("content")):
            turn = name or str(at)
        metrics, about = first_mapping(message, "metrics"), first_mapping(message, "modelInfo")
        if metrics:
            call = _answer(message, metrics, about)
            call.session, call.agent = session, text(document.get("agent"))
            call.turn, call.started_by = turn, text(document.get("parentSessionId"))
            call.key = f"cline-cli:{session}:{name or at}"
            if log.text:
                call.parts, call.answer = thread, parts
            yield set_location(call, log, at + 1)
        thread = thread.followed_by(parts)


def _answer(
    message: Mapping[str, Any], metrics: Mapping[str, Any], about: Mapping[str, Any]
) -> Call:
    cached, written = (
        first_count(metrics, "cacheReadTokens"),
        first_count(metrics, "cacheWriteTokens"),
    )
    blocks = objects(message.get("content"))
    cost = amount(metrics.get("cost"))
    return Call(
        provider=text(about.get("provider")),
        model=text(about.get("id")),
        at=moment(message.get("ts")),
        usage=units(
            input=remainder(first_count(metrics, "inputTokens"), cached, written),
            cache_read=cached,
            cache_write_other=written,
            output=first_count(metrics, "outputTokens"),
        )
        or None,
        unknown_keys=unknown_counts(metrics, _METRICS_KEYS, "metrics"),
        cost=cost,
        cost_basis="gateway" if cost is not None else None,
        tools=tuple(str(block.get("name")) for block in blocks if block.get("type") == "tool_use"),
    )


READER: Final = Reader(
    "cline",
    "Cline, Roo Code and Kilo Code tasks, and Cline CLI sessions",
    ("usage", "cost", "time", "session", "tools", "agent", "text"),
    _recognises,
    _read,
    order=44,
    where="globalStorage/<extension>/tasks, ~/.cline",
    homes=(
        "~/.config/Code/User/globalStorage/saoudrizwan.claude-dev:tasks",
        "~/.config/Code/User/globalStorage/rooveterinaryinc.roo-cline:tasks",
        "~/.config/Code/User/globalStorage/kilocode.kilo-code:tasks",
        "~/Library/Application Support/Code/User/globalStorage/saoudrizwan.claude-dev:tasks",
        "~/.cline:data",
    ),
)
