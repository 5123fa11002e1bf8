"""Prices of models beside chat, each as its sources have it, on a day."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tokencost_pricing.cost import Cost, cost_of
from tokencost_pricing.offer import Conditions
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_pricing.usage import Usage

MILLION = 1_000_000
HOUR = 3600


def _cost(
    table: PriceTable,
    name: str,
    usage: dict[str, int],
    day: str = "2026-11-27",
    conditions: Conditions = (),
    modes: tuple[str, ...] = (),
) -> Cost:
    provider, _, model = name.partition("/")
    terms = Terms(datetime.fromisoformat(day).replace(tzinfo=UTC), True, modes, conditions)
    return cost_of(table.find(model, provider), Usage(usage), terms)


@pytest.mark.parametrize(
    ("name", "unit", "count", "cost"),
    [
        ("openai/whisper-1", "input_audio_seconds", HOUR, "0.36"),
        ("openai/gpt-transcribe", "input_audio_seconds", HOUR, "0.27"),
        ("openai/gpt-live-transcribe", "input_audio_seconds", HOUR, "1.02"),
        ("openai/gpt-live-1", "session_seconds", HOUR, "3"),
        ("openai/gpt-4o-transcribe", "input_audio", MILLION, "6"),  # litellm's 2.5 is the text's
        ("openai/gpt-4o-mini-transcribe", "input_audio", MILLION, "3"),
        ("openai/gpt-4o-mini-tts", "output_audio", MILLION, "12"),
        ("openai/tts-1", "input_characters", MILLION, "15"),
        ("openai/tts-1-hd", "input_characters", MILLION, "30"),
        ("openai/gpt-image-1", "output_image", MILLION, "40"),
        ("openai/gpt-image-1-mini", "output_image", MILLION, "8"),
        ("openai/gpt-4.1-mini", "training_tokens", MILLION, "5"),
        ("openai/text-embedding-3-large", "input", MILLION, "0.13"),
        ("azure/whisper", "input_audio_seconds", HOUR, "0.36"),
        ("azure/gpt-4o-transcribe", "input_audio", MILLION, "6"),
        ("azure/gpt-4.1", "training_tokens", MILLION, "25"),
        ("groq/whisper-large-v3-turbo", "input_audio_seconds", HOUR, "0.04"),
        ("mistral/voxtral-small-transcribe-3", "input_audio_seconds", HOUR, "0.24"),
        ("mistral/mistral-ocr-4", "pages", 1000, "4"),
        ("mistral/mistral-ocr-4", "annotated_pages", 1000, "5"),
        ("google/gemini-2.5-flash-image", "output_image", MILLION, "30"),
        ("google/gemini-3.8-flash-tts", "output_audio", MILLION, "9"),
        ("google/gemini-embedding-2", "input_video", MILLION, "12"),
        ("google/imagen-4.0-ultra-generate-001", "output_images", 1, "0.06"),
        ("cohere/embed-v4.0", "input_image", MILLION, "0.47"),
        ("cohere/embed-multilingual-light-v3.0", "input", MILLION, "0.1"),  # not litellm's 100
        ("cohere/rerank-v4.0-pro", "search_units", 1000, "2.5"),
        ("voyageai/voyage-context-3", "input", MILLION, "0.18"),
        ("voyageai/voyage-multimodal-3", "input", MILLION, "0.12"),
        ("voyageai/rerank-2.5-lite", "input", MILLION, "0.02"),
        ("jina/jina-embeddings-v2-base-en", "input", MILLION, "0.02"),
    ],
)
def test_a_price(table: PriceTable, name: str, unit: str, count: int, cost: str) -> None:
    priced = _cost(table, name, {unit: count})
    assert (priced.total, priced.unpriced) == (Decimal(cost), None)


@pytest.mark.parametrize(
    ("day", "cost"), [("2025-06-01", "1"), ("2026-01-15", "2"), ("2026-07-01", "4")]
)
def test_the_pointer_of_ocr_has_days(table: PriceTable, day: str, cost: str) -> None:
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    offer = table.find("mistral-ocr-latest", "mistral", at=at)
    assert cost_of(offer, Usage(pages=1000), Terms(at)).total == Decimal(cost)


def test_speech_of_gemini_doubles_in_2027(table: PriceTable) -> None:
    usage = {"output_audio": MILLION}
    assert _cost(table, "google/gemini-3.8-flash-lite-tts", usage).total == 6
    assert _cost(table, "google/gemini-3.8-flash-lite-tts", usage, "2027-01-01").total == 12


@pytest.mark.parametrize(
    ("size", "cost"), [("1280x720", "2.4"), ("1792x1024", "4"), ("1920x1080", None)]
)
def test_video_by_its_size(table: PriceTable, size: str, cost: str | None) -> None:
    # 8 seconds x 0.3, x 0.5; 1080p is in one list alone
    conditions = (("media_size", size),)
    priced = _cost(table, "openai/sora-2-pro", {"output_video_seconds": 8}, conditions=conditions)
    assert priced.total == (None if cost is None else Decimal(cost))
