"""Google's embeddings and images: vectors, with or without counts, and images by number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.usage.gemini import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import (
    first_count,
    first_mapping,
    objects,
)

_PLACES: Final = frozenset({"embedding", "embeddings", "predictions"})
_IMAGE: Final = "bytesBase64Encoded"
_USAGE: Final = ("usageMetadata", "usage_metadata")


def _recognises(value: Mapping[str, Any]) -> bool:
    if _PLACES.isdisjoint(value):
        return False
    return bool(_vectors(value)) or any(
        _IMAGE in one or "embeddings" in one for one in objects(value.get("predictions"))
    )


def _vectors(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the vectors of the Gemini API."""
    vectors = [first_mapping(value, "embedding"), *objects(value.get("embeddings"))]
    return [one for one in vectors if isinstance(one.get("values"), list)]


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = first_mapping(value, *_USAGE)
    predictions = objects(value.get("predictions"))
    images = sum(_IMAGE in one for one in predictions)
    call = call_of(
        USAGE_FORMAT.read(usage, "google") if usage else None,
        api="images" if images else "embeddings",
        provider="vertex" if predictions else "google",
        model=value.get("modelVersion"),
    )
    if call.usage is not None:
        call.usage.pop("output", None)
    elif images:
        call.usage = {"output_images": images}
    elif predictions:
        call.usage = _counted(predictions)
    return [call]


def _counted(predictions: list[Mapping[str, Any]]) -> dict[str, int] | None:
    """Return the tokens of the texts of Vertex's predictions, where each has a count."""
    counts = [
        first_count(first_mapping(first_mapping(one, "embeddings"), "statistics"), "token_count")
        for one in predictions
    ]
    known = [count for count in counts if count is not None]
    return {"input": sum(known)} if len(known) == len(counts) else None


RESPONSE_FORMAT: Final = ResponseFormat("google-predictions", _recognises, _read, order=50)
