"""`profile` of images and audio: sizes apart, minimums call by call, saved and read again."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


def _image(number: int, **asked: Any) -> dict[str, Any]:
    return {
        "request": {"model": "dall-e-3", "prompt": "a fox", **asked},
        "response": {"created": 1763632800 + number, "data": [{"url": "https://example.com"}]},
    }


def _heard(number: int, seconds: float) -> dict[str, Any]:
    return {
        "request": {"model": "whisper-large-v3"},
        "response": {
            "text": "hi",
            "duration": seconds,
            "segments": [],
            "x_groq": {"id": f"req_{number}"},
        },
        "timestamp": "2026-11-20T10:00:00Z",
    }


@pytest.fixture
def log(tmp_path: Path) -> Path:
    rows = [
        _image(1, size="1792x1024", quality="hd"),
        _image(2, size="1024x1024"),
        _image(3, size="99x99"),
        _heard(1, 3.2),
        _heard(2, 3.4),
    ]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def _total(cli: Cli, name: str) -> dict[str, Any]:
    result = cli("profile", name, "-f", "json")
    assert result.code == 0, result.err
    total: dict[str, Any] = json.loads(result.out)["total"]
    return total


def test_the_total_is_that_of_each_call(cli: Cli, log: Path) -> None:
    total = _total(cli, "log.jsonl")
    assert total["usage"] == {"input_audio_seconds": 20, "output_images": 3}
    assert total["unpriced_calls"] == 1
    # 0.12 + 0.04; 2 calls of at least 10 s x 0.111 / 3600, divided once
    assert Decimal(total["costs"]["output_images"]) == Decimal("0.16")
    assert Decimal(total["costs"]["input_audio_seconds"]) == Decimal("0.0006166667")
    text = cli("profile", "log.jsonl").out
    assert "the table has no price of images for dall-e-3: '99x99' is not listed" in text
    assert "unit           count" in text


def test_a_saved_profile_has_the_same_total(cli: Cli, log: Path) -> None:
    assert cli("profile", "log.jsonl", "--save", "saved.json").code == 0
    assert _total(cli, "saved.json") == _total(cli, "log.jsonl")
