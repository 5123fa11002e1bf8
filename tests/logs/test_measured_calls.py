"""Calls that are billed by seconds, characters, images, pages, searches or trained tokens."""

from __future__ import annotations

from typing import Any

import pytest

from logs.answers import lines
from logs.measured_rows import REALTIME_USAGE, job, logged, only
from tokencost_profiles.calls.call import ERROR

_TOKENS = {
    "type": "tokens",
    "input_tokens": 14,
    "input_token_details": {"text_tokens": 4, "audio_tokens": 10},
    "output_tokens": 101,
    "total_tokens": 115,
}
_VOXTRAL = {
    "model": "voxtral-mini-2507",
    "text": "hi",
    "language": "en",
    "segments": [],
    "usage": {
        "prompt_audio_seconds": 203,
        "prompt_tokens": 4,
        "total_tokens": 3264,
        "completion_tokens": 635,
    },
}


@pytest.mark.parametrize(
    ("request_", "answer", "usage"),
    [
        (
            {"model": "gpt-4o-transcribe"},
            {"text": "hi", "usage": _TOKENS},
            {"input": 4, "input_audio": 10, "output": 101},
        ),
        (
            {"model": "whisper-1"},
            {"text": "hi", "usage": {"type": "duration", "seconds": 27}},
            {"input_audio_seconds": 27},
        ),
        (
            {"model": "whisper-1", "response_format": "verbose_json"},
            {"task": "transcribe", "language": "english", "duration": 8.5, "text": "", "words": []},
            {"input_audio_seconds": 9},
        ),
        (
            {"model": "whisper-large-v3"},
            {"text": "hi", "duration": 3.2, "segments": [], "x_groq": {"id": "req_1"}},
            {"input_audio_seconds": 3},
        ),
        (
            {"model": "voxtral-mini-2507"},
            _VOXTRAL,
            {"input": 4, "input_audio_seconds": 203, "output": 635},
        ),
    ],
)
def test_transcriptions(
    request_: dict[str, Any], answer: dict[str, Any], usage: dict[str, int]
) -> None:
    call = only(logged(request_, answer))
    assert (call.api, call.model, call.usage) == ("transcriptions", request_["model"], usage)
    assert call.warnings == ()


def test_a_transcription_that_has_no_length_has_no_usage() -> None:
    call = only(logged({"model": "whisper-large-v3"}, {"text": "hi", "x_groq": {"id": "req_1"}}))
    assert (call.provider, call.usage) == ("groq", None)


def test_speech_is_counted_by_the_characters_of_its_request() -> None:
    request = {"model": "tts-1", "input": "A quick brown fox.", "voice": "alloy"}
    call = only(logged(request, None))
    assert (call.model, call.usage) == ("tts-1", {"input_characters": 18})


def test_speech_that_failed_is_not_billed() -> None:
    request = {"model": "tts-1", "input": "A quick brown fox.", "voice": "alloy"}
    call = only({**logged(request, None), "error": {"message": "quota"}})
    assert (call.status, call.usage) == (ERROR, None)


def test_streamed_speech_reports_its_tokens() -> None:
    done = {
        "type": "speech.audio.done",
        "usage": {"input_tokens": 14, "output_tokens": 101, "total_tokens": 115},
    }
    call = only(done)
    assert call.usage == {"input": 14, "output_audio": 101}


@pytest.mark.parametrize(
    ("asked", "size", "quality"),
    [
        ({"n": 1, "size": "1792x1024", "quality": "hd"}, "1792x1024", "hd"),
        ({"size": "auto"}, None, None),
    ],
)
def test_images_without_tokens_are_counted(
    asked: dict[str, Any], size: str | None, quality: str | None
) -> None:
    answer = {"created": 1763632800, "data": [{"url": "https://example.com/1.png"}] * 2}
    call = only(logged({"model": "dall-e-3", "prompt": "a fox", **asked}, answer))
    assert call.usage == {"output_images": 2}
    assert (call.media_size, call.media_quality) == (size, quality)


def test_a_realtime_answer_with_its_cached_parts() -> None:
    heard = {
        "type": "conversation.item.input_audio_transcription.completed",
        "transcript": "hi",
        "usage": {"type": "duration", "seconds": 3},
    }
    settings = {
        "model": "gpt-realtime",
        "audio": {"input": {"transcription": {"model": "whisper-1"}}},
    }
    calls = lines(
        {"type": "session.created", "session": settings},
        heard,
        {
            "type": "response.done",
            "response": {"id": "resp_1", "output": [], "usage": REALTIME_USAGE},
        },
    )
    assert [(c.model, c.usage) for c in calls] == [
        ("whisper-1", {"input_audio_seconds": 3}),
        (
            "gpt-realtime",
            {"input": 55, "cache_read": 64, "input_audio": 13, "output": 30, "output_audio": 91},
        ),
    ]
    assert not any(c.warnings for c in calls)


