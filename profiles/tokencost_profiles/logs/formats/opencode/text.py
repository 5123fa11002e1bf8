"""The text of OpenCode sessions: the prompt of every answer, from the messages before it.

An answer's parts hold the results of its tools. A compaction is an answer marked as a summary: the
prompt then begins with it, and with the messages that its request names as kept. Results of old
tools are cleared later on: each says when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from tokencost_profiles.calls.content import (
    ASSISTANT,
    REASONING,
    SUMMARY,
    SYSTEM,
    USER,
    Block,
    Part,
    Text,
    ToolResult,
)
from tokencost_profiles.calls.message_parts import attachment_part, block_parts, tool_call_part
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.calls.times import moment
from tokencost_profiles.logs.common.message_tree import Node, path_to
from tokencost_profiles.providers.bodies.media import media_of
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects, text

_ASKED: Final = "What did we do so far?"  # what a compaction sends in place of its request
_ENDS: Final = ("completed", "error")


class Answer(NamedTuple):
    """The prompt of an answer, and its parts."""

    prompt: ThreadParts
    parts: tuple[Part, ...]


class Session:
    """The messages of a session, in the order of their times."""

    def __init__(self) -> None:
        self._last: Node | None = None
        self._messages: list[tuple[str, Node]] = []
        self._tail: str | None = None  # the first message that a compaction keeps
        self._clearings: list[tuple[float, str]] = []  # when a result is cleared, of which call
        self._cleared: set[str] = set()
        self._has_system = False

    def user(self, message: Mapping[str, Any], parts: list[Mapping[str, Any]]) -> None:
        """Take a message of the user."""
        for part in parts:
            if part.get("type") == "compaction":
                self._tail = text(part.get("tail_start_id"))
        self._add(message, user_parts(parts))

    def answer(self, message: Mapping[str, Any], parts: list[Mapping[str, Any]]) -> Answer:
        """Take an answer."""
        created = moment(first_mapping(message, "time").get("created"))
        if not self._has_system:
            self._system(message)
        self._clear(created)
        before = self._last
        answer, results = answer_parts(parts)
        self._clearings += _clearings(parts)
        if message.get("summary") is True:
            self._compact(answer)
        else:
            self._add(message, (*answer, *results))
        return Answer(path_to(before), answer)

    def _add(self, message: Mapping[str, Any], parts: tuple[Part, ...]) -> None:
        self._last = Node(self._last, parts)
        self._messages.append((text(message.get("id")) or "", self._last))

    def _system(self, message: Mapping[str, Any]) -> None:
        """Take the system prompt, which older versions write into every answer."""
        self._has_system = True
        listed = message.get("system")
        texts = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
        if not texts:
            return
        last = Node(None, [Part(SYSTEM, one, "system") for one in texts])
        for at, (name, node) in enumerate(self._messages):
            last = Node(last, node.parts)
            self._messages[at] = (name, last)
        self._last = last

    def _clear(self, now: float | None) -> None:
        """Clear the results of tools that were cleared before an answer."""
        cleared = {call for at, call in self._clearings if now is not None and at <= now}
        if cleared:
            self._clearings = [one for one in self._clearings if one[1] not in cleared]
            self._cleared |= cleared
            self._last = Node(self._last)
            self._last.cleared = frozenset(cleared)

    def _compact(self, answer: tuple[Part, ...]) -> None:
        """Begin again with a summary, and with the messages that are kept."""
        summary = [
            part._replace(role=SUMMARY) if part.role == ASSISTANT else part for part in answer
        ]
        names = [name for name, _ in self._messages]
        first = names.index(self._tail) if self._tail in names else len(names) - 1
        # The last message is the request of the compaction.
        tail = self._messages[first:-1]
        self._last = Node(None, (Part(USER, _ASKED, "compaction"), *summary))
        self._messages, self._tail = [], None
        for name, node in tail:
            self._last = Node(self._last, node.parts)
            self._messages.append((name, self._last))
        if tail and self._cleared:
            self._last = Node(self._last)
            self._last.cleared = frozenset(self._cleared)


def user_parts(parts: list[Mapping[str, Any]]) -> tuple[Part, ...]:
    """Return what the model reads of a message of the user."""
    return tuple(one for at, part in enumerate(parts) for one in _user_part(part, f"{at:04}"))


def _user_part(part: Mapping[str, Any], place: str) -> Iterator[Part]:
    kind, content = part.get("type"), text(part.get("text"))
    if kind == "text" and content and part.get("ignored") is not True:
        yield Part(USER, content, place)
    elif kind == "file":
        yield _file(part, place)
    elif kind == "compaction":
        yield Part(USER, _ASKED, place)


def _file(part: Mapping[str, Any], place: str) -> Part:
    media_type, name = text(part.get("mime")), text(part.get("filename"))
    media = media_of(part.get("url"), place, media_type=media_type)
    return attachment_part(media)._replace(target=name or "")


def answer_parts(
    parts: list[Mapping[str, Any]],
) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return the parts of an answer, and the results of the tools that it called."""
    answer: list[Part] = []
    results: list[Part] = []
    for at, part in enumerate(parts):
        kind, place, content = part.get("type"), f"{at:04}", text(part.get("text"))
        if kind in ("text", "reasoning") and content:
            answer.append(Part(ASSISTANT if kind == "text" else REASONING, content, place))
        elif kind == "tool":
            state, name = first_mapping(part, "state"), str(part.get("tool"))
            call = text(part.get("callID"))
            answer.append(tool_call_part(name, state.get("input"), call, place))
            if state.get("status") in _ENDS:
                results += _result(state, name, call, place)
    return tuple(answer), tuple(results)


def _result(state: Mapping[str, Any], name: str, call: str | None, place: str) -> Iterator[Part]:
    content = text(state.get("output")) or text(state.get("error")) or ""
    blocks: tuple[Block, ...] = (Text(content, place),)
    yield from block_parts((ToolResult(blocks, call, name, place=place),), USER)
    for file in objects(state.get("attachments")):
        yield _file(file, place)._replace(name=name, id=call or "")


def _clearings(parts: list[Mapping[str, Any]]) -> Iterator[tuple[float, str]]:
    for part in parts:
        at = moment(first_mapping(first_mapping(part, "state"), "time").get("compacted"))
        call = text(part.get("callID"))
        if at is not None and call:
            yield at, call
