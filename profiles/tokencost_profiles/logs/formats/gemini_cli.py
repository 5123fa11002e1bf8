"""Gemini CLI: saved chats, one document or a row a message, and recorded answers of its tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any, Final

from tokencost_profiles.calls.call import Call, Record
from tokencost_profiles.calls.content import ASSISTANT, REASONING, USER, Part, ToolResult
from tokencost_profiles.calls.message_parts import block_parts, tool_call_part
from tokencost_profiles.calls.times import moment
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.row_log import Log
from tokencost_profiles.logs.common.log_format import Reader, rows, set_location
from tokencost_profiles.logs.common.message_tree import Node, path_to
from tokencost_profiles.providers import responses
from tokencost_profiles.providers.requests.gemini import message_blocks
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
_CHATS: Final = "chats"
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
    chat = _Chat(log, _folder(log_file))
    if log_file.is_document and isinstance(log_file.document, dict):
        document = log_file.document
        if "messages" in document:
            chat.begin(document)
            for number, message in enumerate(objects(document.get("messages")), 1):
                log.row()
                chat.take(number, message)
            yield from chat.complete()
            return
    for number, row in rows(log_file, log):
        if not isinstance(row, dict):
            continue
        if _is_recorded(row):
            yield from _recorded_calls(row, number, log)
        elif "type" in row:
            chat.take(number, row)
        elif "$rewindTo" in row:
            chat.rewind(row["$rewindTo"])
        elif "$set" in row:
            chat.update(number, first_mapping(row, "$set"))
        else:
            chat.begin(row)
    yield from chat.complete()


def _folder(log_file: Input) -> str:
    """Return the name of the folder that a log lies in."""
    place = str(log_file.path.resolve()) if log_file.path is not None else log_file.label
    return PurePath(place.replace("\\", "/").replace("!", "/")).parent.name


class _Chat:
    """One session. A message may be written again when it is complete: the last one stands."""

    def __init__(self, log: Log, folder: str) -> None:
        self.log = log
        self.folder = folder
        self.session: str | None = None
        self.project: str | None = None
        self.started_by: str | None = None
        self.agent: str | None = None
        self.calls: dict[str, Call] = {}
        self.turn: str | None = None
        self.last: Node | None = None
        self.messages: dict[str, _Message] = {}  # of the branch at hand
        self.answers: dict[str, _Message] = {}  # of all branches

    def begin(self, head: Mapping[str, Any]) -> None:
        """Take what stands before the messages."""
        self.session = text(head.get("sessionId")) or self.session
        self.project = text(head.get("projectHash")) or self.project
        if head.get("kind") == "subagent":
            self.agent = "subagent"
            # Its file lies in a folder that has the name of its parent's session.
            self.started_by = self.folder if self.folder not in ("", _CHATS) else None

    def rewind(self, target: Any) -> None:
        """Forget a message and all behind it: the conversation goes on from the one before."""
        message = self.messages.get(str(target))
        self.last = None if message is None else message.above

    def update(self, number: int, fields: Mapping[str, Any]) -> None:
        """Take a change of the head. One with messages replaces all that are there."""
        self.begin(fields)
        if isinstance(fields.get("messages"), list) and self.log.text:
            self.last, self.messages = None, {}
            for at, message in enumerate(objects(fields["messages"])):
                self._add(message, f"{number}.{at}")

    def take(self, number: int, message: Mapping[str, Any]) -> None:
        """Take a message."""
        name = text(message.get("id")) or str(number)
        if message.get("type") == "user":
            self.turn = name
        if self.log.text:
            self._add(message, str(number))
        if _is_answer(message):
            call = self._call(message, name)
            call.turn, call.agent, call.started_by = self.turn, self.agent, self.started_by
            if name in self.calls:
                self.log.audit.calls += 1
                call.turn = self.calls[name].turn
            self.calls[name] = set_location(call, self.log, number)

    def _add(self, message: Mapping[str, Any], place: str) -> None:
        """Add a message to the branch at hand, or write it anew."""
        name = text(message.get("id")) or place
        node = self.messages.get(name)
        if node is None:
            node = self.messages[name] = self.last = _Message(self.last)
            self.answers.setdefault(name, node)
        node.answer = tuple(_parts(message, place))
        node.parts = [*node.answer, *_results(message, place)]

    def complete(self) -> Iterator[Call]:
        """Yield the calls, with their texts: all messages are there now."""
        for name, call in self.calls.items():
            if self.log.text:
                message = self.answers[name]
                call.parts, call.answer = path_to(message.above), message.answer
            yield call

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
            tools=tuple(str(call.get("name")) for call in objects(message.get("toolCalls"))),
        )


def _recorded_calls(row: Mapping[str, Any], number: int, log: Log) -> Iterator[Call]:
    response = row.get("response")
    bodies = assemble(response) if isinstance(response, list) else [response]
    for at, body in enumerate(bodies):
        for call in responses.read(body, text=log.text):
            call.key = call.key or f"{log.label}:{number}#{at}"
            call.provider = call.provider or "google"
            yield set_location(call, log, number)


class _Message(Node):
    __slots__ = ("answer",)

    answer: tuple[Part, ...]  # without the results of the tools


def _parts(message: Mapping[str, Any], place: str) -> Iterator[Part]:
    """Yield what the user or the model wrote. Notes of the client are not sent."""
    kind = message.get("type")
    if kind not in ("gemini", "user"):
        return
    role = ASSISTANT if kind == "gemini" else USER
    for thought in objects(message.get("thoughts")):
        if isinstance(thought.get("description"), str):
            yield Part(REASONING, thought["description"], place)
    yield from block_parts(message_blocks(message.get("content"), place), role)
    for call in objects(message.get("toolCalls")):
        name = str(call.get("name"))
        yield tool_call_part(name, call.get("args"), text(call.get("id")), place)


def _results(message: Mapping[str, Any], place: str) -> Iterator[Part]:
    """Yield the results of the tools that a message called."""
    for call in objects(message.get("toolCalls")):
        result = call.get("result")
        if result is None:
            continue
        result = result if isinstance(result, (str, list)) else [result]
        blocks = tuple(message_blocks(result, place))
        if not any(isinstance(block, ToolResult) for block in blocks):
            blocks = (ToolResult(blocks, text(call.get("id")), str(call.get("name")), place=place),)
        yield from block_parts(blocks, USER)


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
