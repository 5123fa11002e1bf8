"""Images and documents, as Claude is billed for them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Media
from tokencost_profiles.tokens.markup.prompt_format import IMAGES, MEDIA, Segment
from tokencost_profiles.tokens.markup.unknown_media import (
    USUAL,
    segment_of_unknown_length,
    segment_of_unknown_size,
)

_PATCH: Final = 28  # pixels
_LARGEST: Final = 1 << 24  # pixels of a side, or points of a page
_MOST_PAGES: Final = 10_000
_PAGE_PATCHES: Final = 1568
_LETTER: Final = (612.0, 792.0)
# Marks of print for several letters, U+FB00 to U+FB06: the text of a page spells them out.
_LIGATURES: Final = {
    0xFB00 + at: letters for at, letters in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))
}
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")


def media(block: Media, rules: Mapping[str, Any]) -> Iterator[Segment]:
    """Yield the segments of one image or document."""
    if block.kind == "image":
        yield _image(block, rules)
    else:
        yield _document(block, rules)


def _document(block: Media, rules: Mapping[str, Any]) -> Segment:
    pages = min(block.pages, _MOST_PAGES) if isinstance(block.pages, int) else 0
    tokens = rules.get("pdf" if pages > 0 else "document", 0)
    if pages > 0 and rules.get("page"):
        sizes = block.page_sizes[:pages]
        drawn = sum(_page(*size) for size in sizes)
        tokens += drawn + (pages - len(sizes)) * _page(*_LETTER) + pages * rules["page"]
    detail = block.detail or ""
    if "citations" in detail:
        tokens += citation_tokens(block.text or "", rules)
    if "title" in detail:
        tokens += rules.get("document_title", 0)
    if not block.text and pages == 0:
        return segment_of_unknown_length(block, "empty", tokens)
    text = block.text or ""
    if pages > 0 and not text.isascii():
        text = text.translate(_LIGATURES)
    return Segment(MEDIA, text, tokens, place=block.place)


def _page(width: float, height: float) -> int:
    """Return the patches of a page that is drawn as large as the most patches allow."""
    if not (_is_size(width) and _is_size(height)):
        return _PAGE_PATCHES
    scale = math.sqrt(_PAGE_PATCHES / (width * height))
    return max(1, math.floor(width * scale)) * max(1, math.floor(height * scale))


def _is_size(value: Any) -> bool:
    return isinstance(value, (int, float)) and 0 < value < _LARGEST


def citation_tokens(text: str, rules: Mapping[str, Any]) -> int:
    """Return the tokens that naming sources adds: each sentence of a document is numbered."""
    sentences = len(_SENTENCE_END.split(text.strip()))
    return int(rules.get("citations", 0)) + sentences * int(rules.get("sentence", 0))


def _image(block: Media, rules: Mapping[str, Any]) -> Segment:
    frame = rules.get("image", 0)
    width, height = block.width, block.height
    if not (_is_size(width) and _is_size(height)):
        return _unknown_image(block, rules)
    tokens = patches(
        width or 0, height or 0, rules.get("image_side", 0), rules.get("image_tokens", 0)
    )
    return Segment(IMAGES, tokens=tokens + frame, place=block.place)


def _unknown_image(block: Media, rules: Mapping[str, Any]) -> Segment:
    """Return an image of unknown size as the largest: what is larger is shrunk to it."""
    side, most = rules.get("image_side", 0), rules.get("image_tokens", 0)

    def tokens_of(width: int, height: int) -> float:
        tokens: float = patches(width, height, side, most) + rules.get("image", 0)
        return tokens

    # No size that is looked at need fill the most patches: what their number allows is the bound.
    frame = rules.get("image", 0)
    bounds = (1 + frame, most + frame) if most else None
    return segment_of_unknown_size(
        block, tokens_of, (side, side) if side else USUAL, "the largest", bounds
    )


def patches(width: float, height: float, side: int, most: int) -> int:
    """Return the patches of an image, shrunk to a longest side and to most patches."""
    scale = min(1.0, side / max(width, height)) if side else 1.0
    number = _patches(width * scale, height * scale)
    if not most or number <= most:
        return number
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
