"""What the fields of price lists mean: which unit each prices, per how many, of what size.

A field here is bare: its mode (`batch_`), band (`_above_200000`) and region (`@eu`) are taken off.
Some fields mean one thing for a model that hears and another for one that speaks, so the kind of
the model is asked for. What is not listed has no unit in the table, and `meter` returns None.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

MILLION: Final = 1_000_000
THOUSAND: Final = 1000
HOUR: Final = 3600
MINUTE: Final = 60


class Meter(NamedTuple):
    """A rate of `rates:` (per million tokens), or a fee of `fees:` per `per` units."""

    unit: str
    per: int = MILLION
    is_rate: bool = False
    choice: str | None = None  # search context, or quality and size: the key below `by_...`


_RATES: Final = {
    "input": "input",
    "output": "output",
    "cache_read": "cache_read",
    "cache_write": "cache_write",
    "cache_write_5m": "cache_write_5m",
    "cache_write_1h": "cache_write_1h",
    "cache_write_12h": "cache_write_12h",
    "input_text": "input",
    "output_text": "output",
    "cache_read_text": "cache_read",
    "input_audio": "input_audio",
    "input_image": "input_image",
    "input_video": "input_video",
    "cache_read_audio": "cache_read_audio",
    "cache_read_image": "cache_read_image",
    "output_audio": "output_audio",
    "output_image": "output_image",
    "output_video": "output_video",
    "reasoning": "output_reasoning",
    "citation": "output_citation",
}
_FEES: Final = {
    "search_1k": Meter("web_search", THOUSAND),
    "file_search_1k": Meter("file_search", THOUSAND),
    "per_1k_storage_searches": Meter("file_search", THOUSAND),
    "code_per_session": Meter("code_container", 1),
    "per_request": Meter("requests", 1),
    "per_1k_requests": Meter("requests", THOUSAND),
    "input_per_1m_characters": Meter("input_characters"),
    "output_per_1m_characters": Meter("output_characters"),
    "per_hour_audio_in": Meter("input_audio_seconds", HOUR),
    "per_minute_in": Meter("input_audio_seconds", MINUTE),
    "per_minute_audio_in": Meter("input_audio_seconds", MINUTE),
    "per_minute_video_in": Meter("input_video_seconds", MINUTE),
    "per_minute_video": Meter("output_video_seconds", MINUTE),
    "per_image": Meter("output_images", 1),
    "per_image_in": Meter("input_images", 1),
    "per_1m_pixels": Meter("output_pixels"),
    "per_1m_pixels_in": Meter("input_pixels"),
    "per_1k_pages": Meter("pages", THOUSAND),
    "per_1k_pages_annotated": Meter("annotated_pages", THOUSAND),
    "per_1k_queries": Meter("search_units", THOUSAND),
}
# Per minute and per hour of what a model gives; for one that hears, the list repeats what it takes.
_BY_KIND: Final = {
    "per_minute": (
        MINUTE,
        {
            "transcription": "input_audio_seconds",
            "speech": "output_audio_seconds",
            "audio": "output_audio_seconds",
            "video": "output_video_seconds",
            "realtime": "session_seconds",
        },
    ),
    "per_hour_audio": (
        HOUR,
        {
            "transcription": "input_audio_seconds",
            "speech": "output_audio_seconds",
            "realtime": "session_seconds",
        },
    ),
}
# Where a price of images "taken" is that of images made.
_MADE_IMAGES: Final = {"per_image_in": "output_images", "per_1m_pixels_in": "output_pixels"}
_SEARCH: Final = re.compile(r"search_(low|medium|high)_1k")
_IMAGE: Final = re.compile(r"per_image(?:_(low|medium|high|standard|hd|premium))?(?:_(\d+x\d+))?")
_VIDEO: Final = re.compile(r"per_minute_video_(\d+)_(\d+)")


def meter(field: str, kind: str) -> Meter | None:
    """Return what a bare field prices for a model of a kind; None where the table has no unit."""
    if field in _RATES:
        return Meter(_RATES[field], is_rate=True)
    if kind == "image" and field in _MADE_IMAGES:
        return _FEES[field]._replace(unit=_MADE_IMAGES[field])
    if kind == "chat" and field == "per_image_in":
        return None  # the price of a token of an image, at routers: images are counted in tokens
    if field in _FEES:
        return _FEES[field]
    if field in _BY_KIND:
        per, units = _BY_KIND[field]
        return Meter(units[kind], per) if kind in units else None
    if match := _SEARCH.fullmatch(field):
        return Meter("web_search", THOUSAND, choice=match[1])
    if match := _IMAGE.fullmatch(field):
        return Meter("output_images", 1, choice=" ".join(part for part in match.groups() if part))
    if match := _VIDEO.fullmatch(field):
        return Meter("output_video_seconds", MINUTE, choice=f"{match[1]}x{match[2]}")
    return None
