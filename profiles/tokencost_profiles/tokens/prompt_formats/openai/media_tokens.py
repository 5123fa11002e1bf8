"""Images, documents and audio in requests to OpenAI's models.

Images are cut into tiles of 512 pixels or patches of 32, by model. A document is its text and
something around it; sound counts by the second.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.content import Media
from tokencost_profiles.tokens.markup.prompt_format import IMAGES, MEDIA, Segment
from tokencost_profiles.tokens.markup.unknown_media import (
    USUAL,
    segment_of_unknown_length,
    segment_of_unknown_size,
    uncounted_segment,
)

_WAV: Final = 48_000  # bytes a second of sound whose header says nothing to be believed


def media_segments(media: Media, rules: Mapping[str, Any]) -> list[Segment]:
    """Return what a medium counts."""
    if media.kind == "image":
        if not (media.width and media.height):
            return [_unknown_image(media, rules)]
        return [Segment(IMAGES, tokens=image_tokens(media, rules), place=media.place)]
    if media.kind == "document":
        around = rules.get("document", 0)
        if media.text is None:
            return [segment_of_unknown_length(media, "empty", around)]
        return [Segment(MEDIA, media.text, tokens=around, place=media.place)]
    if media.kind == "audio":
        seconds = _seconds(media)
        tokens = math.ceil(seconds * rules.get("second", 10)) + rules.get("sound", 0)
        if not seconds:
            return [segment_of_unknown_length(media, "0 seconds", tokens)]
        return [Segment(MEDIA, tokens=tokens, place=media.place)]
    return [uncounted_segment(media)]


def _unknown_image(media: Media, rules: Mapping[str, Any]) -> Segment:
    def tokens_of(width: int, height: int) -> float:
        return image_tokens(media._replace(width=width, height=height), rules)

    return segment_of_unknown_size(media, tokens_of)


def image_tokens(media: Media, rules: Mapping[str, Any]) -> float:
    """Return the tokens of one image."""
    width, height = media.width or USUAL[0], media.height or USUAL[1]
    if rules.get("patch"):
        return _patches(width, height, media.detail, rules)
    if media.detail == "low":
        return float(rules.get("tile_base", 0))
    return float(rules.get("tile_base", 0) + rules.get("tile", 0) * _tiles(width, height))


def _tiles(width: float, height: float) -> int:
    """Count tiles: within 2048 pixels, then the short side at most 768."""
    scale = min(1.0, 2048 / max(width, height))
    width, height = width * scale, height * scale
    scale = min(1.0, 768 / min(width, height))
    return math.ceil(width * scale / 512) * math.ceil(height * scale / 512)


def _patches(width: float, height: float, detail: str | None, rules: Mapping[str, Any]) -> float:
    """Count patches: scaled down where they would be more than a model takes."""
    most = _most_patches(detail, rules)
    across, down = width / 32, height / 32
    if math.ceil(across) * math.ceil(down) > most:
        scale = math.sqrt(most / (across * down))
        across, down = across * scale, down * scale
        if across >= 1 and down >= 1:
            scale = min(math.floor(across) / across, math.floor(down) / down)
            across, down = across * scale, down * scale
    patches = min(math.ceil(round(across, 6)) * math.ceil(round(down, 6)), most)
    return math.ceil(patches * float(rules["patch"])) + float(rules.get("patch_more", 0))


def _most_patches(detail: str | None, rules: Mapping[str, Any]) -> int:
    if detail == "low":
        return int(rules.get("patch_low", 256))
    most = rules.get("patch_most", 1536)
    return int(rules.get(f"patch_{detail}", most) if detail in ("high", "original") else most)


def _seconds(media: Media) -> float:
    seconds = media.seconds or 0.0
    if media.size and seconds > media.size / 250:  # a header that was never completed
        return media.size / _WAV
    return seconds
