"""What images, audio, video and documents cost on Gemini.

`flat`: an image or page has one price (the Gemini API from 2.5 on). `tiles`: a request's only
image is cut into tiles (up to 2.0, and on Vertex). `grid`: an image is fitted into a budget of
patches that the resolution asked for sets, whatever its size (from 3 on).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from tokencost_profiles.calls.content import Media, Request, ToolResult
from tokencost_profiles.tokens.markup.prompt_format import IMAGES, MEDIA, Segment
from tokencost_profiles.tokens.markup.recording_lengths import usual_lengths
from tokencost_profiles.tokens.markup.unknown_media import (
    MOST_SLENDER,
    segment_of_unknown_length,
    segment_of_unknown_size,
)

_IMAGE: Final = 258  # tokens of an image, a tile, a page
_LOW: Final = 64  # tokens of an image or a page of low resolution
_SMALL: Final = 384  # an image up to this size is one tile
_TILE: Final = (256, 768)
_LETTER: Final = (612.0, 792.0)
_SQUARE: Final = (1.0, 1.0)
_WAV_SECOND: Final = 48_000  # bytes of 16 bits at 24 kHz, the usual form of speech
_LEAST: Final = 500  # bytes that a second of sound has at least
_SOUND: Final = 25  # tokens of a second of sound
_BUDGET: Final = 1120  # patches of an image, where no resolution is asked for
_PAGE_BUDGET: Final = 560  # of a page of a document
_BUDGETS: Final = {"low": 280, "medium": 560, "high": 1120, "ultra_high": 2240}


class MediaCounter:
    """How the media of one request are counted."""

    def __init__(self, request: Request, rules: Mapping[str, Any]) -> None:
        self._rules = rules
        self._form = rules.get("media", "tiles")
        self._alone = sum(_pages(block) for block in _media(request)) == 1
        config = request.options.get("generationConfig")
        asked = config.get("mediaResolution", config.get("media_resolution")) if config else None
        self._asked = level(asked)

    def segments(self, block: Media, in_result: bool = False) -> Iterator[Segment]:
        """Yield what a medium costs. `in_result`: it is a part of what a function gave back."""
        if block.kind == "document" and block.text and block.pages is None:
            yield Segment(MEDIA, block.text, place=block.place)
            return
        detail = level(block.detail) or self._asked
        if block.kind == "image":
            yield self._image(block, detail)
        elif block.kind in ("audio", "video"):
            seconds = _seconds(block)
            if seconds is None:
                yield self._of_unknown_length(block, detail)
            else:
                tokens = self._recording(block, seconds, detail)
                low, high = self._sound_range(block, seconds, tokens)
                yield Segment(MEDIA, tokens=tokens, place=block.place, low=low, high=high)
        else:
            sizes = block.page_sizes or (_LETTER,)
            as_images = in_result and bool(self._rules.get("result_pages"))
            budget = _BUDGETS.get(detail, _BUDGET if as_images else _PAGE_BUDGET)
            tokens = sum(self._page(size, budget) for size in sizes)
            unlisted = (block.pages or 0) - len(sizes)
            if unlisted > 0:
                tokens += unlisted * self._page(sizes[0], budget)
            if block.pages:
                yield Segment(MEDIA, tokens=tokens, place=block.place)
            else:
                yield segment_of_unknown_length(block, "one page", tokens)

    def _image(self, block: Media, detail: str) -> Segment:
        if block.width and block.height:
            tokens = self._visual(block.width, block.height, detail)
            return Segment(IMAGES, tokens=tokens, place=block.place)
        bounds = _bounds(_BUDGETS.get(detail, _BUDGET)) if self._form == "grid" else None
        return segment_of_unknown_size(
            block, lambda width, height: self._visual(width, height, detail), bounds=bounds
        )

    def _visual(self, width: int, height: int, detail: str) -> int:
        if self._form == "grid":
            return _patches((width, height), _BUDGETS.get(detail, _BUDGET))
        if detail == "low":
            return _LOW
        if self._form == "flat" or not self._alone or max(width, height) <= _SMALL:
            return _IMAGE
        side = min(max(_TILE[0], min(width, height) // 1.5), _TILE[1])
        return int(_IMAGE * (1 + math.ceil(width / side) * math.ceil(height / side)))

    def _page(self, size: tuple[float, float], budget: int) -> int:
        if self._form == "grid":
            return _patches(size, budget)
        if budget == _BUDGETS["low"]:
            return _LOW
        # The only page of a request is read as a page and in four parts.
        return _IMAGE * 5 if self._form == "tiles" and self._alone else _IMAGE

    def _of_unknown_length(self, block: Media, detail: str) -> Segment:
        """Return the segment of a recording whose length is guessed from its size, if at all."""
        lengths = usual_lengths(block)
        if lengths is None:
            return segment_of_unknown_length(block, "0 seconds")
        low, usual, high = (self._recording(block, length, detail) for length in lengths)
        return Segment(
            MEDIA,
            tokens=usual,
            place=block.place,
            low=low,
            high=high,
            warning=f"length of the {block.kind} not known: guessed from its size,"
            f" {math.ceil(usual):,} tokens",
        )

    def _sound_range(
        self, block: Media, seconds: float, tokens: float
    ) -> tuple[float, float] | tuple[None, None]:
        """Return the range of a recording, where it is not known what its sound costs."""
        most = self._rules.get("sound_most", 0)
        if not most or block.silent:
            return None, None
        if block.kind == "audio":
            return tokens, max(tokens, math.ceil(seconds * most))
        return tokens, tokens + math.ceil(seconds * most)

    def _recording(self, block: Media, seconds: float, detail: str) -> float:
        rules = self._rules
        rate = rules.get("sound", _SOUND)
        if block.kind == "audio":
            # Where texts alone are counted, each second that has begun is billed.
            begun = math.ceil(seconds) if self._form == "tiles" else seconds
            return float(math.ceil(begun * rate))
        to_frames = math.ceil if self._form == "flat" else math.floor
        audio = math.ceil(seconds * rate)
        frame = rules.get("frame_high" if detail == "high" else "frame", _IMAGE)
        if detail == "low":
            frame = rules.get("frame_low", frame)
        frames = max(1, to_frames(seconds * (block.fps or 1)))
        if self._form != "flat":
            audio = math.floor(seconds) * rate
        # A video of one frame is an image: its audio is not read.
        heard = frames > 1 and not block.silent
        track = audio * rules.get("film_sound", 0) if heard else 0
        return float(frames * frame + track)


def level(value: Any) -> str:
    """Return a resolution as it is asked for, in short: low, medium, high, ultra_high."""
    if isinstance(value, Mapping):
        value = value.get("level")
    if not isinstance(value, str):
        return ""
    return value.casefold().removeprefix("media_resolution_")


def _media(request: Request) -> Iterator[Media]:
    for _, block in request.blocks():
        inner = block.content if isinstance(block, ToolResult) else (block,)
        yield from (one for one in inner if isinstance(one, Media))


def _pages(block: Media) -> int:
    if block.kind == "image":
        return 1
    return block.pages or 0


def _patches(size: tuple[float, float], budget: int) -> int:
    """Return the patches of an image scaled to fill a budget, with its aspect ratio."""
    width, height = size if min(size) > 0 else _SQUARE
    scale = math.sqrt(budget / (width * height))
    return max(1, math.floor(width * scale)) * max(1, math.floor(height * scale))


@lru_cache
def _bounds(budget: int) -> tuple[float, float]:
    """Return the fewest patches of an image that fills a budget, and the most."""
    narrow = max(1, math.floor(math.sqrt(budget / MOST_SLENDER)))
    across = range(narrow, math.ceil(math.sqrt(budget)) + 1)
    # Just short of one patch more a side, an image leaves most of its budget unused.
    return min(side * math.floor(budget / (side + 1)) for side in across), budget


def _seconds(block: Media) -> float | None:
    seconds = block.seconds
    if not isinstance(seconds, (int, float)) or not math.isfinite(seconds) or seconds < 0:
        return None
    if block.size and block.size < seconds * _LEAST:  # a header written before the length was known
        return block.size / _WAV_SECOND
    return seconds
