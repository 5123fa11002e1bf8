"""No model that makes images, videos or speech is sold at the price of text, or for nothing."""

from __future__ import annotations

from tokencost_pricing.model import Model
from tokencost_pricing.table import PriceTable

MEDIA = {
    "image": {"output_image", "output_images"},
    "video": {"output_video", "output_video_seconds"},
    "realtime": {"input_audio", "output_audio", "session_seconds"},
    "audio": {"input_audio", "output_audio"},
    "speech": {"output_audio", "input_characters", "output"},
    "transcription": {"input_audio", "input_audio_seconds", "input"},
}


def _priced(model: Model) -> set[str]:
    return {*model.prices[-1].rates, *model.fees}


def test_each_has_a_price_of_what_it_makes(table: PriceTable) -> None:
    wrong = [
        model.key
        for model in table.models()
        if model.kind in MEDIA and MEDIA[model.kind].isdisjoint(_priced(model))
    ]
    assert wrong == []


def test_none_is_free(table: PriceTable) -> None:
    free = [
        model.key
        for model in table.models()
        if model.kind in MEDIA and not model.fees and not any(model.prices[-1].rates.values())
    ]
    assert free == []
