"""Plain answers: shapes of answers from which a call is read by type, at a fifth of the time."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.providers.plain_shapes import chat, messages, responses
from tokencost_profiles.providers.plain_shapes.shape import ADDRESSES, MEANINGS, PlainAnswer, Shape

__all__ = ["ADDRESSES", "MEANINGS", "SHAPES", "PlainAnswer", "Shape"]

SHAPES: Final = (chat.SHAPE, responses.SHAPE, messages.SHAPE)
