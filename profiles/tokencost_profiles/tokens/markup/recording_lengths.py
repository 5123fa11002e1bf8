"""How long a recording may be, by its size: for containers whose length could not be read."""

from __future__ import annotations

from typing import Final

from tokencost_profiles.calls.content import Media

# Bytes of a second: the most that is usual, what is most common, the least.
_RAW: Final = (192_000, 48_000, 16_000)  # samples of 16 bits
_RATES: Final = {
    "wav": _RAW,
    "x-wav": _RAW,
    "wave": _RAW,
    "pcm": _RAW,
    "l16": _RAW,
    "aiff": _RAW,
    "x-aiff": _RAW,
    "flac": (128_000, 48_000, 12_000),
    "x-flac": (128_000, 48_000, 12_000),
    "mpeg": (40_000, 16_000, 4_000),
    "mp3": (40_000, 16_000, 4_000),
    "ogg": (24_000, 8_000, 2_000),
    "opus": (16_000, 4_000, 1_500),
    "webm": (16_000, 6_000, 2_000),
}
_AUDIO: Final = (40_000, 12_000, 3_000)
_LEAST_VIDEO: Final = 1_000_000  # bytes: what a shorter one costs is not guessed
_VIDEO: Final = (2_000_000, 200_000, 25_000)


def usual_lengths(media: Media) -> tuple[float, float, float] | None:
    """Return the seconds that a recording has at least, usually and at most; None: no telling."""
    if not media.size or (media.kind == "video" and media.size < _LEAST_VIDEO):
        return None
    name = (media.media_type or "").partition("/")[2].partition(";")[0].strip().casefold()
    rates = _VIDEO if media.kind == "video" else _RATES.get(name, _AUDIO)
    least, usual, most = (media.size / rate for rate in rates)
    return least, usual, most
