"""A line of a log to its total, to the last decimal, for each kind of model beside chat."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from logs.answers import cost_of, lines
from logs.measured_rows import REALTIME_USAGE, logged
from tokencost_pricing.table import PriceTable

_IMAGE = {"created": 1763632800, "data": [{"url": "https://example.com/1.png"}]}


def _seconds(length: int) -> dict[str, Any]:
    return {"text": "hi", "usage": {"type": "duration", "seconds": length}}


def _groq(length: float) -> dict[str, Any]:
    return {"text": "hi", "duration": length, "segments": [], "x_groq": {"id": "req_1"}}


def _pages(model: str, count: int) -> dict[str, Any]:
    return {"model": model, "pages": [], "usage_info": {"pages_processed": count}}


def _listed(model: str, tokens: int) -> dict[str, Any]:
    return {
        "object": "list",
        "data": [{"index": 0, "embedding": [0.1]}],
        "model": model,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _voxtral(model: str, length: int) -> dict[str, Any]:
    usage = {"prompt_audio_seconds": length, "prompt_tokens": 0, "completion_tokens": 0}
    return {"model": model, "text": "hi", "usage": usage}


_TRANSCRIBED = {
    "text": "hi",
    "usage": {
        "type": "tokens",
        "input_tokens": 114,
        "input_token_details": {"text_tokens": 14, "audio_tokens": 100},
        "output_tokens": 20,
        "total_tokens": 134,
    },
}
_SPOKEN = {
    "type": "speech.audio.done",
    "model": "gpt-4o-mini-tts",
    "usage": {"input_tokens": 14, "output_tokens": 101, "total_tokens": 115},
}
_REALTIME = {
    "type": "response.done",
    "response": {
        "id": "resp_1",
        "object": "realtime.response",
        "model": "gpt-realtime",
        "output": [],
        "usage": REALTIME_USAGE,
    },
}
_VIDEO = {
    "object": "video",
    "id": "video_1",
    "model": "sora-2-pro",
    "created_at": 1779000000,
    "seconds": "8",
    "size": "1792x1024",
    "status": "completed",
}
_GEMINI_SPEECH = {
    "candidates": [{"content": {"parts": [], "role": "model"}, "finishReason": "STOP"}],
    "modelVersion": "gemini-2.5-flash-preview-tts",
    "usageMetadata": {
        "promptTokenCount": 10,
        "candidatesTokenCount": 200,
        "totalTokenCount": 210,
        "candidatesTokensDetails": [{"modality": "AUDIO", "tokenCount": 200}],
    },
}
_NATIVE_AUDIO = {
    **_GEMINI_SPEECH,
    "modelVersion": "gemini-live-2.5-flash",
    "usageMetadata": {
        "promptTokenCount": 110,
        "candidatesTokenCount": 205,
        "totalTokenCount": 315,
        "promptTokensDetails": [
            {"modality": "AUDIO", "tokenCount": 100},
            {"modality": "TEXT", "tokenCount": 10},
        ],
        "candidatesTokensDetails": [
            {"modality": "AUDIO", "tokenCount": 200},
            {"modality": "TEXT", "tokenCount": 5},
        ],
    },
}
_RESULTS = [{"index": 0, "relevance_score": 0.9}]


@pytest.mark.parametrize(
    ("row", "total"),
    [
        # (14 x 2.5 + 100 x 6 + 20 x 10) / 1M
        (logged({"model": "gpt-4o-transcribe"}, _TRANSCRIBED), "0.000835"),
        # 27 s x 0.006 / 60
        (logged({"model": "whisper-1"}, _seconds(27)), "0.0027"),
        # 3 s are billed as 10: 10 x 0.111 / 3600, to ten places
        (logged({"model": "whisper-large-v3"}, _groq(3.2)), "0.0003083333"),
        (logged({"model": "whisper-large-v3"}, _groq(720)), "0.0222"),
        # half in a batch: 720 x 0.0555 / 3600
        (logged({"model": "whisper-large-v3"}, _groq(720), custom_id="1"), "0.0111"),
        # 60 s x 0.18 / 3600
        (logged({"model": "voxtral-mini-2602"}, _voxtral("voxtral-mini-2602", 60)), "0.003"),
        # 18 characters x 15 / 1M, and x 30
        (logged({"model": "tts-1", "input": "A quick brown fox.", "voice": "a"}, None), "0.00027"),
        (
            logged({"model": "tts-1-hd", "input": "A quick brown fox.", "voice": "a"}, None),
            "0.00054",
        ),
        # (14 x 0.6 + 101 x 12) / 1M
        (_SPOKEN, "0.0012204"),
        # (55 x 4 + 64 x 0.4 + 13 x 32 + 30 x 16 + 91 x 64) / 1M
        (_REALTIME, "0.0069656"),
        # (10 x 0.5 + 200 x 10) / 1M
        (_GEMINI_SPEECH, "0.002005"),
        # (10 x 0.5 + 100 x 3 + 5 x 2 + 200 x 12) / 1M
        (_NATIVE_AUDIO, "0.002715"),
        (
            logged(
                {"model": "dall-e-3", "prompt": "", "size": "1792x1024", "quality": "hd"}, _IMAGE
            ),
            "0.12",
        ),
        (logged({"model": "dall-e-2", "prompt": "a", "size": "256x256"}, _IMAGE), "0.016"),
        # 8 s x 0.5
        (_VIDEO, "4"),
        # 1,500 x 0.02 / 1M, x 0.13, x 0.1
        (
            logged({"model": "text-embedding-3-small"}, _listed("text-embedding-3-small", 1500)),
            "0.00003",
        ),
        (
            logged({"model": "text-embedding-ada-002"}, _listed("text-embedding-ada-002", 1500)),
            "0.00015",
        ),
        # 2,000 x 0.06 / 1M, and 0.67 of that in a batch
        (logged({"model": "voyage-3.5"}, _listed("voyage-3.5", 2000)), "0.00012"),
        (logged({"model": "voyage-3.5"}, _listed("voyage-3.5", 2000), custom_id="1"), "0.0000804"),
        # 100 x 0.1 / 1M; 50 x 0.12 + 200 of images x 0.47
        (
            logged(
                {"model": "embed-multilingual-light-v3.0"},
                {"embeddings": [[1]], "meta": {"billed_units": {"input_tokens": 100}}},
            ),
            "0.00001",
        ),
        (
            logged(
                {"model": "embed-v4.0"},
                {"meta": {"billed_units": {"input_tokens": 50, "image_tokens": 200}}},
            ),
            "0.0001",
        ),
        # 2 x 2.5 / 1,000
        (
            logged(
                {"model": "rerank-v4.0-pro"},
                {"results": _RESULTS, "meta": {"billed_units": {"search_units": 2}}},
            ),
            "0.005",
        ),
        # 26 x 0.05 / 1M
        (
            logged(
                {"model": "rerank-2.5"},
                {"model": "rerank-2.5", "results": _RESULTS, "usage": {"total_tokens": 26}},
            ),
            "0.0000013",
        ),
        # 5,768 x 3 / 1M
        (
            {
                "object": "fine_tuning.job",
                "id": "ftjob-1",
                "model": "gpt-4o-mini-2024-07-18",
                "finished_at": 1721766800,
                "trained_tokens": 5768,
            },
            "0.017304",
        ),
        # 29 x 1 / 1,000; 3 for annotated ones; 1.5 in a batch
        (
            logged({"model": "mistral-ocr-latest"}, _pages("mistral-ocr-2505-completion", 29)),
            "0.029",
        ),
        (
            logged(
                {"model": "mistral-ocr-2505", "document_annotation_format": {"type": "x"}},
                _pages("mistral-ocr-2505", 29),
            ),
            "0.087",
        ),
        (
            logged(
                {"model": "mistral-ocr-2505", "document_annotation_format": {"type": "x"}},
                _pages("mistral-ocr-2505", 29),
                custom_id="1",
            ),
            "0.0435",
        ),
        (
            logged(
                {"model": "omni-moderation-latest", "input": "x"},
                {
                    "model": "omni-moderation-latest",
                    "results": [{"flagged": False, "categories": {}}],
                },
            ),
            "0",
        ),
    ],
)
def test_a_line_to_its_total(table: PriceTable, row: dict[str, Any], total: str) -> None:
    assert cost_of(table, lines(row)) == Decimal(total)


@pytest.mark.parametrize(
    "row",
    [
        # a size that the table has no price of
        logged({"model": "dall-e-3", "prompt": "a", "size": "512x512"}, _IMAGE),
        # no length in the answer
        logged({"model": "whisper-large-v3"}, {"text": "hi", "x_groq": {"id": "req_1"}}),
        # speech by its tokens, of which the request says nothing
        logged({"model": "gpt-4o-mini-tts", "input": "A fox.", "voice": "alloy"}, None),
    ],
)
def test_what_is_not_known_is_not_free(table: PriceTable, row: dict[str, Any]) -> None:
    assert not cost_of(table, lines(row))
