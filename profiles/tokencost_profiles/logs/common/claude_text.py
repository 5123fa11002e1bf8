"""The parts of messages in Anthropic's form, as agents log them."""

from __future__ import annotations

from typing import Any

from tokencost_profiles.calls.content import REASONING, TOOL_RESULT, Part
from tokencost_profiles.calls.message_parts import block_parts, tool_call_part
from tokencost_profiles.providers.requests.anthropic import message_blocks
from tokencost_profiles.providers.usage_fields.usage_format import objects


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
