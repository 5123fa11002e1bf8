"""Messages, as agents, frameworks, evaluations and spans store them, as parts with roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    USER,
    Block,
    Part,
    Reasoning,
    ToolCall,
    ToolResult,
)
from tokencost_profiles.calls.message_parts import block_parts
from tokencost_profiles.logs.common.message_blocks import (
    CALL_TYPES,
    THOUGHT_TYPES,
    blocks_in,
    is_result,
    result_blocks,
    tool_call,
)
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping, text

ROLES: Final = {
    "system": SYSTEM,
    "developer": SYSTEM,
    "instruction": SYSTEM,
    "user": USER,
    "human": USER,
    "assistant": ASSISTANT,
    "ai": ASSISTANT,
    "aimessagechunk": ASSISTANT,
    "model": ASSISTANT,
    "agent": ASSISTANT,
    "chatbot": ASSISTANT,
    "tool": TOOL,
    "function": TOOL,
    "environment": TOOL,
    "ipython": TOOL,
    "system-prompt": SYSTEM,
    "user-prompt": USER,
    "response": ASSISTANT,
}
# Values of `type` that are roles: LangChain's messages have no other.
_TYPED: Final = frozenset(("human", "ai", "system", "tool", "function", "AIMessageChunk"))
_CONTENTS: Final = ("content", "parts", "text", "contents", "message")
_THOUGHTS: Final = ("reasoning_content", "reasoning", "thinking")
_DEEPEST: Final = 3  # objects around a message
_CALLS: Final = ("tool_calls", "toolCalls", "function_call")
_IDS: Final = ("tool_call_id", "toolCallId", "tool_use_id", "call_id")


def parts_of(messages: Any, place: str = "messages", role: str = USER) -> tuple[Part, ...]:
    """Return the parts of a list of messages. `role`: of those that name none."""
    parts: list[Part] = []
    for at, message in enumerate(messages if isinstance(messages, list) else ()):
        if isinstance(message, Mapping):
            parts += message_parts(message, f"{place}[{at}]", role)
        elif isinstance(message, str) and message:
            parts += block_parts(blocks_in(message, f"{place}[{at}]"), role)
        elif isinstance(message, list):
            parts += parts_of(message, f"{place}[{at}]", role)
    return tuple(parts)


def message_parts(message: Mapping[str, Any], place: str = "", role: str = USER) -> list[Part]:
    """Return the parts of one message: reasoning, content and tool calls, or a result."""
    message, role = _unwrapped(message, role)
    kind = str(message.get("type") or message.get("part_kind") or "")
    listed = message.get("parts")
    if message.get("kind") in ("request", "response") and isinstance(listed, list):
        return [part for one in listed for part in _framework_part(one, place, role)]
    if "role" not in message and _is_block(message, kind):
        return list(block_parts(blocks_in(message, place), role))
    blocks = list(_content(message, place))
    if role == TOOL and not any(isinstance(block, ToolResult) for block in blocks):
        blocks = [_result(message, blocks, place)]
    blocks = [*_thoughts(message, blocks, place), *blocks]
    calls = {block.id for block in blocks if isinstance(block, ToolCall)}
    for call in _calls(message, place):
        if call.id is None or call.id not in calls:
            blocks.append(call)
    return list(block_parts(blocks, role))


def _is_block(message: Mapping[str, Any], kind: str) -> bool:
    """Whether what stands in a list of messages is a block of one."""
    if kind in CALL_TYPES or kind in THOUGHT_TYPES or is_result(message, kind):
        return True
    return kind not in _TYPED and not any(message.get(key) for key in (*_CONTENTS, *_CALLS))


def _unwrapped(message: Mapping[str, Any], role: str) -> tuple[Mapping[str, Any], str]:
    """Return a message and its role: LangChain writes it as an object inside an object."""
    stated = message.get("role")
    for _ in range(_DEEPEST):
        names, inside = message.get("id"), message.get("message")
        if isinstance(message.get("kwargs"), Mapping) and isinstance(names, list) and names:
            stated = str(names[-1]).removesuffix("Chunk").removesuffix("Message")
            message = message["kwargs"]
        elif isinstance(message.get("data"), Mapping) and "type" in message and stated is None:
            message, stated = message["data"], message["type"]
        elif isinstance(inside, Mapping) and stated is None:
            message, stated = inside, inside.get("role")
        else:
            break
    if stated is None and str(message.get("type")) in _TYPED:
        stated = message["type"]
    if stated is None and str(message.get("kind")) in ROLES:
        stated = message["kind"]
    return message, ROLES.get(str(stated).lower(), role) if stated is not None else role


def _framework_part(part: Any, place: str, role: str) -> Iterator[Part]:
    """Yield a part of Pydantic AI's messages, of which each names its kind."""
    if isinstance(part, Mapping):
        named = ROLES.get(str(part.get("part_kind")), role)
        yield from block_parts(blocks_in(part, place), named)


def _content(message: Mapping[str, Any], place: str) -> Iterator[Block]:
    for key in _CONTENTS:
        if message.get(key):
            yield from blocks_in(message[key], f"{place}.{key}" if place else key)
            return


def _result(message: Mapping[str, Any], blocks: list[Block], place: str) -> ToolResult:
    content = message.get("content")
    if not blocks and content is not None and not isinstance(content, str):
        blocks = list(result_blocks(content, place))
    call_id = next((name for key in _IDS if (name := text(message.get(key)))), None)
    ids = message.get("tool_call_ids")
    if isinstance(ids, list) and ids:
        call_id = text(ids[0]) or call_id
    name = text(message.get("name")) or text(message.get("function"))
    return ToolResult(tuple(blocks), call_id, name, place=place)


def _thoughts(message: Mapping[str, Any], blocks: list[Block], place: str) -> Iterator[Reasoning]:
    """Yield the reasoning beside a content, unless the content holds it, too."""
    if any(isinstance(block, Reasoning) for block in blocks):
        return
    for key in _THOUGHTS:
        thought = message.get(key)
        if isinstance(thought, str) and thought:
            yield Reasoning(thought, place=place)
            return


def _calls(message: Mapping[str, Any], place: str) -> Iterator[ToolCall]:
    calls = message.get("tool_calls") or message.get("toolCalls")
    for at, call in enumerate(calls if isinstance(calls, list) else ()):
        if isinstance(call, Mapping):
            yield tool_call(call, f"{place}.tool_calls[{at}]")
    single = first_mapping(message, "function_call")
    if single:
        yield tool_call(single, f"{place}.function_call")
