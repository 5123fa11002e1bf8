"""Rows of calls that are billed by seconds, characters, images, pages or trained tokens."""

from __future__ import annotations

from typing import Any

from logs.answers import lines
from tokencost_profiles.calls.call import Call

REALTIME_USAGE = {
    "total_tokens": 253,
    "input_tokens": 132,
    "output_tokens": 121,
    "input_token_details": {
        "text_tokens": 119,
        "audio_tokens": 13,
        "cached_tokens": 64,
        "cached_tokens_details": {"text_tokens": 64, "audio_tokens": 0},
    },
    "output_token_details": {"text_tokens": 30, "audio_tokens": 91},
}


def only(*rows: Any) -> Call:
    """Return the one call that rows of a log are."""
    (call,) = lines(*rows)
    return call


def logged(request: dict[str, Any], response: Any, **more: Any) -> dict[str, Any]:
    """Return a request with its answer."""
    return {"request": request, "response": response, "timestamp": "2026-11-20T10:00:00Z", **more}


def job(**more: Any) -> dict[str, Any]:
    """Return a job of fine-tuning, still running."""
    return {
        "object": "fine_tuning.job",
        "id": "ftjob-1",
        "model": "gpt-4o-mini-2024-07-18",
        "created_at": 1721764800,
        "finished_at": None,
        "trained_tokens": None,
        **more,
    }
