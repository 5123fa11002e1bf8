"""Which part of a request its tokens belong to: system, tools, messages, tool results.

A prompt format gives each segment a kind and its place in the body; both together decide the part.
The parts of a request sum to its tokens.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

from tokencost_profiles.calls.content import (
    ASSISTANT,
    SYSTEM,
    TOOL,
    USER,
    Block,
    Media,
    Request,
    ToolCall,
    ToolResult,
)
from tokencost_profiles.tokens.markup.prompt_format import (
    CALLS,
    FRAME,
    IMAGES,
    MEDIA,
    SCHEMA,
    THINKING,
    TOOLS,
    Segment,
)

TOOL_CALL: Final = "tool_call"
TOOL_RESULT: Final = "tool_result"
ATTACHMENT: Final = "attachment"
# In the order of a request.
PARTS: Final = (SYSTEM, TOOLS, SCHEMA, USER, ASSISTANT, TOOL_CALL, TOOL_RESULT, ATTACHMENT, FRAME)
_BY_KIND: Final = {
    FRAME: FRAME,
    TOOLS: TOOLS,
    SCHEMA: SCHEMA,
    IMAGES: ATTACHMENT,
    MEDIA: ATTACHMENT,
    THINKING: ASSISTANT,
}
_BY_ROLE: Final = {TOOL: TOOL_RESULT, "developer": SYSTEM, "model": ASSISTANT}


class Roles:
    """The part of each segment of one request."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._places: dict[str, str] | None = None

    def part(self, segment: Segment) -> str:
        """Return the part that a segment belongs to."""
        known = _BY_KIND.get(segment.kind)
        if known is not None:
            return known
        if segment.place.startswith(SYSTEM):
            return SYSTEM
        if not segment.place:
            return TOOL_CALL if segment.kind == CALLS else USER
        if self._places is None:
            self._places = _places(self._request)
        nearest = _part_of_place(segment.place, self._places)
        if segment.kind == CALLS and nearest != TOOL_RESULT:
            return TOOL_CALL
        return nearest or USER


def share_out(exact: Mapping[str, float], total: int) -> dict[str, int]:
    """Share out a total of tokens as integers, after the exact tokens of each part.

    What the parts do not explain (a fitted correction) belongs to the frame.
    """
    if sum(exact.values()) == total and all(value >= 0 for value in exact.values()):
        plain = {part: int(exact[part]) for part in PARTS if exact.get(part)}
        if sum(plain.values()) == total:
            return plain
    shares = {part: max(0.0, exact.get(part, 0.0)) for part in PARTS}
    shares[FRAME] += max(0.0, total - sum(shares.values()))
    excess = sum(shares.values()) - total
    for part in (FRAME, *sorted(shares, key=lambda part: -shares[part])):
        taken = min(shares[part], max(0.0, excess))
        shares[part] -= taken
        excess -= taken
    counts = {part: math.floor(value + 1e-9) for part, value in shares.items()}
    short = total - sum(counts.values())
    by_rest = sorted(PARTS, key=lambda part: counts[part] - shares[part])
    for part in by_rest[:short]:
        counts[part] += 1
    return {part: count for part, count in counts.items() if count}


def _places(request: Request) -> dict[str, str]:
    parts: dict[str, str] = {}
    for message in request.messages:
        role = _BY_ROLE.get(message.role, message.role)
        _add(parts, message.blocks, role)
        parts.setdefault(message.place, role)
    return parts


def _add(parts: dict[str, str], blocks: Iterable[Block], role: str) -> None:
    for block in blocks:
        part = role
        if isinstance(block, ToolCall):
            part = TOOL_CALL
        elif isinstance(block, ToolResult):
            part = TOOL_RESULT
            _add(parts, block.content, part)
        elif isinstance(block, Media):
            part = ATTACHMENT
        parts.setdefault(block.place, part)


def _part_of_place(place: str, known: Mapping[str, str]) -> str | None:
    """Return what is known of a place, or of the narrowest place that holds it."""
    while place:
        part = known.get(place)
        if part is not None:
            return part if part in PARTS else USER
        place = place[: max(place.rfind("."), place.rfind("["), 0)]
    return None
