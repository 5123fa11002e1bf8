"""The text of Copilot CLI sessions: the messages around each request, of each agent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import (
    ASSISTANT,
    REASONING,
    SUMMARY,
    SYSTEM,
    TOOL_RESULT,
    USER,
    Part,
)
from tokencost_profiles.calls.message_parts import sealed_part, tool_call_part
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects, text

_COMPACTED: Final = "session.compaction_complete"


class _Thread:
    """The conversation of one agent."""

    def __init__(self) -> None:
        self.prompt = ThreadParts([])
        self.before = self.prompt  # the last answer
        self.answer: tuple[Part, ...] | None = None  # that no request was reported for
        self.waiting: Call | None = None  # a request whose answer is not there yet


class Threads:
    """The conversations of a session."""

    def __init__(self) -> None:
        self._threads: dict[str | None, _Thread] = {}
        self._tools: dict[str, str] = {}  # names, by the id of the call

    def take(self, kind: str, agent: str | None, data: Mapping[str, Any], line: int) -> None:
        """Take an event."""
        thread = self._threads.setdefault(agent, _Thread())
        parts = tuple(self._parts(kind, data, str(line)))
        if kind == _COMPACTED:
            if parts:
                head = [part for part in thread.prompt if part.role == SYSTEM]
                thread.prompt = ThreadParts([*head, *parts])
            return
        if kind == "assistant.message":
            thread.before, thread.answer = thread.prompt, parts
            if thread.waiting is not None:
                thread.waiting.answer, thread.answer, thread.waiting = parts, None, None
        thread.prompt = thread.prompt.followed_by(parts)

    def add_text(self, call: Call) -> None:
        """Set the text of a request: its answer may stand before it, or follow."""
        thread = self._threads.setdefault(call.thread, _Thread())
        if thread.answer is None:
            call.parts, thread.waiting = thread.prompt, call
        else:
            call.parts, call.answer, thread.answer = thread.before, thread.answer, None

    def _parts(self, kind: str, data: Mapping[str, Any], place: str) -> Iterator[Part]:
        if kind == "assistant.message":
            yield from self._answer_parts(data, place)
        elif kind == "tool.execution_complete":
            call, result = text(data.get("toolCallId")) or "", first_mapping(data, "result")
            content = text(result.get("content")) or text(
                first_mapping(data, "error").get("message")
            )
            yield Part(TOOL_RESULT, content or "", place, self._tools.get(call, ""), call)
        else:
            role, name = _TEXTS.get(kind, ("", ""))
            content = text(data.get("transformedContent")) or text(data.get(name))
            if role and content:
                yield Part(role, content, place)

    def _answer_parts(self, data: Mapping[str, Any], place: str) -> Iterator[Part]:
        thought, seal = text(data.get("reasoningText")), text(data.get("reasoningOpaque"))
        if thought:
            yield Part(REASONING, thought, place)
        elif seal:
            yield sealed_part(seal, place)
        content = text(data.get("content"))
        if content:
            yield Part(ASSISTANT, content, place)
        for asked in objects(data.get("toolRequests")):
            call, name = text(asked.get("toolCallId")), str(asked.get("name"))
            if call:
                self._tools[call] = name
            yield tool_call_part(name, asked.get("arguments"), call, place)


# The role of an event, and where its text is.
_TEXTS: Final = {
    "system.message": (SYSTEM, "content"),
    "user.message": (USER, "content"),
    _COMPACTED: (SUMMARY, "summaryContent"),
}