@pytest.mark.parametrize(
    ("model", "answer", "usage"),
    [
        (
            "rerank-v3.5",
            {"id": "1", "results": [], "meta": {"billed_units": {"search_units": 2}}},
            {"search_units": 2},
        ),
        (
            "rerank-2.5",
            {
                "object": "list",
                "data": [{"index": 0, "relevance_score": 0.4}],
                "model": "rerank-2.5",
                "usage": {"total_tokens": 26},
            },
            {"input": 26},
        ),
        (
            "jina-reranker-v2-base-multilingual",
            {
                "model": "jina-reranker-v2-base-multilingual",
                "usage": {"total_tokens": 815},
                "results": [{"index": 0, "relevance_score": 0.87}],
            },
            {"input": 815},
        ),
        (
            "amazon.rerank-v1:0",
            {"results": [{"index": 0, "relevance_score": 0.87}]},
            None,
        ),
    ],
)
def test_rerankers(model: str, answer: dict[str, Any], usage: dict[str, int] | None) -> None:
    request = {"model": model, "query": "a", "documents": ["b"]}
    call = only(logged(request, answer))
    assert (call.model, call.usage) == (model, usage)


@pytest.mark.parametrize(
    ("answer", "usage"),
    [
        ({"embedding": {"values": [0.1]}}, None),
        ({"embeddings": [{"values": [0.1]}], "usageMetadata": {"promptTokenCount": 9}}, 9),
        ({"predictions": [{"embeddings": {"statistics": {"token_count": 4}, "values": [1]}}]}, 4),
    ],
)
def test_embeddings_of_google(answer: dict[str, Any], usage: int | None) -> None:
    call = only(logged({"model": "gemini-embedding-001", "content": {}}, answer))
    assert call.usage == (None if usage is None else {"input": usage})


def test_images_of_vertex() -> None:
    answer = {"predictions": [{"bytesBase64Encoded": "x", "mimeType": "image/png"}] * 3}
    call = only(logged({"model": "imagen-4.0-generate-001", "instances": []}, answer))
    assert (call.provider, call.usage) == ("vertex", {"output_images": 3})


@pytest.mark.parametrize(
    ("asked", "unit"),
    [({}, "pages"), ({"document_annotation_format": {"type": "json_schema"}}, "annotated_pages")],
)
def test_pages(asked: dict[str, Any], unit: str) -> None:
    answer = {
        "model": "mistral-ocr-2505-completion",
        "pages": [{"index": 0, "markdown": "x"}],
        "usage_info": {"pages_processed": 3, "doc_size_bytes": 3002},
    }
    call = only(logged({"model": "mistral-ocr-latest", "document": {}, **asked}, answer))
    assert (call.provider, call.usage) == ("mistral", {unit: 3})
    assert call.unknown_keys is None


def test_counts_of_pages_that_nobody_reads_are_named() -> None:
    answer = {"pages": [], "usage_info": {"pages_processed": 3, "pages_translated": 2}}
    call = only(logged({"model": "mistral-ocr-latest", "document": {}}, answer))
    assert call.unknown_keys == {"pages_translated": 2}


def test_a_job_is_one_call_however_often_it_was_asked_for() -> None:
    done = job(finished_at=1721766800, trained_tokens=5768, status="succeeded")
    call = only(job(status="running"), done, done)
    assert call.usage == {"training_tokens": 5768}
    assert call.at == 1721766800


def test_reinforcement_is_billed_by_time() -> None:
    call = only(job(finished_at=1721766800, method={"type": "reinforcement"}))
    assert call.usage is None
    assert call.warnings == (
        "reinforcement fine-tuning is billed by time, which the job does not hold",
    )


def _video(**more: Any) -> dict[str, Any]:
    return {
        "object": "video",
        "id": "video_1",
        "model": "sora-2",
        "created_at": 1763600000,
        "seconds": "8",
        "size": "1280x720",
        "status": "queued",
        **more,
    }


def test_a_video_is_one_call_however_often_it_was_asked_for() -> None:
    call = only(_video(), _video(status="in_progress"), _video(status="completed"))
    assert (call.usage, call.media_size) == ({"output_video_seconds": 8}, "1280x720")


def test_a_failed_video_is_not_billed() -> None:
    call = only(_video(status="failed"))
    assert (call.status, call.usage) == (ERROR, None)


def test_moderations_have_no_counts() -> None:
    answer = {
        "id": "modr-1",
        "model": "omni-moderation-latest",
        "results": [{"flagged": False, "categories": {}, "category_scores": {}}],
    }
    call = only(logged({"model": "omni-moderation-latest", "input": "x"}, answer))
    assert (call.api, call.usage) == ("moderations", {"input": 0})


def test_pixels_are_inside_the_total_of_voyage() -> None:
    answer = {
        "object": "list",
        "data": [{"index": 0, "embedding": [0.1]}],
        "model": "voyage-multimodal-3",
        "usage": {"text_tokens": 5, "image_pixels": 2000000, "total_tokens": 3576},
    }
    call = only(logged({"model": "voyage-multimodal-3"}, answer))
    assert (call.usage, call.unknown_keys) == ({"input": 3576}, None)
