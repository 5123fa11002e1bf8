"""The text of a task of Cline or Roo Code: `api_conversation_history.json` beside its requests.

It holds all messages, also those that are sent no more: a request names the range that was cut out,
or a message is a summary of all before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import SUMMARY, USER, Part
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.logs.common.claude_text import parts_of
from tokencost_profiles.providers.usage_fields.usage_format import objects

_Range = tuple[int, int]  # of the first message that is not sent, and the first one behind


class History:
    """The messages of a task."""

    def __init__(self, messages: Any) -> None:
        self._messages = objects(messages)
        self._answers = [
            at for at, one in enumerate(self._messages) if one.get("role") == "assistant"
        ]
        self._parts = [_parts(message) for message in self._messages]
        self._lists: dict[_Range, tuple[list[Part], list[int]]] = {}

    def add_text(self, call: Call, row: Mapping[str, Any], number: int, cut: Any) -> None:
        """Set the prompt and the answer of a request.

        `number`: which of the answered requests it is. `cut`: the range of messages, both ends
        included, that is in force.
        """
        answer = self._answer(row, number)
        if answer is None:
            return
        parts, ends = self._list(self._removed(answer, cut))
        call.parts, call.answer = ThreadParts(parts, ends[answer]), self._parts[answer]

    def _answer(self, row: Mapping[str, Any], number: int) -> int | None:
        """Return the index of an answer. The index in a row is that of the last message then."""
        index = row.get("conversationHistoryIndex")
        if type(index) is int:
            return next((at for at in self._answers if at > index), None)
        return self._answers[number] if number < len(self._answers) else None

    def _removed(self, answer: int, cut: Any) -> _Range:
        for at in range(answer - 1, 0, -1):
            if self._messages[at].get("isSummary") is True:
                return (0, at)
        if isinstance(cut, list) and len(cut) == 2 and all(type(end) is int for end in cut):
            return (max(0, cut[0]), min(cut[1] + 1, answer)) if cut[0] <= cut[1] else (0, 0)
        return (0, 0)

    def _list(self, removed: _Range) -> tuple[list[Part], list[int]]:
        """Return the parts of all messages but a range, and how many stand before each."""
        known = self._lists.get(removed)
        if known is None:
            parts: list[Part] = []
            ends = []
            for at, message in enumerate(self._parts):
                ends.append(len(parts))
                if not removed[0] <= at < removed[1]:
                    parts += message
            known = self._lists[removed] = (parts, ends)
        return known


def _parts(message: Mapping[str, Any]) -> tuple[Part, ...]:
    role = "assistant" if message.get("role") == "assistant" else USER
    parts = parts_of(message.get("content"), role)
    if message.get("isSummary") is True:
        return tuple(part._replace(role=SUMMARY) for part in parts)
    return parts
