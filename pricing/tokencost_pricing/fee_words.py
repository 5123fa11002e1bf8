"""Fees in words: `$0.111 per hour of audio, at least 10 s a call`."""

from __future__ import annotations

from typing import Final

from tokencost_pricing.fees import Fee
from tokencost_pricing.money import plain
from tokencost_pricing.units import UNITS

_SPANS: Final = {1: "second", 60: "minute", 3600: "hour"}
_TIMES: Final = {
    "input_audio_seconds": "audio",
    "output_audio_seconds": "audio made",
    "input_video_seconds": "video taken",
    "output_video_seconds": "video",
    "session_seconds": "conversation",
    "training_seconds": "training",
}
_SINGLE: Final = {
    "input_images": "image taken",
    "output_images": "image",
    "pages": "page",
    "annotated_pages": "annotated page",
    "search_units": "search unit",
}
_MILLION: Final = 1_000_000


def fee_words(unit: str, fee: Fee) -> str:
    """Return what a fee costs, per what. Where it depends on size and quality, every price."""
    per = _per(unit, fee.per)
    text = f"${plain(fee.price)} {per}"
    if fee.by_size_quality:
        prices = ", ".join(f"{key} ${plain(rate)}" for key, rate in fee.by_size_quality.items())
        text = f"{prices} {per}"
    if fee.minimum:
        text += f", at least {fee.minimum:,} {'s' if unit in _TIMES else UNITS[unit].noun} a call"
    return text


def _per(unit: str, per: int) -> str:
    if unit in _TIMES and per in _SPANS:
        return f"per {_SPANS[per]} of {_TIMES[unit]}"
    if per == 1 and unit in _SINGLE:
        return f"per {_SINGLE[unit]}"
    count = "1M" if per == _MILLION else f"{per:,}"
    noun = UNITS[unit].noun.removesuffix(" in") if "characters" in unit else UNITS[unit].noun
    return f"per {count} {noun}"
