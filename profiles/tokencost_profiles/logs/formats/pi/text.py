"""The text of Pi sessions: the prompt of every call, from the entries before it.

Entries follow each other, or the one that they name as their parent: a session is a tree, and a
branch of it does not see the others. After a compaction the prompt is its summary, the entries that
it names as kept, and what follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SUMMARY,
    USER,
    Block,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
)
from tokencost_profiles.calls.message_parts import block_parts
from tokencost_profiles.calls.thread_parts import ThreadParts
from tokencost_profiles.providers.bodies.media import media_of
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects, text

_BASH: Final = "bashExecution"
_SUMMARIES: Final = {"branchSummary": "branch", "compactionSummary": ""}


class _Entry:
    """An entry of a session, and the prompt of a call that would follow it."""

    __slots__ = ("above", "parts", "prompt")

    def __init__(self, above: _Entry | None, parts: tuple[Part, ...], prompt: ThreadParts) -> None:
        self.above, self.parts, self.prompt = above, parts, prompt


class Branches:
    """The entries of one file."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._by_id: dict[str, _Entry] = {}

    def take(self, row: Mapping[str, Any], number: int) -> tuple[ThreadParts, tuple[Part, ...]]:
        """Take the next row. Return the prompt before it and its parts."""
        above = self._above(row)
        prompt = ThreadParts([]) if above is None else above.prompt
        parts = entry_parts(row, number)
        if row.get("type") == "compaction":
            behind = ThreadParts([*parts, *self._remaining(row, above)])
            entry = _Entry(above, (), behind)
        else:
            entry = _Entry(above, parts, prompt.followed_by(parts))
        self._entries.append(entry)
        name = text(row.get("id"))
        if name is not None and row.get("type") != "session":
            self._by_id[name] = entry
        return prompt, parts

    def _above(self, row: Mapping[str, Any]) -> _Entry | None:
        if "parentId" in row:
            return self._by_id.get(str(row["parentId"]))
        return self._entries[-1] if self._entries else None

    def _remaining(self, row: Mapping[str, Any], above: _Entry | None) -> Iterator[Part]:
        """Yield the parts of the entries that a compaction keeps."""
        index = row.get("firstKeptEntryIndex")
        first = self._by_id.get(str(row.get("firstKeptEntryId")))
        if first is None and type(index) is int and 0 <= index < len(self._entries):
            first = self._entries[index]
        entries = []
        while above is not None and first is not None:
            entries.append(above)
            if above is first:
                break
            above = above.above
        else:
            return
        for entry in reversed(entries):
            yield from entry.parts


def entry_parts(row: Mapping[str, Any], number: int) -> tuple[Part, ...]:
    """Return what the model reads, or wrote, of a row."""
    kind, place = row.get("type"), str(number)
    if kind in ("compaction", "branch_summary"):
        name = "branch" if kind == "branch_summary" else ""
        summary = text(row.get("summary"))
        return (Part(SUMMARY, summary, place, name),) if summary else ()
    if kind == "custom_message":
        return _added(row, place)
    message = first_mapping(row, "message")
    role = str(message.get("role"))
    if role == _BASH:
        return _command(message, place)
    if role == "custom":
        return _added(message, place)
    if role in _SUMMARIES:
        summary = text(message.get("summary"))
        return (Part(SUMMARY, summary, place, _SUMMARIES[role]),) if summary else ()
    if role == ASSISTANT:
        place = ""  # the same in every branch that copies the answer
    blocks = tuple(_blocks(message.get("content"), place))
    if role == "toolResult":
        call, tool = text(message.get("toolCallId")), text(message.get("toolName"))
        blocks = (ToolResult(blocks, call, tool, message.get("isError") is True, place),)
    return tuple(block_parts(blocks, role if role in ("system", ASSISTANT) else USER))


def _added(message: Mapping[str, Any], place: str) -> tuple[Part, ...]:
    """Return the parts of a message of an extension, which the model reads as the user's."""
    name = text(message.get("customType")) or "custom"
    parts = block_parts(_blocks(message.get("content"), place), USER)
    return tuple(part._replace(name=name) for part in parts)


def _command(message: Mapping[str, Any], place: str) -> tuple[Part, ...]:
    """Return the part of a command that the user ran, unless the model does not hear of it."""
    if message.get("excludeFromContext") is True:
        return ()
    ran = f"Ran `{message.get('command') or ''}`\n```\n{message.get('output') or ''}\n```"
    code = message.get("exitCode")
    if type(code) is int and code:
        ran += f"\n\nCommand exited with code {code}"
    return (Part(USER, ran, place, _BASH),)


def _blocks(content: Any, place: str) -> Iterator[Block]:
    if isinstance(content, str):
        yield Text(content, place)
        return
    for at, entry in enumerate(objects(content)):
        where, kind = f"{place}.{at:04}", entry.get("type")
        if kind == "thinking":
            seal = text(entry.get("thinkingSignature")) or ""
            yield Reasoning(text(entry.get("thinking")) or "", len(seal), where, seal)
        elif kind == "toolCall":
            name = str(entry.get("name"))
            yield ToolCall(name, entry.get("arguments"), text(entry.get("id")), where)
        elif kind == "image":
            data, media_type = entry.get("data"), text(entry.get("mimeType"))
            yield media_of(data, where, kind="image", media_type=media_type)
        else:
            yield Text(text(entry.get("text")) or "", where)
