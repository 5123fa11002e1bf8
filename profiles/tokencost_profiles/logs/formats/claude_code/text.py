"""The text of Claude Code sessions: the prompt of every call, from the tree of its rows.

Not in these logs, and so not in the parts: the system prompt and the tool schemas. A response is
written in rows of a block each, and the results of its tools hang on these: the rows of a response
are one node of the tree here, and all its results another, so that the path to the next response
holds every one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, SUMMARY, TOOL_CALL, TOOL_RESULT, USER, Part
from tokencost_profiles.logs.common.claude_attachments import attached_parts
from tokencost_profiles.logs.common.claude_text import parts_of
from tokencost_profiles.logs.common.message_tree import Node, path_to
from tokencost_profiles.logs.formats.claude_code.text_rows import TextRow, message_parts, text_row
from tokencost_profiles.providers.bodies.blocks import as_mapping
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

_COMMAND: Final = "local_command"  # a row of the client that the model reads


class _Node(Node):
    __slots__ = ("results",)

    def __init__(self, above: Node | None, parts: Iterable[Part] = ()) -> None:
        super().__init__(above, parts)
        self.results: _Node | None = None  # of a response: those of its tools


class _Response(_Node):
    """A response of the model."""

    __slots__ = ()


class TextTree:
    """The rows of one file, by who follows whom."""

    def __init__(self) -> None:
        self._responses: dict[str, _Node] = {}  # by the id of the message
        self._nodes: dict[str, _Node | None] = {}  # by the id of the row
        self._messages: dict[tuple[str | None, str], _Node] = {}  # by agent and message
        self._callers: dict[str, _Node] = {}  # who asked for a tool, by the id of the call
        self._agents: dict[str, str] = {}  # of progress rows: the last of each agent
        # What a compaction preserved, by the id of the row that it stands behind.
        self._preserved: dict[str, list[Part]] = {}

    def take(self, row: TextRow, line: bytes) -> None:
        """Take the next row, and the line that it is."""
        kind, name = row.type, row.uuid
        if kind == "progress":
            self._progress(row)
        nodes = self._nodes
        if name and name in nodes:
            return  # a row that was copied
        above = nodes.get(row.parent or "")
        if row.parent in self._preserved:
            above = _Node(above, self._preserved[row.parent])
        elif above is not None and above.results is not None:
            above = above.results  # behind a response stand its results
        node: _Node | None
        if kind == "assistant":
            node = self._response(row, above, line)
        elif kind == "system":
            node = self._system(row, above)
        elif kind == "attachment":
            node = _attached(above, attached_parts(row.attachment))
        elif row.message is not None:
            node = self._user(row, above, line)
        else:
            node = above
        if name:
            nodes[name] = node

    def with_text(self, calls: Iterable[Call]) -> Iterator[Call]:
        """Yield calls with the text of their prompts and answers; no row may come after."""
        for call in calls:
            response = self._responses.get(call.response_id or "")
            if response is not None:
                call.parts, call.answer = path_to(response.above), tuple(response.parts)
            yield call
        for node in self._messages.values():
            node.results = None  # they name each other: the texts would remain until a collection

    def _response(self, row: TextRow, above: _Node | None, line: bytes) -> _Node:
        message = row.message
        name = str(None if message is None else message.id)
        key = (row.agent or None, name)
        node = self._messages.get(key)
        if node is None:
            node = self._messages[key] = _Response(above)
            self._responses.setdefault(name, node)
        parts = message_parts(message, ASSISTANT, len(node.parts), line)
        node.parts += parts
        for part in parts:
            if part.id and part.role == TOOL_CALL:
                self._callers[part.id] = node
        return node

    def _user(self, row: TextRow, above: _Node | None, line: bytes) -> _Node | None:
        parts = message_parts(row.message, USER, 0, line)
        if row.is_summary:
            summary = (part._replace(role=SUMMARY) for part in parts)
            return _Node(above if _is_start(above) else None, summary)
        if row.is_display:
            return above
        caller = None
        for part in parts:
            if part.role == TOOL_RESULT:
                caller = self._callers.get(part.id)
                break
        if caller is None:
            return _Node(above, parts)
        if caller.results is None:
            caller.results = _Node(caller)
        caller.results.parts += parts
        return caller.results

    def _system(self, row: TextRow, above: _Node | None) -> _Node | None:
        kind, content = row.subtype, row.content
        if kind == "compact_boundary":
            self._preserve(row)
            return _Node(None)
        if kind == "microcompact_boundary":
            cleared = as_mapping(row.clearing).get("compactedToolIds")
            node = _Node(above)
            node.cleared = frozenset(map(str, cleared if isinstance(cleared, list) else ()))
            return node
        if kind == _COMMAND and isinstance(content, str) and content:
            return _attached(above, (Part(USER, content, "0000", _COMMAND),))
        return above

    def _preserve(self, row: TextRow) -> None:
        """Note which rows before a compaction are sent after it, too, and behind which row."""
        segment = first_mapping(row.compaction, "preservedSegment")
        listed = first_mapping(row.compaction, "preservedMessages")
        anchor = text(segment.get("anchorUuid")) or text(listed.get("anchorUuid"))
        if anchor is None:
            return
        names = listed.get("uuids")
        if isinstance(names, list):
            nodes = dict.fromkeys(self._nodes.get(str(name)) for name in names)
            parts = [part for node in nodes if node is not None for part in node.parts]
        else:
            parts = self._segment(str(segment.get("headUuid")), str(segment.get("tailUuid")))
        if parts:
            self._preserved[anchor] = parts

    def _segment(self, head: str, tail: str) -> list[Part]:
        """Return the parts from one row to another, in order; none where they are not related."""
        first, last = self._nodes.get(head), self._nodes.get(tail)
        segment: list[list[Part]] = []
        if last is not None and last.results is not None:
            segment.append(last.results.parts)
        node: Node | None = last
        while node is not None:
            segment.append(node.parts)
            if node is first:
                return [part for parts in reversed(segment) for part in parts]
            node = node.above
        return []

    def _progress(self, row: TextRow) -> None:
        """Take a row of a subagent inside a row of the session: they follow each other."""
        data = row.data
        if data is None or not data.message:
            return
        line = bytes(data.message)
        inner = text_row(line)
        if inner is None or not inner.uuid or inner.uuid in self._nodes:
            return
        agent = text(data.agent) or inner.agent
        if not agent:
            self.take(inner, line)
            return
        if agent not in self._agents:
            self._agents[agent] = f"task of {agent}"
            self._nodes[self._agents[agent]] = _Node(None, parts_of(data.prompt, USER))
        inner.agent, inner.parent = agent, self._agents[agent]
        self.take(inner, line)
        self._agents[agent] = inner.uuid


def _is_start(node: Node | None) -> bool:
    """Whether a conversation starts at a node: at a compaction, or with what it preserved."""
    while node is not None and not isinstance(node, _Response):
        if node.above is None:
            return True
        node = node.above
    return False


def _attached(above: _Node | None, parts: tuple[Part, ...]) -> _Node | None:
    """Add to a message what the client sends with it."""
    if not parts:
        return above
    if above is None or isinstance(above, _Response):
        return _Node(above, parts)
    above.parts += parts
    return above
