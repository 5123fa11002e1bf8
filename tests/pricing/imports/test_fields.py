"""What the fields of price lists mean."""

from __future__ import annotations

import pytest

from tokencost_pricing.imports.fields import Meter, meter
from tokencost_pricing.units import FEE_UNITS, RATE_NAMES


@pytest.mark.parametrize(
    ("field", "kind", "expected"),
    [
        ("input", "chat", Meter("input", is_rate=True)),
        ("reasoning", "chat", Meter("output_reasoning", is_rate=True)),
        ("output_text", "image", Meter("output", is_rate=True)),
        ("search_high_1k", "chat", Meter("web_search", 1000, choice="high")),
        ("per_minute", "transcription", Meter("input_audio_seconds", 60)),
        ("per_minute", "video", Meter("output_video_seconds", 60)),
        ("per_minute", "chat", None),
        ("per_hour_audio", "realtime", Meter("session_seconds", 3600)),
        ("per_image_in", "image", Meter("output_images", 1)),
        ("per_image_in", "embedding", Meter("input_images", 1)),
        ("per_image_in", "chat", None),
        ("per_image", "image", Meter("output_images", 1)),
        ("per_image_hd_1792x1024", "image", Meter("output_images", 1, choice="hd 1792x1024")),
        ("per_image_low", "image", Meter("output_images", 1, choice="low")),
        (
            "per_minute_video_1280_720",
            "video",
            Meter("output_video_seconds", 60, choice="1280x720"),
        ),
        ("per_1k_pages", "ocr", Meter("pages", 1000)),
        ("per_1k_queries", "rerank", Meter("search_units", 1000)),
        ("input_per_1m_characters", "speech", Meter("input_characters", 1_000_000)),
        ("per_1_hour", "chat", None),
        ("cache_write_audio", "realtime", None),
    ],
)
def test_a_field_names_a_unit(field: str, kind: str, expected: Meter | None) -> None:
    actual = meter(field, kind)
    assert actual == expected
    if actual is not None:
        assert actual.unit in (RATE_NAMES if actual.is_rate else FEE_UNITS)
