"""The log of the `llm` command-line tool: its SQLite database, or what `llm logs --json` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import COUNTED, Call, Record
from tokencost_profiles.calls.content import ASSISTANT, SYSTEM, USER, Part
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.databases import columns_of, open_database, rows_in
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.chat_parts import message_parts
from tokencost_profiles.logs.common.log_format import Reader, set_location
from tokencost_profiles.logs.common.tool_schemas import schema_parts
from tokencost_profiles.providers.usage import UsageReading, read_usage
from tokencost_profiles.providers.usage_fields.usage_format import number, objects, text

_COLUMNS: Final = frozenset({"model", "prompt", "response", "datetime_utc", "duration_ms"})
_QUERY: Final = "SELECT * FROM responses ORDER BY datetime_utc, id"


def _recognises(log_file: Input) -> bool:
    if log_file.is_sqlite:
        return columns_of(log_file).get("responses", frozenset()) >= _COLUMNS
    if not log_file.is_document or not log_file.has("datetime_utc", "duration_ms"):
        return False
    return any(row.keys() >= _COLUMNS for row in objects(log_file.document))


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    rows = _database_rows(log_file) if log_file.is_sqlite else objects(log_file.document)
    sent: dict[str, list[Part]] = {}
    for at, row in enumerate(rows, 1):
        log.row()
        call = _call(row, log)
        if log.text:
            _add_text(call, row, sent)
        call.key = f"llm:{row['id']}" if text(row.get("id")) else None
        yield set_location(call, log, at)


def _database_rows(log_file: Input) -> Iterator[Mapping[str, Any]]:
    with open_database(log_file) as database:
        yield from rows_in(database, _QUERY)


def _call(row: Mapping[str, Any], log: Log) -> Call:
    duration = number(row.get("duration_ms"))
    call = Call(
        model=text(row.get("resolved_model")) or text(row.get("model")),
        session=text(row.get("conversation_id")),
        at=moment(row.get("datetime_utc")),
        latency=duration / 1000 if duration is not None else None,
    )
    reading = _usage_reading(row)
    if reading is not None:
        reading.apply_to(call)
    if call.usage is None and log.counter is not None and text(row.get("response")):
        _count(call, row, log)
    return call


def _add_text(call: Call, row: Mapping[str, Any], sent: dict[str, list[Part]]) -> None:
    """Set the text of a call; `sent`: the prompts of conversations so far, each sent again."""
    parts = sent.setdefault(call.session, []) if call.session else []
    system, prompt = text(row.get("system")), text(row.get("prompt"))
    if system and not any(part.role == SYSTEM and part.text == system for part in parts):
        parts.append(Part(SYSTEM, system, "system"))
    for result in objects(row.get("tool_results")):
        message = {"role": "tool", **result, "content": result.get("output")}
        parts += message_parts(message, "tool_results")
    if prompt:
        parts.append(Part(USER, prompt, "prompt"))
    schemas = schema_parts(row.get("tools"))
    call.parts = (*schemas, *parts) if schemas else ThreadParts(parts)
    response = text(row.get("response"))
    answer = {"role": "assistant", "content": response, "tool_calls": row.get("tool_calls")}
    call.answer = tuple(message_parts(answer))
    parts += call.answer


def _usage_reading(row: Mapping[str, Any]) -> UsageReading | None:
    """Return the counts of a row. The details are those of OpenAI, or of who else answered."""
    prompt, answer = number(row.get("input_tokens")), number(row.get("output_tokens"))
    if prompt is None and answer is None:
        return None
    details = row.get("token_details")
    if isinstance(details, str):
        try:
            details = json.loads(details)
        except ValueError:
            details = None
    more = details if isinstance(details, dict) else {}
    if any(name.startswith("cache_") for name in more):  # Anthropic: beside the input
        return read_usage({"input_tokens": prompt, "output_tokens": answer, **more}, "anthropic")
    return read_usage({"prompt_tokens": prompt, "completion_tokens": answer, **more})


def _count(call: Call, row: Mapping[str, Any], log: Log) -> None:
    """Count the texts of a call whose model plug-in reported no numbers."""
    if log.counter is None:
        return
    sent = "\n".join(str(row[name]) for name in ("system", "prompt") if row.get(name))
    prompt = log.counter.text(call.model, sent)
    answer = log.counter.answer(call.model, (Part(ASSISTANT, str(row["response"]), "response"),))
    call.usage = {"input": prompt.tokens, "output": answer.tokens}
    call.usage_source, call.error = COUNTED, max(prompt.error, answer.error)


READER: Final = Reader(
    "llm-logs",
    "the log of the llm command-line tool",
    ("usage", "time", "session", "text", "latency"),
    _recognises,
    _read,
    order=75,
    where="~/.config/io.datasette.llm/logs.db",
    homes=("LLM_USER_PATH=~/.config/io.datasette.llm:logs.db",),
)
