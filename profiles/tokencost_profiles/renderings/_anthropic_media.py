"""Pictures and documents, as Claude is billed for them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.renderings.base import IMAGES, MEDIA, Bit
from tokencost_profiles.requests.base import Media

_PATCH: Final = 28  # pixels
_SENTENCE: Final = re.compile(r"[.!?](?=\s|$)")


def media(piece: Media, rules: Mapping[str, Any]) -> Iterator[Bit]:
    """Yield the bits of one picture or document."""
    if piece.kind == "image":
        yield _picture(piece, rules)
    else:
        yield _document(piece, rules)


def _document(piece: Media, rules: Mapping[str, Any]) -> Bit:
    tokens = rules.get("pdf" if piece.pages else "document", 0)
    tokens += (piece.pages or 0) * rules.get("page", 0)
    detail = piece.detail or ""
    if "citations" in detail:
        tokens += cited(piece.text or "", rules)
    if "title" in detail:
        tokens += rules.get("document_title", 0)
    unknown = None if piece.text or piece.pages else f"{piece.kind} not counted"
    return Bit(MEDIA, piece.text or "", tokens, place=piece.place, warning=unknown)


def cited(text: str, rules: Mapping[str, Any]) -> int:
    """Return the tokens that naming sources adds: each sentence of a document is numbered."""
    sentences: int = max(1, len(_SENTENCE.findall(text)))
    return int(rules.get("citations", 0)) + sentences * int(rules.get("sentence", 0))


def _picture(piece: Media, rules: Mapping[str, Any]) -> Bit:
    frame = rules.get("image", 0)
    if not piece.width or not piece.height:
        most = rules.get("image_tokens", 0)
        return Bit(
            IMAGES, tokens=most + frame, place=piece.place,
            warning="size of the picture is not known: taken as the largest",
        )  # fmt: skip
    tokens = patches(
        piece.width, piece.height, rules.get("image_side", 0), rules.get("image_tokens", 0)
    )
    return Bit(IMAGES, tokens=tokens + frame, place=piece.place)


def patches(width: float, height: float, side: int, most: int) -> int:
    """Return the patches of a picture, shrunk to a longest side and to most patches."""
    scale = min(1.0, side / max(width, height)) if side else 1.0
    found = _patches(width * scale, height * scale)
    if not most or found <= most:
        return found
    low, high = 0.0, scale
    for _ in range(40):
        middle = (low + high) / 2
        if _patches(width * middle, height * middle) <= most:
            low = middle
        else:
            high = middle
    return _patches(width * low, height * low)


def _patches(width: float, height: float) -> int:
    return max(1, math.ceil(width / _PATCH)) * max(1, math.ceil(height / _PATCH))
