"""The threads of a Claude Agent SDK session: the main one, and one of each subagent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import SUMMARY, USER, Part
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.logs.common.claude_text import is_prompt, parts_of
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects, text

_CONTINUED: Final = "This session is being continued"


class _Thread:
    """A conversation. Rows of one response follow each other, but for results between them."""

    def __init__(self, parts: tuple[Part, ...] = ()) -> None:
        self.prompt = ThreadParts(list(parts))
        self.rows: list[tuple[str, tuple[Part, ...]]] = []
        self.is_compacted = False  # the next message of the user is what was left
        self.preserved: tuple[Part, ...] = ()

    def add(self, name: str, parts: tuple[Part, ...]) -> None:
        """Add a row."""
        self.prompt = self.prompt.followed_by(parts)
        self.rows.append((name, parts))


class Threads:
    """The threads of one file."""

    def __init__(self) -> None:
        self._threads: dict[str | None, _Thread] = {}
        self._tasks: dict[str, tuple[Part, ...]] = {}  # by the tool call that starts a subagent
        self._names: set[str] = set()

    def before(self, row: Mapping[str, Any]) -> ThreadParts:
        """Return the prompt that stands before a row."""
        return self._of(row).prompt

    def answer(self, row: Mapping[str, Any], parts: tuple[Part, ...]) -> None:
        """Add a row of a response."""
        for block in objects(first_mapping(row, "message").get("content")):
            task = text(first_mapping(block, "input").get("prompt"))
            if task and block.get("type") == "tool_use":
                self._tasks[str(block.get("id"))] = (Part(USER, task, "0000"),)
        self._of(row).add(text(row.get("uuid")) or "", parts)

    def user(self, row: Mapping[str, Any]) -> None:
        """Take a message of the user. One that is replayed was there before."""
        name = text(row.get("uuid")) or ""
        if name in self._names:
            return
        self._names |= {name} if name else set()
        parts = parts_of(first_mapping(row, "message").get("content"), USER)
        thread = self._of(row)
        if thread.is_compacted and _is_summary(row, parts):
            thread.is_compacted = False
            parts = tuple(part._replace(role=SUMMARY) for part in parts) + thread.preserved
        elif not thread.rows and [part.text for part in thread.prompt] == [
            part.text for part in parts
        ]:
            return  # the task of a subagent, which its call holds too
        thread.add(name, parts)

    def compact(self, row: Mapping[str, Any]) -> None:
        """Begin a thread anew."""
        rows = self._of(row).rows
        segment = first_mapping(first_mapping(row, "compact_metadata"), "preserved_segment")
        names = [name for name, _ in rows]
        head, tail = segment.get("head_uuid"), segment.get("tail_uuid")
        thread = self._threads[text(row.get("parent_tool_use_id"))] = _Thread()
        thread.is_compacted = True
        if head in names and tail in names:
            preserved = rows[names.index(head) : names.index(tail) + 1]
            thread.preserved = tuple(part for _, parts in preserved for part in parts)

    def _of(self, row: Mapping[str, Any]) -> _Thread:
        name = text(row.get("parent_tool_use_id"))
        thread = self._threads.get(name)
        if thread is None:
            thread = self._threads[name] = _Thread(self._tasks.get(name or "", ()))
        return thread


def _is_summary(row: Mapping[str, Any], parts: tuple[Part, ...]) -> bool:
    if row.get("isSynthetic") is True or row.get("isCompactSummary") is True:
        return True
    return bool(parts) and parts[0].text.startswith(_CONTINUED)


def is_from_user(row: Mapping[str, Any]) -> bool:
    """Whether a row is a message that the user wrote."""
    if text(row.get("parent_tool_use_id")) or row.get("isSynthetic") is True:
        return False
    return is_prompt(first_mapping(row, "message").get("content"))
