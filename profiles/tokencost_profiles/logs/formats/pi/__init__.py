"""Pi (and OMP) sessions: one row a message, disjoint counts, the cost as the client computes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import ABORTED, ERROR, OK, Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.branch_turns import BranchTurns
from tokencost_profiles.logs.common.log_format import Reader, rows, set_location
from tokencost_profiles.logs.formats.pi.text import Branches
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

_KEYS: Final = keys(
    "input output cacheRead cacheWrite cacheWrite1h reasoning total totalTokens cost"
)
_ENDS: Final = {"aborted": ABORTED, "error": ERROR}


def _recognises(log_file: Input) -> bool:
    for row in log_file.objects:
        if row.get("type") == "session" and "cwd" in row and "id" in row:
            return True
        usage = first_mapping(first_mapping(row, "message"), "usage")
        if "cacheRead" in usage and "cacheWrite" in usage and "input" in usage:
            return True
    return False


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    session: Mapping[str, Any] = {}
    branches, turns = Branches(), BranchTurns()
    for number, row in rows(log_file, log):
        if not isinstance(row, dict):
            continue
        if row.get("type") == "session":
            session = row
        message = first_mapping(row, "message")
        name, above = text(row.get("id")), str(row["parentId"]) if "parentId" in row else None
        is_user = message.get("role") == "user"
        turn = turns.take(name, above, (name or text(row.get("timestamp"))) if is_user else None)
        prompt, parts = branches.take(row, number) if log.text else (None, ())
        if message.get("role") == "assistant" and "usage" in message:
            call = _call(row, message, session)
            call.turn = turn
            if log.text:
                call.parts, call.answer = prompt, parts
            yield set_location(call, log, number)


def _call(row: Mapping[str, Any], message: Mapping[str, Any], session: Mapping[str, Any]) -> Call:
    usage = first_mapping(message, "usage")
    at = moment(message.get("timestamp")) or moment(row.get("timestamp"))
    written = first_count(usage, "cacheWrite")
    long = first_count(usage, "cacheWrite1h") or 0
    call = Call(
        api=text(message.get("api")),
        provider=text(message.get("provider")),
        model=text(message.get("model")) or text(session.get("modelId")),
        session=text(session.get("id")),
        project=text(session.get("cwd")),
        at=at,
        response_id=text(message.get("responseId")),
        status=_ENDS.get(str(message.get("stopReason")), OK),
        usage=units(
            input=first_count(usage, "input"),
            cache_read=first_count(usage, "cacheRead"),
            cache_write_other=None if written is None else max(0, written - long),
            cache_write_1h=long or None,
            output=first_count(usage, "output"),
        )
        or None,
        tools=tuple(
            str(block.get("name"))
            for block in objects(message.get("content"))
            if block.get("type") == "toolCall"
        ),
    )
    call.unknown_keys = unknown_counts(usage, _KEYS, "usage")
    call.cost = amount(first_mapping(usage, "cost").get("total"))
    call.cost_basis = "client" if call.cost is not None else None
    # A branch copies the messages before it with their time, which names a response.
    call.key = f"pi:{call.model}:{at}:{sorted((call.usage or {}).items())}" if at else None
    if not any((call.usage or {}).values()) and call.status != OK:
        call.usage = None
    return call


READER: Final = Reader(
    "pi",
    "Pi coding agent sessions",
    ("usage", "cost", "time", "session", "tools", "project", "text"),
    _recognises,
    _read,
    order=40,
    where="~/.pi/agent/sessions",
    homes=("PI_CODING_AGENT_DIR=~/.pi/agent:sessions",),
)
