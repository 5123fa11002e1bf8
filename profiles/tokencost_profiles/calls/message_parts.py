"""From the blocks of messages to parts: texts that a model reads or wrote, by what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ATTACHMENT,
    REASONING,
    SYSTEM,
    TOOL,
    TOOL_CALL,
    TOOL_RESULT,
    TOOLS,
    Block,
    Media,
    Other,
    Part,
    Reasoning,
    Request,
    Text,
    Tool,
    ToolCall,
    ToolResult,
    json_text,
    text_of,
)
from tokencost_profiles.calls.json_texts import compact_json, value_text
from tokencost_profiles.calls.tool_targets import tool_target

_HASH_BYTES: Final = 12


def request_parts(request: Request) -> tuple[Part, ...]:
    """Return every text of a request, in order, by what it is."""
    parts = [*tool_parts(request.tools), *block_parts(request.system, SYSTEM)]
    for message in request.messages:
        parts += block_parts(message.blocks, message.role)
    return tuple(parts)


def tool_parts(tools: Iterable[Tool]) -> Iterator[Part]:
    """Yield a part for each schema of a tool."""
    for tool in tools:
        schema = tool.raw or tool.parameters or {}
        yield Part(TOOLS, json_text(schema), tool.place, name=tool.name)


def block_parts(blocks: Iterable[Block], role: str) -> Iterator[Part]:
    """Yield the parts of the blocks of a message."""
    for block in blocks:
        if isinstance(block, Text):
            if block.text:
                yield Part(TOOL_RESULT if role == TOOL else role, block.text, block.place)
        elif isinstance(block, Reasoning):
            yield from _thinking_parts(block)
        elif isinstance(block, ToolCall):
            yield tool_call_part(block.name, block.arguments, block.id, block.place)
        elif isinstance(block, ToolResult):
            yield from _result_parts(block)
        elif isinstance(block, Media):
            yield attachment_part(block)
        elif isinstance(block.value, Mapping):
            yield from _other_parts(block.kind, block.value, role, block.place)


def tool_call_part(name: str, arguments: Any, call_id: str | None = None, place: str = "") -> Part:
    """Return the part that a tool call is. `arguments`: as they are sent, a value or JSON text.

    They stand in it as compact JSON, however they were written: so a call is the same part in an
    answer and in the prompts after it.
    """
    target = tool_target(arguments)
    return Part(TOOL_CALL, f"{name}{compact_json(arguments)}", place, name, call_id or "", target)


def attachment_part(media: Media, name: str = "", call_id: str = "") -> Part:
    """Return the part that an image, a recording or a document is."""
    text = media.text or ""
    digest = b"" if text else media.digest
    known = media._replace(text=None)
    return Part(ATTACHMENT, text, media.place, name, call_id, "", known, digest)


def sealed_part(seal: str, place: str = "") -> Part:
    """Return the part that encrypted thinking is: of no text, and as long as what is encrypted."""
    from hashlib import blake2b  # loads a library of ciphers: prompts as text hold no seal

    digest = blake2b(seal.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES).digest()
    return Part(REASONING, "", place, hash=digest, size=len(seal) * 3 // 4)  # base64


def _thinking_parts(block: Reasoning) -> Iterator[Part]:
    if block.text:
        yield Part(REASONING, block.text, block.place)
    elif block.seal:
        yield sealed_part(block.seal, block.place)


def _result_parts(result: ToolResult) -> Iterator[Part]:
    """Yield the result as one part, even where it is empty: its call was answered."""
    name, call_id = result.name or "", result.id or ""
    texts = [text for block in result.content if (text := _result_text(block)) is not None]
    yield Part(TOOL_RESULT, "\n".join(texts), result.place, name, call_id)
    for block in result.content:
        if isinstance(block, Media):
            yield attachment_part(block, name, call_id)


def _result_text(block: Block) -> str | None:
    if isinstance(block, Text):
        return block.text
    if not isinstance(block, Other) or block.value is None:
        return None
    value = block.value
    inner = next(iter(value.values())) if isinstance(value, Mapping) and len(value) == 1 else value
    return inner if isinstance(inner, str) else value_text(value)


def _other_parts(kind: str, value: Mapping[str, Any], role: str, place: str) -> Iterator[Part]:
    """Yield the parts of a block that is billed in another way: tools that the provider runs."""
    if kind.endswith("_tool_use"):
        name, call_id = text_of(value.get("name")), text_of(value.get("id"))
        yield tool_call_part(name or kind, value.get("input"), call_id, place)
    elif kind.endswith("_tool_result"):
        content = value_text(value.get("content"))
        yield Part(TOOL_RESULT, content, place, id=text_of(value.get("tool_use_id")) or "")
    else:
        text = text_of(value.get("content")) or text_of(value.get("text"))
        if text:
            yield Part(role, text, place, target=tool_target(value))
