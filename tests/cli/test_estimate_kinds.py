"""`estimate` of models that are not for chat: what a text states is priced, what it lacks is named.

And what `prices show` and `models` say of what is bought beside tokens.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
TEXT = "The quick brown fox jumps over the lazy dog."


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "p.txt").write_text(TEXT)
    return tmp_path


@pytest.mark.parametrize(
    ("model", "tokens", "cost"),
    [
        ("text-embedding-3-small", 10, "0.0000002"),  # 10 x 0.02 / 1M
        ("gemini-embedding-001", 10, "0.0000015"),
        ("omni-moderation-latest", None, "0"),
    ],
)
def test_no_answer_and_no_conversation(
    cli: Cli, files: Path, model: str, tokens: int | None, cost: str
) -> None:
    result = cli("estimate", "p.txt", "-m", model, "-f", "json")
    assert result.code == 0, result.err
    (item,) = json.loads(result.out)["items"]
    assert item["cost"] == cost
    assert item["output_tokens"] == 0
    assert item["prompt"]["added_tokens"] == 0
    assert tokens in (None, item["usage"]["input"])
    assert set(item["usage"]) == {"input"}
    text = cli("estimate", "p.txt", "-m", model).out
    assert "p.txt: no output" in text
    assert "assumed" not in text


def test_speech_costs_its_characters(cli: Cli, files: Path) -> None:
    # 44 characters x 15 / 1M
    result = cli("estimate", "p.txt", "-m", "tts-1", "-f", "json")
    (item,) = json.loads(result.out)["items"]
    assert (item["usage"], item["cost"]) == ({"input_characters": len(TEXT)}, "0.00066")
    assert "counted with" not in cli("estimate", "p.txt", "-m", "tts-1").out


@pytest.mark.parametrize(
    ("model", "lack"),
    [
        (
            "whisper-1",
            "needs audio, which a prompt of text does not hold ($0.006 per minute of audio)",
        ),
        ("gpt-4o-transcribe", "needs audio, which a prompt of text does not hold"),
        ("gpt-4o-mini-tts", "billed for the audio that it speaks, whose length is not known"),
        ("dall-e-3", "billed for the images that it makes, which a prompt does not state"),
        ("gpt-image-1", "billed for the images that it makes"),
        ("sora-2", "($0.1 per second of video)"),
        ("mistral-ocr-2505", "($1 per 1,000 pages, $3 per 1,000 annotated pages)"),
        ("rerank-v3.5", "billed by the search, with its documents"),
        ("gpt-live-1", "($3 per hour of conversation)"),
        ("groq/whisper-large-v3", "($0.111 per hour of audio, at least 10 s a call)"),
    ],
)
def test_what_a_text_does_not_hold_has_no_price(
    cli: Cli, files: Path, model: str, lack: str
) -> None:
    result = cli("estimate", "p.txt", "-m", model)
    assert result.code == 4
    assert lack in result.err
    assert len(result.err.splitlines()) == 1
    assert result.out == ""


def test_a_count_of_tokens_is_no_count_of_characters(cli: Cli, files: Path) -> None:
    result = cli("estimate", "--input-tokens", "100", "-m", "tts-1")
    assert result.code == 4
    assert "$15 per 1M characters" in result.err


def test_a_model_that_speaks_is_priced_by_its_text_with_a_note(cli: Cli, files: Path) -> None:
    result = cli("estimate", "p.txt", "-m", "gpt-realtime")
    assert result.code == 0
    assert "text in and text out alone are priced: audio is billed apart" in result.err


def test_prices_show_writes_fees_in_words(cli: Cli, files: Path) -> None:
    text = cli("prices", "show", "groq/whisper-large-v3").out
    assert "fee input_audio_seconds: $0.111 per hour of audio, at least 10 s a call" in text
    assert "tokenizer" not in text
    images = cli("prices", "show", "dall-e-3").out
    assert "hd 1024x1792 $0.12" in images
    assert "web_search" not in images


def test_models_names_what_is_not_billed_by_the_token(cli: Cli, files: Path) -> None:
    text = cli("models", "--provider", "groq").out
    assert "groq/whisper-large-v3-turbo: $0.04 per hour of audio, at least 10 s a call\n" in text
    assert "groq/llama-3.1-8b-instant:" not in text
