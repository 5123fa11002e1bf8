"""Calls billed by other units than tokens, in recordings, observations and rows of a gateway."""

from __future__ import annotations

import json
from typing import Any

import pytest

from logs.measured_rows import job, only
from logs.reading import from_text
from tokencost_profiles.calls.call import Call


def _exchange(url: str, sent: Any, body: Any, status: int = 200) -> dict[str, Any]:
    return {
        "request": {"method": "POST", "uri": url, "body": sent, "headers": {}},
        "response": {"status": {"code": status}, "headers": {}, "body": {"string": body}},
        "recorded_at": "2026-11-20T10:00:00Z",
    }


_FORM = (
    '--x\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n'
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n'
    "Content-Type: audio/mpeg\r\n\r\nID3\r\n--x--\r\n"
)


def _recorded(*exchanges: dict[str, Any]) -> list[Call]:
    document = {"http_interactions": list(exchanges), "recorded_with": "VCR 6.0.0"}
    calls, _ = from_text(json.dumps(document), "cassette.json")
    return calls


def test_recorded_audio() -> None:
    base = "https://api.openai.com/v1/audio"
    answer = json.dumps({"text": "hi", "usage": {"type": "duration", "seconds": 12}})
    spoken = json.dumps({"model": "tts-1", "input": "hello", "voice": "alloy"})
    calls = _recorded(
        _exchange(f"{base}/transcriptions", _FORM, answer),
        _exchange(f"{base}/transcriptions", _FORM, json.dumps({"text": "hi"})),
        _exchange(f"{base}/speech", spoken, "\x00\x01"),
        _exchange(f"{base}/speech", spoken, json.dumps({"error": {}}), status=429),
    )
    assert [(c.provider, c.model, c.usage, c.status) for c in calls] == [
        ("openai", "whisper-1", {"input_audio_seconds": 12}, "ok"),
        ("openai", "whisper-1", None, "ok"),
        ("openai", "tts-1", {"input_characters": 5}, "ok"),
        ("openai", "tts-1", None, "error"),
    ]


def test_recorded_jobs_and_pages() -> None:
    training = job(finished_at=1721766800, trained_tokens=5768, status="succeeded")
    pages = {"model": "mistral-ocr-2512", "pages": [], "usage_info": {"pages_processed": 2}}
    asked = json.dumps({"model": "mistral-ocr-latest", "document_annotation_format": {"type": "x"}})
    calls = _recorded(
        _exchange("https://api.openai.com/v1/fine_tuning/jobs/ftjob-1", "", json.dumps(training)),
        _exchange("https://api.mistral.ai/v1/ocr", asked, json.dumps(pages)),
    )
    assert [(c.provider, c.model, c.usage) for c in calls] == [
        ("openai", "gpt-4o-mini-2024-07-18", {"training_tokens": 5768}),
        ("mistral", "mistral-ocr-2512", {"annotated_pages": 2}),
    ]


def _langfuse(unit: str, model: str) -> dict[str, Any]:
    return {
        "id": "obs_1",
        "type": "GENERATION",
        "traceId": "t1",
        "model": model,
        "calculatedTotalCost": None,
        "startTime": "2026-11-20T10:00:00Z",
        "usage": {"input": 120, "output": 0, "total": 120, "unit": unit},
    }


@pytest.mark.parametrize(
    ("unit", "usage"),
    [
        ("CHARACTERS", {"input_characters": 120}),
        ("IMAGES", {"output_images": 120}),
        ("SECONDS", {}),
    ],
)
def test_observations_are_counted_in_their_unit(unit: str, usage: dict[str, int]) -> None:
    call = only(_langfuse(unit, "tts-1"))
    assert (call.reader, call.usage) == ("langfuse", usage)
    assert bool(call.warnings) is (unit == "SECONDS")


def _litellm(kind: str, response: Any, **more: Any) -> dict[str, Any]:
    return {
        "request_id": "req_1",
        "call_type": kind,
        "spend": 0.0,
        "total_tokens": 0,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "startTime": "2026-11-20T10:00:00Z",
        "endTime": "2026-11-20T10:00:01Z",
        "custom_llm_provider": "openai",
        "response": response,
        **more,
    }


def test_rows_of_a_gateway_without_tokens() -> None:
    zeros = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    image = {"created": 1763632800, "data": [{"url": "https://example.com/1.png"}], "usage": zeros}
    call = only(
        _litellm("aimage_generation", image, model="dall-e-3", model_parameters={"quality": "hd"})
    )
    assert (call.reader, call.usage, call.media_quality) == ("litellm", {"output_images": 1}, "hd")
    call = only(
        _litellm(
            "aspeech", {}, model="tts-1", messages="Hello.", model_parameters={"voice": "alloy"}
        )
    )
    assert call.usage == {"input_characters": 6}
