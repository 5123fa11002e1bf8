"""Media of which too little is known: what is taken, and the range that it may lie in."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from tokencost_profiles.calls.content import Media
from tokencost_profiles.tokens.markup.prompt_format import IMAGES, MEDIA, Segment

# Pixels a side of an image whose size is not known, where a family has no usual size.
USUAL: Final = (1024, 1024)
_SIDES: Final = (16, 64, 256, 384, 512, 768, 1024, 1536, 2048, 4096, 8192)
MOST_SLENDER: Final = 20  # of two sides, the longer is at most so many times the shorter
# What is looked at to find the range.
_SIZES: Final = tuple(
    (width, height)
    for width in _SIDES
    for height in _SIDES
    if max(width, height) <= MOST_SLENDER * min(width, height)
)


def image_segment(block: Media, tokens_of: Callable[[int, int], float]) -> Segment:
    """Return the segment of an image, whether or not its size is known."""
    if block.width and block.height:
        return Segment(IMAGES, tokens=tokens_of(block.width, block.height), place=block.place)
    return segment_of_unknown_size(block, tokens_of)


def segment_of_unknown_size(
    block: Media,
    tokens_of: Callable[[int, int], float],
    taken: tuple[int, int] = USUAL,
    words: str | None = None,
    bounds: tuple[float, float] | None = None,
) -> Segment:
    """Return the segment of an image whose size is not known.

    `tokens_of` returns the tokens of an image by its pixels; `taken` is the size that stands in,
    `words` say so; `bounds` are the least and the most, where they need not be searched for. Where
    every size counts the same, nothing is uncertain.
    """
    tokens = tokens_of(*taken)
    every = bounds or [tokens_of(width, height) for width, height in _SIZES]
    low, high = min(*every, tokens), max(*every, tokens)
    if low == high:
        return Segment(IMAGES, tokens=tokens, place=block.place)
    words = words or f"{taken[0]:,} x {taken[1]:,} pixels"
    return Segment(
        IMAGES,
        tokens=tokens,
        place=block.place,
        low=low,
        high=high,
        warning=f"size of the image not known: taken as {words}, {_count(tokens)} tokens "
        f"({_count(low)} to {_count(high)} are possible)",
    )


def segment_of_unknown_length(block: Media, words: str, tokens: float = 0) -> Segment:
    """Return the segment of a document, audio or video of unknown length: `tokens` or more."""
    return Segment(
        MEDIA,
        tokens=tokens,
        place=block.place,
        low=tokens,
        high=math.inf,
        warning=f"length of the {block.kind} not known: taken as {words}, {_count(tokens)} tokens",
    )


def uncounted_segment(block: Media) -> Segment:
    """Return the segment of a medium that a family has no rule for: its text, where known."""
    kind = IMAGES if block.kind == "image" else MEDIA
    if block.text:
        return Segment(
            kind,
            block.text,
            place=block.place,
            low=0,
            high=math.inf,
            warning=f"{block.kind} counted as its text alone",
        )
    return Segment(
        kind,
        place=block.place,
        low=0,
        high=math.inf,
        warning=f"{block.kind} not counted: taken as 0 tokens",
    )


def _count(tokens: float) -> str:
    return f"{math.ceil(tokens):,}"
