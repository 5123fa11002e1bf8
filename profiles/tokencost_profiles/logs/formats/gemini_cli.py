"""Gemini CLI: saved chats, one document or a row a message, and recorded answers of its tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call, Record
from tokencost_profiles.calls.content import Part, arguments_text
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, rows, set_location
from tokencost_profiles.providers import responses
from tokencost_profiles.providers.streams import assemble
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

_KEYS: Final = keys("input output cached thoughts tool total")
_METHODS: Final = ("generateContent", "generateContentStream", "countTokens", "embedContent")


def _recognises(log_file: Input) -> bool:
    if log_file.is_document and log_file.has("messages") and log_file.has("sessionId"):
        document = log_file.document
        listed = document.get("messages") if isinstance(document, dict) else None
        return any(_is_answer(message) for message in objects(listed))
    return any(_is_answer(row) or _is_recorded(row) for row in log_file.objects)


def _is_answer(message: Mapping[str, Any]) -> bool:
    return message.get("type") == "gemini" and ("tokens" in message or "content" in message)


def _is_recorded(row: Mapping[str, Any]) -> bool:
    return row.get("method") in _METHODS and "response" in row


def _read(log_file: Input, log: Log) -> Iterator[Record]:
    chat = _Chat(log)
    if log_file.is_document and isinstance(log_file.document, dict):
        document = log_file.document
        if "messages" in document:
            chat.begin(document)
            for number, message in enumerate(objects(document.get("messages")), 1):
                log.row()
                chat.take(number, message)
            yield from chat.calls.values()
            return
    for number, row in rows(log_file, log):
        if not isinstance(row, dict):
            continue
        if _is_recorded(row):
            yield from _recorded_calls(row, number, log)
        elif "type" in row:
            chat.take(number, row)
        else:
            chat.begin(row)
    yield from chat.calls.values()


class _Chat:
    """One session. A message may be written again when it is complete: the last one stands."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.session: str | None = None
        self.project: str | None = None
        self.calls: dict[str, Call] = {}
        self.thread: list[Part] = []

    def begin(self, head: Mapping[str, Any]) -> None:
        """Take what stands before the messages."""
        self.session = text(head.get("sessionId")) or self.session
        self.project = text(head.get("projectHash")) or self.project

    def take(self, number: int, message: Mapping[str, Any]) -> None:
        """Take a message."""
        parts = _parts(message, number) if self.log.text else []
        if _is_answer(message):
            name = text(message.get("id")) or str(number)
            call = self._call(message, name)
            if name in self.calls:
                self.log.audit.calls += 1
            if self.log.text:
                call.parts, call.answer = tuple(self.thread), tuple(parts)
            self.calls[name] = set_location(call, self.log, number)
        self.thread += parts

    def _call(self, message: Mapping[str, Any], name: str) -> Call:
        tokens = first_mapping(message, "tokens")
        cached, tool = first_count(tokens, "cached"), first_count(tokens, "tool")
        fresh = remainder(first_count(tokens, "input"), cached)
        return Call(
            key=f"gemini-cli:{self.session or self.log.label}:{name}",
            provider="google",
            model=text(message.get("model")),
            session=self.session,
            project=self.project,
            at=moment(message.get("timestamp")),
            usage=units(
                # What tools put into the prompt is beside the input, and billed like it.
                input=None if fresh is None else fresh + (tool or 0),
                cache_read=cached,
                output=first_count(tokens, "output"),
                reasoning=first_count(tokens, "thoughts"),
            )
            or None,
            unknown_keys=unknown_counts(tokens, _KEYS, "tokens"),
            tools=tuple(
                dict.fromkeys(str(call.get("name")) for call in objects(message.get("toolCalls")))
            ),
        )


def _recorded_calls(row: Mapping[str, Any], number: int, log: Log) -> Iterator[Call]:
    response = row.get("response")
    bodies = assemble(response) if isinstance(response, list) else [response]
    for at, body in enumerate(bodies):
        for call in responses.read(body, text=log.text):
            call.key = call.key or f"{log.label}:{number}#{at}"
            call.provider = call.provider or "google"
            yield set_location(call, log, number)


def _parts(message: Mapping[str, Any], number: int) -> list[Part]:
    parts = []
    role = "assistant" if message.get("type") == "gemini" else "user"
    content = message.get("content")
    for content_text in (
        [content] if isinstance(content, str) else [block.get("text") for block in objects(content)]
    ):
        if isinstance(content_text, str) and content_text:
            parts.append(Part(role, content_text, str(number)))
    for thought in objects(message.get("thoughts")):
        if isinstance(thought.get("description"), str):
            parts.append(Part("reasoning", thought["description"], str(number)))
    for call in objects(message.get("toolCalls")):
        arguments = arguments_text(call.get("args"))
        parts.append(Part("tool_call", f"{call.get('name')}{arguments}", str(number)))
    return parts


READER: Final = Reader(
    "gemini-cli",
    "Gemini CLI chats",
    ("usage", "time", "session", "tools", "project", "text"),
    _recognises,
    _read,
    order=28,
    where="~/.gemini/tmp/<project>/chats",
    homes=("GEMINI_CLI_HOME=~/.gemini:tmp",),
)
