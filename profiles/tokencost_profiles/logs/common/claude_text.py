"""The text of Claude Code sessions: the prompt of every call, from the tree of its rows.

Not in these logs, and so not in the parts: the system prompt and the tool schemas. A response is
written in rows of a block each, and the results of its tools hang on these: the rows of a response
are one node of the tree here, and all its results another, so that the path to the next response
holds every one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import (
    ASSISTANT,
    REASONING,
    SUMMARY,
    TOOL_CALL,
    TOOL_RESULT,
    USER,
    Part,
)
from tokencost_profiles.calls.message_parts import block_parts, tool_call_part
from tokencost_profiles.files.log_file import DECODE_ERRORS, Input, lenient_json
from tokencost_profiles.logs.common.claude_attachments import attached_parts
from tokencost_profiles.logs.common.message_tree import Node, path_to
from tokencost_profiles.providers.requests.anthropic import message_blocks
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, objects, text

_COMMAND: Final = "local_command"  # a row of the client that the model reads


class _Node(Node):
    __slots__ = ("results",)

    def __init__(self, above: Node | None, parts: Iterable[Part] = ()) -> None:
        super().__init__(above, parts)
        self.results: _Node | None = None  # of a response: those of its tools


class _Response(_Node):
    """A response of the model."""

    __slots__ = ()


def add_text(log_file: Input, calls: Iterable[Call]) -> Iterator[Call]:
    """Yield calls with the text of their prompts and answers."""
    tree = _Tree()
    for row in _rows(log_file):
        tree.take(row)
    for call in calls:
        response = tree.responses.get(call.response_id or "")
        if response is not None:
            call.parts, call.answer = path_to(response.above), tuple(response.parts)
        yield call


class _Tree:
    """The rows of one file, by who follows whom."""

    def __init__(self) -> None:
        self.responses: dict[str, _Node] = {}  # by the id of the message
        self._nodes: dict[str, _Node | None] = {}  # by the id of the row
        self._messages: dict[tuple[str | None, str], _Node] = {}  # by agent and message
        self._callers: dict[str, _Node] = {}  # who asked for a tool, by the id of the call
        self._agents: dict[str, str] = {}  # of progress rows: the last of each agent
        # What a compaction preserved, by the id of the row that it stands behind.
        self._preserved: dict[str, list[Part]] = {}

    def take(self, row: Mapping[str, Any]) -> None:
        """Take the next row."""
        kind, name = row.get("type"), text(row.get("uuid"))
        if kind == "progress":
            self._progress(row)
        if name is not None and name in self._nodes:
            return  # a row that was copied
        above = self._above(row, name)
        node: _Node | None
        if kind == "assistant":
            node = self._response(row, above)
        elif kind == "system":
            node = self._system(row, above)
        elif kind == "attachment":
            node = _attached(above, attached_parts(row.get("attachment")))
        elif "message" in row:
            node = self._user(row, above)
        else:
            node = above
        if name is not None:
            self._nodes[name] = node

    def _above(self, row: Mapping[str, Any], name: str | None) -> _Node | None:
        """Return what a row follows: behind a response its results, where there are any."""
        parent = text(row.get("parentUuid")) or ""
        node = self._nodes.get(parent)
        if parent in self._preserved:
            return _Node(node, self._preserved[parent])
        return node if node is None or node.results is None else node.results

    def _response(self, row: Mapping[str, Any], above: _Node | None) -> _Node:
        message = first_mapping(row, "message")
        name = str(message.get("id"))
        key = (text(row.get("agentId")), name)
        node = self._messages.get(key)
        if node is None:
            node = self._messages[key] = _Response(above)
            self.responses.setdefault(name, node)
        parts = parts_of(message.get("content"), ASSISTANT, len(node.parts))
        node.parts += parts
        for part in parts:
            if part.role == TOOL_CALL and part.id:
                self._callers[part.id] = node
        return node

    def _user(self, row: Mapping[str, Any], above: _Node | None) -> _Node | None:
        parts = parts_of(first_mapping(row, "message").get("content"), USER)
        if row.get("isCompactSummary"):
            summary = (part._replace(role=SUMMARY) for part in parts)
            return _Node(above if _is_start(above) else None, summary)
        if row.get("isVisibleInTranscriptOnly"):
            return above
        answered = next((part.id for part in parts if part.role == TOOL_RESULT), None)
        caller = self._callers.get(answered or "")
        if caller is None:
            return _Node(above, parts)
        if caller.results is None:
            caller.results = _Node(caller)
        caller.results.parts += parts
        return caller.results

    def _system(self, row: Mapping[str, Any], above: _Node | None) -> _Node | None:
        kind = row.get("subtype")
        if kind == "compact_boundary":
            self._preserve(row)
            return _Node(None)
        if kind == "microcompact_boundary":
            cleared = first_mapping(row, "microcompactMetadata").get("compactedToolIds")
            node = _Node(above)
            node.cleared = frozenset(map(str, cleared if isinstance(cleared, list) else ()))
            return node
        content = row.get("content")
        if kind == _COMMAND and isinstance(content, str) and content:
            return _attached(above, (Part(USER, content, "0000", _COMMAND),))
        return above

    def _preserve(self, row: Mapping[str, Any]) -> None:
        """Note which rows before a compaction are sent after it, too, and behind which row."""
        metadata = first_mapping(row, "compactMetadata")
        segment = first_mapping(metadata, "preservedSegment")
        listed = first_mapping(metadata, "preservedMessages")
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

    def _progress(self, row: Mapping[str, Any]) -> None:
        """Take a row of a subagent inside a row of the session: they follow each other."""
        data = first_mapping(row, "data")
        inner = first_mapping(data, "message")
        agent = text(data.get("agentId")) or text(inner.get("agentId"))
        name = text(inner.get("uuid"))
        if not inner or name is None or name in self._nodes:
            return
        if agent is None:
            self.take(inner)
            return
        if agent not in self._agents:
            self._agents[agent] = f"task of {agent}"
            self._nodes[self._agents[agent]] = _Node(None, parts_of(data.get("prompt"), USER))
        self.take({**inner, "agentId": agent, "parentUuid": self._agents[agent]})
        self._agents[agent] = name


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


def _rows(log_file: Input) -> Iterator[Mapping[str, Any]]:
    if log_file.is_document and log_file.has("loglines"):
        document = log_file.document
        rows = document.get("loglines") if isinstance(document, dict) else None
        yield from objects(rows)
        return
    for _, line in log_file.lines():
        row = _row(line)
        if isinstance(row, dict):
            yield row


def _row(line: bytes) -> Any:
    """Return the value of a line, repaired as it is for its usage; None: it is no JSON."""
    try:
        return msgspec.json.decode(line)
    except (*DECODE_ERRORS, RecursionError):
        pass
    try:
        return lenient_json(line)  # a text may hold half of a character
    except (ValueError, RecursionError):
        return None  # noted when the calls were read


def parts_of(content: Any, role: str, first: int = 0) -> tuple[Part, ...]:
    """Return the parts of a message's content in Anthropic's form.

    `first` is the number of the first block: rows may hold one block of a message each.
    """
    parts = _plain_parts(content, role, first)
    if parts is None:
        blocks = block_parts(message_blocks(content, ""), role)
        parts = [part._replace(place=f"{at:04}") for at, part in enumerate(blocks, first)]
    return tuple(parts)


def _plain_parts(content: Any, role: str, at: int) -> list[Part] | None:
    """Return the parts of content whose blocks are nothing but texts and calls of tools.

    They are what `block_parts` makes of them, in one step: almost all blocks of a log are so.
    None: there are others.
    """
    if not isinstance(content, list):
        return None
    parts: list[Part] = []
    for block in content:
        part = _plain_part(block, role, f"{at + len(parts):04}")
        if part is None:
            return None
        parts.append(part)
    return parts


def _plain_part(block: Any, role: str, place: str) -> Part | None:
    if not isinstance(block, dict):
        return None
    kind = block.get("type")
    if kind == TOOL_RESULT:
        content, call_id = block.get("content"), block.get("tool_use_id")
        if isinstance(content, str) and isinstance(call_id, str) and "name" not in block:
            return Part(TOOL_RESULT, content, place, "", call_id)
    elif kind == "tool_use":
        name, call_id = block.get("name"), block.get("id")
        if isinstance(name, str) and isinstance(call_id, str):
            return tool_call_part(name, block.get("input"), call_id, place)
    elif kind in ("text", "thinking"):
        content = block.get(kind)
        if isinstance(content, str) and content:
            return Part(role if kind == "text" else REASONING, content, place)
    return None


def is_prompt(content: Any) -> bool:
    """Whether the content of a message of the user is more than results of tools."""
    return isinstance(content, str) or any(
        block.get("type") != TOOL_RESULT for block in objects(content)
    )
