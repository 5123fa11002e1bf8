"""What pictures, sound, film and documents cost on Gemini.

`flat`: a picture or page has one price (the Gemini API from 2.5 on). `tiles`: a request's only
picture is cut into tiles (up to 2.0, and on Vertex). `grid`: a picture is fitted into a budget of
patches that the resolution asked for sets, whatever its size (from 3 on).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.renderings.base import IMAGES, MEDIA, Bit
from tokencost_profiles.requests.base import Media, Request, ToolResult

_PICTURE: Final = 258  # tokens of a picture, a tile, a page
_SMALL: Final = 384  # a picture up to this size is one tile
_TILE: Final = (256, 768)
_LETTER: Final = (612.0, 792.0)
_SQUARE: Final = (1.0, 1.0)
_WAV_SECOND: Final = 48_000  # bytes of 16 bits at 24 kHz, what speech is mostly made as
_LEAST: Final = 500  # bytes that a second of sound has at least
_BUDGETS: Final = {"low": 280, "medium": 560, "high": 1120, "ultra_high": 2240}


class Shelf:
    """How the media of one request are counted."""

    def __init__(self, request: Request, rules: Mapping[str, Any]) -> None:
        self._rules = rules
        self._form = rules.get("media", "tiles")
        self._alone = sum(_pages(piece) for piece in _media(request)) == 1
        config = request.options.get("generationConfig")
        asked = config.get("mediaResolution", config.get("media_resolution")) if config else None
        self._asked = level(asked)

    def bits(self, piece: Media) -> Iterator[Bit]:
        """Yield what a medium costs."""
        kind = IMAGES if piece.kind == "image" else MEDIA
        if piece.kind == "document" and piece.text and piece.pages is None:
            yield Bit(MEDIA, piece.text, place=piece.place)
            return
        tokens, warning = self._tokens(piece)
        yield Bit(kind, tokens=tokens, place=piece.place, warning=warning)

    def _tokens(self, piece: Media) -> tuple[float, str | None]:
        detail = level(piece.detail) or self._asked
        if piece.kind == "image":
            known = bool(piece.width and piece.height)
            tokens = self._picture(piece.width or 0, piece.height or 0, detail)
            sure = known or self._form == "flat"
            return tokens, None if sure else "a picture of unknown size"
        if piece.kind in ("audio", "video"):
            return self._film(piece, detail)
        sizes = piece.page_sizes or (_LETTER,) * (piece.pages or 1)
        pages = sum(self._page(size, detail) for size in sizes)
        return pages, None if piece.pages else "a document of unknown length, taken as a page"

    def _picture(self, width: int, height: int, detail: str) -> int:
        if self._form == "grid":
            return _patches((width, height), _BUDGETS.get(detail, 1120))
        if detail == "low":
            return 64
        if self._form == "flat" or not self._alone or max(width, height) <= _SMALL:
            return _PICTURE
        side = min(max(_TILE[0], min(width, height) // 1.5), _TILE[1])
        return int(_PICTURE * (1 + math.ceil(width / side) * math.ceil(height / side)))

    def _page(self, size: tuple[float, float], detail: str) -> int:
        if self._form == "grid":
            return _patches(size, _BUDGETS.get(detail, 560))
        # The only page of a request is shown whole and in four parts.
        return _PICTURE * 5 if self._form == "tiles" and self._alone else _PICTURE

    def _film(self, piece: Media, detail: str) -> tuple[float, str | None]:
        seconds = _seconds(piece)
        if seconds is None:
            return 0, f"{piece.kind} of unknown length is not counted"
        rules = self._rules
        whole = math.ceil if self._form == "flat" else math.floor
        rounded = math.floor if self._form == "grid" else math.ceil
        sound = rounded(seconds * rules.get("sound", 25))
        if piece.kind == "audio":
            return sound, None
        frame = rules.get("frame_high" if detail == "high" else "frame", _PICTURE)
        if detail == "low":
            frame = rules.get("frame_low", frame)
        frames = max(1, whole(seconds))
        # A film of one frame is a picture: its sound is not read.
        heard = sound * rules.get("film_sound", 0) if frames > 1 else 0
        return frames * frame + heard, None


def level(value: Any) -> str:
    """Return a resolution as it is asked for, in short: low, medium, high, ultra_high."""
    if isinstance(value, Mapping):
        value = value.get("level")
    if not isinstance(value, str):
        return ""
    return value.casefold().removeprefix("media_resolution_")


def _media(request: Request) -> Iterator[Media]:
    for _, piece in request.pieces():
        inner = piece.content if isinstance(piece, ToolResult) else (piece,)
        yield from (one for one in inner if isinstance(one, Media))


def _pages(piece: Media) -> int:
    if piece.kind == "image":
        return 1
    return piece.pages or 0


def _patches(size: tuple[float, float], budget: int) -> int:
    """Return the patches of a picture that is scaled to fill a budget, its shape kept."""
    width, height = size if min(size) > 0 else _SQUARE
    scale = math.sqrt(budget / (width * height))
    return max(1, math.floor(width * scale)) * max(1, math.floor(height * scale))


def _seconds(piece: Media) -> float | None:
    seconds = piece.seconds
    if not isinstance(seconds, (int, float)) or not math.isfinite(seconds) or seconds < 0:
        return None
    if piece.size and piece.size < seconds * _LEAST:  # a header written before the length was known
        return piece.size / _WAV_SECOND
    return seconds
