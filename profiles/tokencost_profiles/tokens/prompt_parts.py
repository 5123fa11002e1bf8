"""Which part of a request its tokens belong to: system, tools, what was said, what tools gave back.

A rendering says of each bit what kind it is and where in the body it stands; both together tell the
part. The parts of a request sum to its tokens.
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
    Media,
    Piece,
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
    Bit,
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
    """Tells the part of each bit of one request."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._places: dict[str, str] | None = None

    def part(self, bit: Bit) -> str:
        """Return the part that a bit belongs to."""
        known = _BY_KIND.get(bit.kind)
        if known is not None:
            return known
        if bit.place.startswith(SYSTEM):
            return SYSTEM
        if not bit.place:
            return TOOL_CALL if bit.kind == CALLS else USER
        if self._places is None:
            self._places = _places(self._request)
        found = _nearest(bit.place, self._places)
        if bit.kind == CALLS and found != TOOL_RESULT:
            return TOOL_CALL
        return found or USER


def whole(exact: Mapping[str, float], total: int) -> dict[str, int]:
    """Share out a total of tokens as whole numbers, after the exact tokens of each part.

    What the parts do not explain (a correction that was learned) belongs to the frame.
    """
    if sum(exact.values()) == total and all(value >= 0 for value in exact.values()):
        plain = {part: int(exact[part]) for part in PARTS if exact.get(part)}
        if sum(plain.values()) == total:
            return plain
    given = {part: max(0.0, exact.get(part, 0.0)) for part in PARTS}
    given[FRAME] += max(0.0, total - sum(given.values()))
    excess = sum(given.values()) - total
    for part in (FRAME, *sorted(given, key=lambda part: -given[part])):
        taken = min(given[part], max(0.0, excess))
        given[part] -= taken
        excess -= taken
    counts = {part: math.floor(value + 1e-9) for part, value in given.items()}
    short = total - sum(counts.values())
    by_rest = sorted(PARTS, key=lambda part: counts[part] - given[part])
    for part in by_rest[:short]:
        counts[part] += 1
    return {part: count for part, count in counts.items() if count}


def _places(request: Request) -> dict[str, str]:
    found: dict[str, str] = {}
    for message in request.messages:
        role = _BY_ROLE.get(message.role, message.role)
        _add(found, message.pieces, role)
        found.setdefault(message.place, role)
    return found


def _add(found: dict[str, str], pieces: Iterable[Piece], role: str) -> None:
    for piece in pieces:
        part = role
        if isinstance(piece, ToolCall):
            part = TOOL_CALL
        elif isinstance(piece, ToolResult):
            part = TOOL_RESULT
            _add(found, piece.content, part)
        elif isinstance(piece, Media):
            part = ATTACHMENT
        found.setdefault(piece.place, part)


def _nearest(place: str, known: Mapping[str, str]) -> str | None:
    """Return what is known of a place, or of the narrowest place that holds it."""
    while place:
        found = known.get(place)
        if found is not None:
            return found if found in PARTS else USER
        place = place[: max(place.rfind("."), place.rfind("["), 0)]
    return None
