"""What a model does, by its name and the fields that lists hold of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

_KINDS: Final = (
    ("moderation", re.compile(r"moderation|(?:llama|prompt)-?guard|shieldgemma")),
    ("rerank", re.compile(r"rerank|\brank\b")),
    (
        "embedding",
        re.compile(
            r"embed|\bbge-|\bgte-|\be5-|minilm|m2-bert|gecko|mpnet|bce-"
            r"|\bclip-vit|text2vec|\buae-|\bcolbert\b"
        ),
    ),
    ("ocr", re.compile(r"\bocr\b|doc-intelligence|document-intelligence")),
    ("transcription", re.compile(r"whisper|transcri|\bstt\b|\basr\b|parakeet|scribe")),
    ("speech", re.compile(r"(?:^|[-/.])tts\b|text-to-speech|kokoro|orpheus|sonic-|\baura\b|chirp")),
    (
        "video",
        re.compile(r"\bveo|sora|(?<!in)kling|hailuo|(?:^|[-/])wan-?\d|seedance|[tir]2v\b|video-0"),
    ),
    ("realtime", re.compile(r"realtime|\blive\b|\bvoice\b|native-audio|sonic-v")),
    (
        "image",
        re.compile(
            r"gpt-image|dall-e|imagen|flux|stable-(?:diffusion|image)|sdxl|seedream|ideogram"
            r"|recraft|\bimage\b|canvas-v|kontext|sd3"
        ),
    ),
)
_NOT_TOKENS: Final = {"per_image": "image", "per_1k_queries": "rerank", "per_1k_pages": "ocr"}


# What a model of a kind must have a rate or a fee for: its text alone is no price of it.
_MEDIA: Final = {
    "image": {"output_image", "output_images"},
    "video": {"output_video", "output_video_seconds"},
    "realtime": {"input_audio", "output_audio", "session_seconds"},
}
_NOT_FREE: Final = ("speech", "transcription", "ocr", "rerank", "embedding")


def is_priced(kind: str, rates: Mapping[str, str], fees: Collection[str]) -> bool:
    """Whether what a list has of a model is a price of what the model makes.

    Lists of routers have the rates of text, or zeros, for models that make images or speak.
    """
    if kind in _MEDIA:
        return not _MEDIA[kind].isdisjoint((*rates, *fees))
    return kind not in _NOT_FREE or bool(fees) or any(float(rate) for rate in rates.values())


def kind_of(model: str, fields: Collection[str]) -> str:
    """Return the kind of a model, `chat` where nothing says otherwise."""
    name = model.casefold()
    for kind, pattern in _KINDS:
        if pattern.search(name):
            return kind
    if not any(field in fields for field in ("input", "output")):
        for field, kind in _NOT_TOKENS.items():
            if field in fields:
                return kind
    return "chat"
