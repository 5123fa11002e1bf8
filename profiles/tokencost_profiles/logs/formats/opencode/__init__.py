"""OpenCode: message files, exported sessions, and its SQLite database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from sqlite3 import Connection
from typing import Any, Final

from tokencost_profiles.calls.call import ERROR, OK, Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.databases import columns_of, open_database, rows_in
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.formats.opencode.text import Session
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
_PARENTS: Final = "SELECT id, parent_id FROM session"
_PARTS: Final = "SELECT data FROM part WHERE message_id = ? ORDER BY id"


def _recognises(log_file: Input) -> bool:
    if log_file.is_sqlite:
        return columns_of(log_file).keys() >= {"message", "part", "session"}
    if not log_file.is_document or not log_file.has("modelID", "tokens"):
        return False
    return any(_is_answer(message) for message, _ in _messages(log_file.document))


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    if log_file.is_sqlite:
        yield from _database_calls(log_file, log)
        return
    document = log_file.document
    about = first_mapping(document, "info") if isinstance(document, dict) else {}
    sessions = _Sessions(log, {str(about.get("id")): text(about.get("parentID"))})
    number = 0
    for message, parts in _messages(document):
        if message.get("role") == "assistant":
            if not _is_answer(message):
                continue
            number += 1
            log.row()
        for call in sessions.take(message, parts):
            yield set_location(call, log, number)


def _messages(document: Any) -> Iterator[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """Yield (message, its parts) of a message file, a list of them, or an exported session."""
    listed = document.get("messages", [document]) if isinstance(document, dict) else document
    for entry in objects(listed):
        yield first_mapping(entry, "info") or entry, objects(entry.get("parts"))


def _is_answer(message: Mapping[str, Any]) -> bool:
    return message.get("role") == "assistant" and "tokens" in message and "modelID" in message


class _Sessions:
    """The sessions of a file: which one started which, and their messages so far."""

    def __init__(self, log: Log, parents: Mapping[str, str | None]) -> None:
        self._log, self._parents = log, parents
        self._sessions: dict[str, Session] = {}

    def take(self, message: Mapping[str, Any], parts: list[Mapping[str, Any]]) -> Iterator[Call]:
        """Take a message, and yield the call that it is."""
        name = str(message.get("sessionID"))
        session = None
        if self._log.text:
            session = self._sessions.setdefault(name, Session())
        role = message.get("role")
        if role == "assistant" and "tokens" in message:
            call = _call(message, parts)
            call.started_by, call.turn = self._parents.get(name), text(message.get("parentID"))
            if session is not None:
                call.parts, call.answer = session.answer(message, parts)
            yield call
        elif session is not None and role == "user":
            session.user(message, parts)


def _database_calls(log_file: Input, log: Log) -> Iterator[Call]:
    columns = columns_of(log_file)
    with open_database(log_file) as database:
        parents = {}
        if columns.get("session", frozenset()) >= {"id", "parent_id"}:
            parents = {
                str(row["id"]): text(row["parent_id"]) for row in rows_in(database, _PARENTS)
            }
        has_parts = log.text and columns.get("part", frozenset()) >= {"message_id", "data"}
        sessions = _Sessions(log, parents)
        for number, row in enumerate(rows_in(database, _QUERY), 1):
            log.row()
            message = _parse_message(row["data"])
            named = {"id": row["id"], "sessionID": row["session_id"], **message}
            parts = list(_parts(database, str(row["id"]))) if has_parts else []
            for call in sessions.take(named, parts):
                yield set_location(call, log, number)


def _parts(database: Connection, message: str) -> Iterator[Mapping[str, Any]]:
    """Yield the parts of a message, in the order in which they were written."""
    for row in database.execute(_PARTS, (message,)):
        yield _parse_message(row["data"])


def _parse_message(data: Any) -> dict[str, Any]:
    try:
        message = json.loads(data)
    except (TypeError, ValueError):
        return {}
    return message if isinstance(message, dict) else {}


def _call(message: Mapping[str, Any], parts: list[Mapping[str, Any]]) -> Call:
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
        tools=tuple(str(part.get("tool")) for part in parts if part.get("type") == "tool"),
    )
    if call.status == ERROR and not any((call.usage or {}).values()):
        call.usage = None
    cost = amount(message.get("cost"))
    if cost:  # a subscription reports 0 for what is not free
        call.cost, call.cost_basis = cost, "client"
    call.key = f"opencode:{call.session}:{name}" if name else None
    return call


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
