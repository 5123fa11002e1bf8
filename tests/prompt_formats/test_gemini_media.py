"""What images, audio, video and pages are billed at by Gemini."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gemini_counts import NEW, NEWEST, OLD, RESULT, count
from tokencost_profiles.tokens.counter import Counter


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache)


def image_message(width: int, height: int) -> dict[str, Any]:
    data = {"media_type": "image/png", "bytes": 9, "width": width, "height": height}
    return {"inlineData": {"mimeType": "image/png", "data": data}}


def media(counter: Counter, model: str, *parts: Any, **config: Any) -> float:
    body = {"contents": [{"role": "user", "parts": list(parts)}], "generationConfig": config}
    kinds = count(counter, body, model).kinds
    return kinds.get("images", 0) + kinds.get("media", 0)


@pytest.mark.parametrize(
    ("size", "old", "newest"),
    [
        ((128, 128), 258, 1089),
        ((1024, 1024), 5 * 258, 1089),
        ((540, 360), 7 * 258, 27 * 40),
        ((3008, 2000), 13 * 258, 27 * 41),
    ],
)
def test_images(counter: Counter, size: tuple[int, int], old: int, newest: int) -> None:
    assert media(counter, OLD, image_message(*size)) == old
    assert media(counter, NEW, image_message(*size)) == 258
    assert media(counter, NEWEST, image_message(*size)) == newest
    assert media(counter, OLD, image_message(*size), image_message(*size)) == 2 * 258


def test_resolutions(counter: Counter) -> None:
    asked = {"mediaResolution": "MEDIA_RESOLUTION_LOW"}
    assert media(counter, NEW, image_message(900, 900), **asked) == 64
    assert media(counter, NEWEST, image_message(900, 900), **asked) == 256
    part = {**image_message(900, 900), "mediaResolution": {"level": "MEDIA_RESOLUTION_MEDIUM"}}
    assert media(counter, NEWEST, part) == 529


def timed(kind: str, seconds: float, size: int = 10**6) -> dict[str, Any]:
    data = {"media_type": kind, "bytes": size, "duration": seconds}
    return {"inlineData": {"mimeType": kind, "data": data}}


def test_audio_videos_and_pages(counter: Counter) -> None:
    assert media(counter, NEW, timed("audio/mpeg", 10)) == 320
    assert media(counter, NEWEST, timed("audio/mpeg", 10)) == 250
    assert media(counter, NEW, timed("video/mp4", 9.5)) == 10 * 263 + 304
    assert media(counter, NEWEST, timed("video/mp4", 10)) == 10 * 66 + 250
    # A header that was written before the length was known says nothing.
    assert media(counter, NEW, timed("audio/wav", 90_000, 96_000)) == 64
    data = {"media_type": "application/pdf", "pages": 1, "page_sizes": [[612, 792]]}
    page = {"inlineData": {"mimeType": "application/pdf", "data": data}}
    assert media(counter, OLD, page) == 5 * 258
    assert media(counter, NEW, page) == 258
    assert media(counter, NEWEST, page) == 520
    assert media(counter, NEW, page, mediaResolution="MEDIA_RESOLUTION_LOW") == 64
    three = {**data, "pages": 3}  # a size that pages share is stated once
    pages = {"inlineData": {"mimeType": "application/pdf", "data": three}}
    assert media(counter, OLD, pages) == media(counter, NEW, pages) == 3 * 258
    assert media(counter, NEWEST, pages) == 3 * 520
    many = {"inlineData": {"mimeType": "application/pdf", "data": {**data, "pages": 10**11}}}
    assert media(counter, NEW, many) == 258 * 10**11
    # Where texts alone are counted, a second of sound that has begun is billed.
    assert media(counter, OLD, timed("audio/wav", 3.7)) == 100
    assert media(counter, NEWEST, timed("audio/mpeg", 5.496)) == 138
    assert media(counter, OLD, timed("video/mp4", 59.9)) == 59 * (260 + 25)


def test_pages_from_a_function_cost_what_images_do(counter: Counter) -> None:
    data = {"media_type": "application/pdf", "pages": 1, "page_sizes": [[612, 792]]}
    page = {"inlineData": {"mimeType": "application/pdf", "data": data}}
    returned = {"functionResponse": {**RESULT["functionResponse"], "parts": [page]}}
    assert media(counter, NEWEST, returned) == 29 * 38


@pytest.mark.parametrize(
    ("wanted", "seconds", "rate"),
    [
        ({"startOffset": "2s", "endOffset": "8s"}, 6, 1),
        ({"start_offset": "4.5s"}, 5.5, 1),
        ({"startOffset": "20s", "endOffset": "30s"}, 10, 1),
        ({"fps": 4}, 10, 4),
        ({"fps": "many", "endOffset": "soon"}, 10, 1),
    ],
)
def test_a_video_is_cut_and_read_at_a_rate(
    counter: Counter, wanted: dict[str, Any], seconds: float, rate: int
) -> None:
    cut = {**timed("video/mp4", 10), "videoMetadata": wanted}
    assert media(counter, NEWEST, cut) == int(seconds * rate) * 66 + int(seconds) * 25


def test_a_recording_of_unknown_length_is_guessed_from_its_size(counter: Counter) -> None:
    data = {"media_type": "audio/wav", "bytes": 96_000}
    part = {"inlineData": {"mimeType": "audio/wav", "data": data}}
    counted = count(counter, {"contents": [{"role": "user", "parts": [part]}]}, NEW)
    assert counted.kinds["media"] == 64
    assert counted.low < 64 < (counted.high or 0) < 300
    assert any("guessed from its size" in warning for warning in counted.warnings)


def test_sound_on_vertex_has_a_range(counter: Counter) -> None:
    body = {"contents": [{"role": "user", "parts": [timed("video/mp4", 10.5)]}]}
    counted = count(counter, body, NEW, "vertex")
    assert counted.tokens == 10 * 258
    assert counted.low <= counted.tokens <= counted.tokens + 263 <= (counted.high or 0)
