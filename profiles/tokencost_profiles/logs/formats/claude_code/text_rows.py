"""The rows of Claude Code's session files with their text, decoded by type.

One decoding serves the calls and their text: what neither needs is passed over undecoded, such as
the copy of a tool's result that a row holds for the client.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from tokencost_profiles.calls.content import ASSISTANT, REASONING, TOOL_RESULT, Part
from tokencost_profiles.calls.json_texts import value_text
from tokencost_profiles.calls.message_parts import tool_call_part
from tokencost_profiles.files.log_file import DECODE_ERRORS, lenient_json
from tokencost_profiles.logs.common.claude_text import parts_of
from tokencost_profiles.logs.formats.claude_code.session_rows import (
    Block,
    Nested,
    RawMessage,
    RawRow,
)
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

_PLACES: Final = tuple(f"{at:04}" for at in range(64))


class TextBlock(Block, gc=False):
    """A content block with its text, the input of a tool, or its result."""

    text: Any = None
    thinking: Any = None
    content: Any = None
    call: Any = msgspec.field(default=None, name="tool_use_id")
    input: Any = None


class TextMessage(RawMessage, gc=False):
    """A message of the API with its text."""

    content: Sequence[TextBlock] | str | None = None


class TextNested(Nested, gc=False):
    """A row inside a row, and the task of the subagent that wrote it."""

    agent: Any = msgspec.field(default=None, name="agentId")
    prompt: Any = None


class TextRow(RawRow, gc=False):
    """A row of a session, with the fields that calls and their text need."""

    uuid: str | None = None
    parent: str | None = msgspec.field(default=None, name="parentUuid")
    message: TextMessage | None = None
    data: TextNested | None = None
    is_summary: Any = msgspec.field(default=None, name="isCompactSummary")
    is_display: Any = msgspec.field(default=None, name="isVisibleInTranscriptOnly")
    subtype: Any = None
    content: Any = None  # of a row of the client
    attachment: Any = None
    compaction: Any = msgspec.field(default=None, name="compactMetadata")
    clearing: Any = msgspec.field(default=None, name="microcompactMetadata")


class _MappedMessage(TextMessage, gc=False):
    """A message of a row whose fields are not of the expected types, or that was repaired."""

    blocks: Any = None


TEXT_ROW: Final = msgspec.json.Decoder(TextRow, strict=False)


class _FullMessage(msgspec.Struct, gc=False):
    content: Any = None


class _FullRow(msgspec.Struct, gc=False):
    message: _FullMessage | None = None


_FULL_ROW: Final = msgspec.json.Decoder(_FullRow)


def text_row(line: bytes) -> TextRow | None:
    """Return the row that a line is, whatever its fields are; None where it is no JSON object."""
    try:
        return TEXT_ROW.decode(line)
    except (*DECODE_ERRORS, RecursionError):
        return repaired_row(line)


def repaired_row(line: bytes) -> TextRow | None:
    """Return the row of a line that cannot be decoded by type; None where it is no JSON object."""
    row = _value(line)
    if not isinstance(row, dict):
        return None
    data, message = first_mapping(row, "data"), first_mapping(row, "message")
    return TextRow(
        type=text(row.get("type")),
        agent=text(row.get("agentId")),
        uuid=text(row.get("uuid")),
        parent=text(row.get("parentUuid")),
        message=_MappedMessage(id=_name(message.get("id")), blocks=message.get("content"))
        if "message" in row
        else None,
        data=TextNested(
            message=msgspec.Raw(value_text(first_mapping(data, "message")).encode()),
            agent=data.get("agentId"),
            prompt=data.get("prompt"),
        ),
        is_summary=row.get("isCompactSummary"),
        is_display=row.get("isVisibleInTranscriptOnly"),
        subtype=row.get("subtype"),
        content=row.get("content"),
        attachment=row.get("attachment"),
        compaction=row.get("compactMetadata"),
        clearing=row.get("microcompactMetadata"),
    )


def _name(value: Any) -> str | None:
    return None if value is None else str(value)


def _value(line: bytes) -> Any:
    """Return the value of a line, repaired as it is for its usage; None: it is no JSON."""
    try:
        return msgspec.json.decode(line)
    except (*DECODE_ERRORS, RecursionError):
        pass
    try:
        return lenient_json(line)  # a text may hold half of a character
    except (ValueError, RecursionError):
        return None  # noted when the calls were read


def answer_parts(line: bytes) -> list[Part]:
    """Return the parts of the row of an answer."""
    row = text_row(line)
    return [] if row is None else message_parts(row.message, ASSISTANT, 0, line)


def message_parts(message: TextMessage | None, role: str, first: int, line: bytes) -> list[Part]:
    """Return the parts of the message of a row; `line`: the row as it stands.

    `first` is the number of the first block: rows may hold one block of a message each.
    """
    if message is None:
        return []
    if isinstance(message, _MappedMessage):
        return list(parts_of(message.blocks, role, first))
    content = message.content
    if isinstance(content, str):
        return [Part(role, content, f"{first:04}")] if content else []
    parts: list[Part] = []
    for at, block in enumerate(content or (), first):
        part = _part(block, role, _PLACES[at] if at < len(_PLACES) else f"{at:04}")
        if part is None:
            return list(parts_of(_content(line), role, first))
        parts.append(part)
    return parts


def _content(line: bytes) -> Any:
    """Return the content of the message of a row, with every field of its blocks."""
    try:
        message = _FULL_ROW.decode(line).message
    except (*DECODE_ERRORS, RecursionError):
        return first_mapping(_value(line), "message").get("content")
    return None if message is None else message.content


def _part(block: TextBlock, role: str, place: str) -> Part | None:
    """Return what a block is by the rules of `block_parts`; None: it is of another kind."""
    kind = block.type
    if kind == "text":
        if isinstance(block.text, str) and block.text:
            return Part(role, block.text, place)
    elif kind == TOOL_RESULT:
        output = block.content if isinstance(block.content, str) else _joined(block.content)
        if output is not None and isinstance(block.call, str) and block.name is None:
            return Part(TOOL_RESULT, output, place, "", block.call)
    elif kind == "tool_use":
        if block.name is not None and block.id is not None:
            return tool_call_part(block.name, block.input, block.id, place)
    elif kind == "thinking" and isinstance(block.thinking, str) and block.thinking:
        return Part(REASONING, block.thinking, place)
    return None


def _joined(blocks: Any) -> str | None:
    """Return the text of a result of texts alone; None: it has other blocks."""
    if not isinstance(blocks, list):
        return None
    texts = [
        block.get("text")
        for block in blocks
        if isinstance(block, Mapping) and block.get("type") == "text"
    ]
    if len(texts) < len(blocks) or not all(isinstance(one, str) for one in texts):
        return None
    return "\n".join(map(str, texts))
