"""Qwen Code sessions: every response is written twice, as a message and as telemetry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call, Record
from tokencost_profiles.calls.content import ASSISTANT, SUMMARY, USER, Part
from tokencost_profiles.calls.message_parts import block_parts
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.line_scan import mentions
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.branch_turns import BranchTurns
from tokencost_profiles.logs.common.log_format import Reader, rows, set_location
from tokencost_profiles.providers.requests.gemini import message_blocks
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import (
    first_count,
    first_mapping,
    keys,
    objects,
    remainder,
    text,
    units,
    unknown_counts,
)

_ANSWERED: Final = "qwen-code.api_response"
_MARKS: Final = (b'"usageMetadata"', b'"parts"', b'"qwen-code.')


_KEYS: Final = keys(
    "input_token_count output_token_count cached_content_token_count thoughts_token_count "
    "total_token_count tool_token_count"
)


def _recognises(log_file: Input) -> bool:
    if not mentions(log_file, _MARKS):
        return False  # sessions of Claude Code look alike, and are many: look at bytes first
    for row in log_file.objects:
        if "sessionId" not in row:
            continue
        if "usageMetadata" in row or "parts" in first_mapping(row, "message"):
            return True
        event = first_mapping(first_mapping(row, "systemPayload"), "uiEvent").get("event.name")
        if isinstance(event, str) and event.startswith("qwen-code."):
            return True
    return False


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    waiting: list[Call] = []  # reported by telemetry, their message not yet read
    turns, messages = BranchTurns(), _Messages()
    for number, row in rows(log_file, log):
        if not isinstance(row, dict):
            continue
        turn = turns.take(text(row.get("uuid")), text(row.get("parentUuid")), _turn_begun(row))
        prompt, parts = messages.take(row, number) if log.text else (None, ())
        event = first_mapping(first_mapping(row, "systemPayload"), "uiEvent")
        if event.get("event.name") == _ANSWERED:
            waiting.append(set_location(_telemetry_call(row, event), log, number))
            waiting[-1].turn = turn
            continue
        if "usageMetadata" in row:
            call = set_location(_call(row), log, number)
            twin = next((one for one in waiting if one.usage == call.usage), None)
            if twin is not None:
                waiting.remove(twin)
                log.audit.calls += 1
                call.response_id, call.latency = twin.response_id, twin.latency
            call.turn = turn
            if log.text:
                call.parts, call.answer = prompt, parts
            yield call
    yield from waiting  # requests beside the conversation: titles, summaries


def _call(row: Mapping[str, Any]) -> Call:
    reading = read_usage(row.get("usageMetadata"), "google")
    call = _labelled_call(row)
    call.model = text(row.get("model"))
    if reading is not None:
        reading.apply_to(call)
    call.key = f"qwen:{call.session}:{row.get('uuid')}"
    call.tools = tuple(
        str(first_mapping(part, "functionCall").get("name"))
        for part in objects(first_mapping(row, "message").get("parts"))
        if "functionCall" in part
    )
    return call


def _telemetry_call(row: Mapping[str, Any], event: Mapping[str, Any]) -> Call:
    cached = first_count(event, "cached_content_token_count")
    call = _labelled_call(row)
    call.model, call.response_id = text(event.get("model")), text(event.get("response_id"))
    call.usage = (
        units(
            input=remainder(first_count(event, "input_token_count"), cached),
            cache_read=cached,
            output=first_count(event, "output_token_count"),
            reasoning=first_count(event, "thoughts_token_count"),
        )
        or None
    )
    call.unknown_keys = unknown_counts(event, _KEYS)
    duration = first_count(event, "duration_ms")
    call.latency = duration / 1000 if duration is not None else None
    call.key = f"qwen:{call.session}:{row.get('uuid')}"
    return call


def _labelled_call(row: Mapping[str, Any]) -> Call:
    return Call(
        session=text(row.get("sessionId")),
        project=text(row.get("cwd")),
        branch=text(row.get("gitBranch")),
        at=moment(row.get("timestamp")),
        thread=text(row.get("agentId")),
        agent=text(row.get("agentName")) or ("subagent" if row.get("agentId") else None),
    )


def _turn_begun(row: Mapping[str, Any]) -> str | None:
    """Return the turn that a row begins: it is a message that the user wrote."""
    if row.get("type") != "user" or row.get("subtype"):
        return None
    return text(row.get("promptId")) or text(row.get("uuid"))


class _Messages:
    """The messages of a session, each with the prompt before it."""

    def __init__(self) -> None:
        self._last = ThreadParts([])
        self._by_id: dict[str, ThreadParts] = {}

    def take(self, row: Mapping[str, Any], number: int) -> tuple[ThreadParts, tuple[Part, ...]]:
        """Take the next row. Return the prompt before it and its parts."""
        prompt = self._by_id.get(str(row.get("parentUuid")), self._last)
        parts: tuple[Part, ...] = ()
        if row.get("subtype") == "chat_compression":
            history = objects(first_mapping(row, "systemPayload").get("compressedHistory"))
            self._last = ThreadParts(list(_compressed(history, number)))
        else:
            parts = _parts(row, number)
            self._last = prompt.followed_by(parts)
        self._by_id[str(row.get("uuid"))] = self._last
        return prompt, parts


def _compressed(history: list[Mapping[str, Any]], number: int) -> Iterator[Part]:
    """Yield what a compaction left: a summary, and the messages behind it."""
    for at, content in enumerate(history):
        role = ASSISTANT if content.get("role") == "model" else USER
        for part in block_parts(message_blocks(content, f"{number}.{at}"), role):
            is_summary = at == 0 and part.role == USER
            yield part._replace(role=SUMMARY) if is_summary else part


def _parts(row: Mapping[str, Any], number: int) -> tuple[Part, ...]:
    """Return the parts of a row. What the client notes of itself has no message."""
    role = ASSISTANT if row.get("type") == "assistant" else USER
    place = "" if role == ASSISTANT else str(number)  # of an answer the same in every copy
    return tuple(block_parts(message_blocks(first_mapping(row, "message"), place), role))


READER: Final = Reader(
    "qwen-code",
    "Qwen Code sessions",
    ("usage", "time", "session", "tools", "project", "text", "latency"),
    _recognises,
    _read,
    order=15,
    where="~/.qwen/projects/<project>/chats",
    homes=("~/.qwen:projects",),
)
