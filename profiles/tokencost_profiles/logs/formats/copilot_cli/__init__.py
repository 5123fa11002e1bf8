"""GitHub Copilot CLI: its database, one row a request, and the event logs of its sessions.

The database (`session-store.db`) has every request with its billed cost. An event log has a
session's totals only when the session ends, added up over all the times that it was resumed: they
count where the database does not have the session. Premium requests are no money.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call, Record
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.databases import columns_of, open_database, rows_in
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.formats.copilot_cli.events import (
    PROVIDER,
    calls_in_events,
    is_event_log,
    set_billed_cost,
)
from tokencost_profiles.providers.usage_fields.usage_format import (
    first_count,
    first_mapping,
    objects,
    remainder,
    text,
    units,
)

_TABLE: Final = "assistant_usage_events"
_COLUMNS: Final = frozenset({"session_id", "model", "input_tokens", "output_tokens"})
_ROWS: Final = f'SELECT * FROM "{_TABLE}" ORDER BY id'
_SESSIONS: Final = "SELECT * FROM sessions"
_KINDS: Final = {"input": "input", "cache_read": "cache_read", "cache_write": "cache_write"}


def _recognises(log_file: Input) -> bool:
    if log_file.is_sqlite:
        return columns_of(log_file).get(_TABLE, frozenset()) >= _COLUMNS
    return is_event_log(log_file)


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    if not log_file.is_sqlite:
        yield from calls_in_events(log_file, log)
        return
    sessions: dict[str, Mapping[str, Any]] = {}
    with open_database(log_file) as database:
        if "sessions" in columns_of(log_file):
            sessions = {str(row.get("id")): row for row in rows_in(database, _SESSIONS)}
        for line, row in enumerate(rows_in(database, _ROWS), 1):
            log.row()
            yield set_location(_call(row, sessions.get(str(row.get("session_id")), {})), log, line)


def _call(row: Mapping[str, Any], session: Mapping[str, Any]) -> Call:
    output, reasoning = first_count(row, "output_tokens"), first_count(row, "reasoning_tokens")
    initiator, turn = text(row.get("initiator")), row.get("turn_index")
    call = Call(
        provider=PROVIDER,
        model=_model(row),
        session=text(row.get("session_id")),
        at=moment(row.get("created_at")),
        latency=_seconds(row.get("duration_ms")),
        first_token=_seconds(row.get("time_to_first_token_ms")),
        project=text(session.get("cwd")) or text(session.get("repository")),
        branch=text(session.get("branch")),
        thread=text(row.get("agent_id")),
        turn=None if turn is None else str(turn),
        agent=text(row.get("agent_id")) or (initiator if initiator == "compaction" else None),
        usage={**_input(row), **units(output=remainder(output, reasoning), reasoning=reasoning)}
        or None,
    )
    name = row.get("id")
    call.key = f"copilot:{call.session}:{name}" if name is not None else None
    return set_billed_cost(call, row.get("total_nano_aiu"))


def _model(row: Mapping[str, Any]) -> str | None:
    """Return the model that answered; a request may have left the choice open."""
    asked, billed = text(row.get("model")), text(row.get("copilot_usage_model"))
    return billed if billed and asked in (None, "auto") else asked


def _input(row: Mapping[str, Any]) -> dict[str, int]:
    """Return the prompt, divided: the column `input_tokens` holds what was read and written.

    Rows of compactions leave the written tokens out of their column; the details have them.
    """
    prompt = first_count(row, "input_tokens")
    read, written = first_count(row, "cache_read_tokens"), first_count(row, "cache_write_tokens")
    details = _details(row.get("token_details_json"))
    if details and sum(details.values()) == prompt:
        read, written = details.get("cache_read", 0), details.get("cache_write", 0)
    return units(
        input=remainder(prompt, read, written),
        cache_read=read or None,
        cache_write_other=written or None,
    )


def _details(value: Any) -> dict[str, int]:
    """Return the tokens of the prompt by kind, as they were billed."""
    try:
        listed = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return {}
    counts: dict[str, int] = {}
    for entry in objects(listed) or objects(
        first_mapping({"of": listed}, "of").get("tokenDetails")
    ):
        kind = _KINDS.get(str(entry.get("tokenType") or entry.get("token_type")))
        count = first_count(entry, "tokenCount", "token_count")
        if kind is not None and count is not None:
            counts[kind] = counts.get(kind, 0) + count
    return counts


def _seconds(milliseconds: Any) -> float | None:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, (int, float)):
        return None
    return milliseconds / 1000 if 0 <= milliseconds < 10**9 else None


READER: Final = Reader(
    "copilot-cli",
    "GitHub Copilot CLI: its session store and event logs",
    ("usage", "cost", "time", "session", "agent", "project", "latency", "text"),
    _recognises,
    _read,
    order=41,
    where="~/.copilot",
    homes=("COPILOT_HOME=~/.copilot:session-store.db", "COPILOT_HOME=~/.copilot:session-state"),
)
