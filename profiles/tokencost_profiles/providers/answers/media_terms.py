"""Size and quality of images and videos that a call asked for; its price may depend on them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.usage_fields.usage_format import amount, text

_OPEN: Final = "auto"  # the provider decides
_SIZES: Final = ("size", "resolution", "image_size", "imageSize")
_MEASURED: Final = frozenset({"output_images", "output_video_seconds"})


def apply_media_terms(call: Call, source: Mapping[str, Any]) -> None:
    """Take size and quality from a request or an answer, where the call has none yet."""
    if call.media_size is None:
        call.media_size = next((size for key in _SIZES if (size := _stated(source, key))), None)
    if call.media_quality is None:
        call.media_quality = _stated(source, "quality")


def is_measured(call: Call) -> bool:
    """Whether a call is billed for images or videos by number, so that their size counts."""
    return call.usage is not None and not _MEASURED.isdisjoint(call.usage)


def rounded_seconds(value: Any) -> int | None:
    """Return a length in seconds, rounded to the nearest; None for anything that is none."""
    seconds = amount(value)
    if seconds is None or not seconds.is_finite() or seconds < 0:
        return None
    return int(seconds.to_integral_value(ROUND_HALF_UP)) if seconds < Decimal(10**9) else None


def _stated(source: Mapping[str, Any], key: str) -> str | None:
    value = text(source.get(key))
    return None if value is None or value.casefold() == _OPEN else value.casefold()
