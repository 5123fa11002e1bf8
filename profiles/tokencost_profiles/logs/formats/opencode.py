"""OpenCode: message files, exported sessions, and its SQLite database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import ERROR, OK, Call, Record
from tokencost_profiles.calls.content import Part, arguments_text
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.databases import columns_of, open_database, rows_in
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.providers.usage_fields.usage_format import (
    amount,
    first_count,
    first_mapping,
    keys,
    objects,
    text,
    units,
    unknown_counts,
)

_KEYS: Final = keys("input output reasoning total", cache="read write")
_QUERY: Final = "SELECT id, session_id, data FROM message ORDER BY id"


def _recognises(log_file: Input) -> bool:
    if log_file.is_sqlite:
        return columns_of(log_file).keys() >= {"message", "part", "session"}
    if not log_file.is_document or not log_file.has("modelID", "tokens"):
        return False
    return any(True for _ in _messages(log_file.document))


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    if log_file.is_sqlite:
        yield from _database_calls(log_file, log)
        return
    for number, (message, parts) in enumerate(_messages(log_file.document), 1):
        log.row()
        yield set_location(_call(message, parts, log), log, number)


def _messages(document: Any) -> Iterator[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Yield (message, its parts) of a message file, a list of them, or an exported session."""
    listed = document.get("messages", [document]) if isinstance(document, dict) else document
    for entry in objects(listed):
        message = first_mapping(entry, "info") or entry
        if message.get("role") == "assistant" and "tokens" in message and "modelID" in message:
            yield message, objects(entry.get("parts"))


def _database_calls(log_file: Input, log: Log) -> Iterator[Call]:
    with open_database(log_file) as database:
        for number, row in enumerate(rows_in(database, _QUERY), 1):
            log.row()
            message = _parse_message(row["data"])
            if message.get("role") != "assistant" or "tokens" not in message:
                continue
            named = {"id": row["id"], "sessionID": row["session_id"], **message}
            yield set_location(_call(named, [], log), log, number)


def _parse_message(data: Any) -> dict[str, Any]:
    try:
        message = json.loads(data)
    except (TypeError, ValueError):
        return {}
    return message if isinstance(message, dict) else {}


def _call(message: Mapping[str, Any], parts: list[Mapping[str, Any]], log: Log) -> Call:
    tokens, times = first_mapping(message, "tokens"), first_mapping(message, "time")
    cache = first_mapping(tokens, "cache")
    begun, ended = moment(times.get("created")), moment(times.get("completed"))
    name = text(message.get("id"))
    call = Call(
        provider=text(message.get("providerID")),
        model=text(message.get("modelID")),
        session=text(message.get("sessionID")),
        at=begun,
        latency=ended - begun if begun and ended and ended >= begun else None,
        project=text(first_mapping(message, "path").get("cwd")),
        agent=text(message.get("agent")) or text(message.get("mode")),
        status=ERROR if message.get("error") else OK,
        usage=units(
            input=first_count(tokens, "input"),
            cache_read=first_count(cache, "read"),
            cache_write_other=first_count(cache, "write"),
            output=first_count(tokens, "output"),
            reasoning=first_count(tokens, "reasoning"),
        )
        or None,
        unknown_keys=unknown_counts(tokens, _KEYS, "tokens"),
        tools=tuple(
            dict.fromkeys(str(part.get("tool")) for part in parts if part.get("type") == "tool")
        ),
    )
    if call.status == ERROR and not any((call.usage or {}).values()):
        call.usage = None
    cost = amount(message.get("cost"))
    if cost:  # a subscription reports 0 for what is not free
        call.cost, call.cost_basis = cost, "client"
    call.key = f"opencode:{call.session}:{name}" if name else None
    if log.text:
        call.parts, call.answer = (), tuple(_answer_parts(parts))
    return call


def _answer_parts(parts: list[Mapping[str, Any]]) -> Iterator[Part]:
    for at, part in enumerate(parts):
        if part.get("type") in ("text", "reasoning") and isinstance(part.get("text"), str):
            role = "assistant" if part["type"] == "text" else "reasoning"
            yield Part(role, part["text"], f"{at:04}")
        elif part.get("type") == "tool":
            arguments = arguments_text(first_mapping(part, "state").get("input"))
            yield Part("tool_call", f"{part.get('tool')}{arguments}", f"{at:04}")


READER: Final = Reader(
    "opencode",
    "OpenCode messages, exported sessions and its database",
    ("usage", "cost", "time", "session", "tools", "agent", "project", "text", "latency"),
    _recognises,
    _read,
    order=42,
    where="~/.local/share/opencode",
    homes=(
        "XDG_DATA_HOME=~/.local/share:opencode/storage/message",
        "XDG_DATA_HOME=~/.local/share:opencode/opencode.db",
    ),
)
