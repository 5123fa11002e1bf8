"""The blocks of messages as any API, framework or instrumentation writes them.

What a block is shows its type, or the only key that it has. Bodies of a known API are read by
`providers.requests`; this is for messages that stand in logs in some form of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    Block,
    Other,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
)
from tokencost_profiles.calls.json_texts import value_text
from tokencost_profiles.logs.common.message_media import media_in
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

_DEEPEST: Final = 8
CALL_TYPES: Final = frozenset((
    "tool_call", "tool-call", "tool_use", "server_tool_use", "mcp_tool_use", "function_call",
    "custom_tool_call", "mcp_call", "builtin-tool-call", "tool-invocation",
))  # fmt: skip
RESULT_TYPES: Final = frozenset((
    "tool_call_response", "tool-result", "tool_result", "tool_response", "function_response",
    "function_call_output", "custom_tool_call_output", "tool-return", "builtin-tool-return",
))  # fmt: skip
THOUGHT_TYPES: Final = frozenset(("reasoning", "thinking", "redacted_thinking"))
# Keys under which a block itself stands, where it has no type.
_CALL_KEYS: Final = ("functionCall", "function_call", "toolUse", "tool_call")
_RESULT_KEYS: Final = ("functionResponse", "function_response", "toolResult")
# A call has an id of its item, too: that of the call is the one that results have.
_CALL_IDS: Final = (
    "call_id", "tool_call_id", "toolCallId", "toolUseId", "tool_use_id", "callID", "id",
)  # fmt: skip
_RESULT_IDS: Final = (
    "tool_use_id", "tool_call_id", "toolCallId", "call_id", "toolUseId", "source_call_id", "id",
)  # fmt: skip
_TOOLS: Final = ("name", "toolName", "tool_name", "function_name", "function")
_ARGUMENTS: Final = ("arguments", "args", "input", "parameters", "params", "action")
_RESULTS: Final = ("content", "output", "result", "response", "text", "value")
_THOUGHTS: Final = ("thinking", "reasoning", "text", "content", "summary")
_OUTPUTS: Final = ("text", "json", "content", "error-text", "error-json")
_TEXTS: Final = ("text", "content", "parts", "refusal", "value")


def blocks_in(content: Any, place: str, depth: int = 0) -> Iterator[Block]:
    """Yield the blocks of a content: a text, a block, or a list of them."""
    if depth > _DEEPEST or content is None:
        return
    if isinstance(content, str):
        if content:
            yield Text(content, place)
    elif isinstance(content, list):
        for at, item in enumerate(content):
            yield from blocks_in(item, f"{place}[{at}]", depth + 1)
    elif isinstance(content, Mapping):
        yield from _block(content, place, depth)


def _block(entry: Mapping[str, Any], place: str, depth: int) -> Iterator[Block]:
    inner = _unwrapped(entry)
    kind = str(inner.get("type") or inner.get("part_kind") or "")
    if kind in CALL_TYPES or (kind in ("", "tool") and first_mapping(inner, *_CALL_KEYS)):
        yield tool_call(inner, place)
    elif is_result(inner, kind):
        yield tool_result(inner, place)
    elif kind in THOUGHT_TYPES:
        yield _thought(inner, place)
    elif inner.get("thought") is True and isinstance(inner.get("text"), str):
        yield Reasoning(inner["text"], place=place)
    elif (thought := first_mapping(inner, "reasoningContent")) and not kind:
        yield _thought(first_mapping(thought, "reasoningText") or thought, place)
    elif (media := media_in(inner, kind, place)) is not None:
        yield media
    else:
        for key in _TEXTS:
            if inner.get(key):
                yield from blocks_in(inner[key], f"{place}.{key}", depth + 1)
                return


def _unwrapped(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the block that OpenInference writes under a name of its own."""
    return first_mapping(entry, "message_content", "tool_invocation") or entry


def is_result(entry: Mapping[str, Any], kind: str) -> bool:
    """Whether a block is the result of a tool call."""
    if kind in RESULT_TYPES or kind.endswith(("_tool_result", "_call_output")):
        return True
    if kind == "retry-prompt":
        return bool(entry.get("tool_name"))
    return not kind and bool(first_mapping(entry, *_RESULT_KEYS))


def tool_call(entry: Mapping[str, Any], place: str) -> ToolCall:
    """Return a tool call, in any form."""
    outer = first_mapping(entry, *_CALL_KEYS) or entry
    inner = first_mapping(outer, "function", "custom") or outer
    arguments = next((inner[key] for key in _ARGUMENTS if inner.get(key) is not None), None)
    call_id = _first_text(outer, *_CALL_IDS) or _first_text(entry, *_CALL_IDS)
    name = _first_text(inner, *_TOOLS) or text(entry.get("type")) or ""
    return ToolCall(name, arguments, call_id, place)


def tool_result(
    entry: Mapping[str, Any], place: str, call_id: str | None = None, name: str | None = None
) -> ToolResult:
    """Return the result of a tool call, in any form."""
    inner = first_mapping(entry, *_RESULT_KEYS) or entry
    value = next((inner[key] for key in _RESULTS if inner.get(key) is not None), None)
    return ToolResult(
        tuple(result_blocks(value, place)),
        _first_text(inner, *_RESULT_IDS) or call_id,
        _first_text(inner, *_TOOLS) or name,
        place=place,
    )


def result_blocks(value: Any, place: str) -> Iterator[Block]:
    """Yield the blocks of a result: its texts and media, or what it is as JSON."""
    if isinstance(value, Mapping) and value.get("type") in _OUTPUTS:
        value = value.get("value", value.get("text"))  # as the AI SDK writes outputs
    if isinstance(value, str):
        yield Text(value, place)
        return
    blocks: list[Block] = []
    for item in value if isinstance(value, list) else ():
        inner = item if isinstance(item, Mapping) else {}
        if "json" in inner and "text" not in inner:
            blocks.append(Text(value_text(inner["json"]), place))
        elif isinstance(item, str) or inner.keys() & {"type", "text", "image", "document"}:
            blocks += blocks_in(item, place)
        else:
            blocks.clear()
            break
    if blocks:
        yield from blocks
    elif value is not None:
        yield Other("response", value, place)


def _thought(entry: Mapping[str, Any], place: str) -> Block:
    value = next((entry[key] for key in _THOUGHTS if entry.get(key)), "")
    if not isinstance(value, str):
        inner = blocks_in(value, place)
        value = "\n".join(block.text for block in inner if isinstance(block, Text))
    seal = next(
        (entry[key] for key in ("encrypted_content", "data") if isinstance(entry.get(key), str)), ""
    )
    return Reasoning(value, len(seal), place, seal)


def _first_text(source: Mapping[str, Any], *keys: str) -> str | None:
    return next((name for key in keys if (name := text(source.get(key)))), None)
