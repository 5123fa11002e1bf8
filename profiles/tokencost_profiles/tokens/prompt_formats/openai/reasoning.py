"""Earlier thinking that is sent back to OpenAI's models.

What was thought before the last message of the user is dropped. What was thought since, between
calls of functions, is read again; it comes sealed, so its tokens are estimated by its length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tokencost_profiles.calls.content import USER, Message, Reasoning, Request
from tokencost_profiles.tokens.markup.prompt_format import THINKING, Segment

_RESPONSES: Final = "openai-responses"
_SEAL: Final = 600  # characters of a sealed block that holds nothing
_CHARACTERS: Final = 6  # of a sealed block, for each token inside


def thinking_after(request: Request) -> int:
    """Return the place in the messages from which on thinking is read again."""
    if request.api != _RESPONSES:
        return len(request.messages)
    roles = [message.role for message in request.messages]
    return len(roles) - roles[::-1].index(USER) if USER in roles else 0


def reasoning_segments(messages: Sequence[Message], rules: Mapping[str, Any]) -> list[Segment]:
    """Return the thinking of messages as it counts when it is read again."""
    segments = []
    for message in messages:
        for block in message.blocks:
            if isinstance(block, Reasoning):
                inside = max(0, block.sealed - _SEAL) / _CHARACTERS
                segments.append(
                    Segment(
                        THINKING,
                        "" if block.sealed else block.text,
                        tokens=rules.get("message", 0) + inside,
                        place=block.place,
                        warning="sealed thinking is estimated by its length",
                    )
                )
    return segments
