"""Embeddings, rerankers and the like: tokens in, none out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.usage import read_usage


def _recognises(value: Mapping[str, Any]) -> bool:
    if value.get("object") != "list" or not isinstance(value.get("usage"), Mapping):
        return False
    data = value.get("data")
    return isinstance(data, list) and (
        not data
        or (isinstance(data[0], Mapping) and ("embedding" in data[0] or "index" in data[0]))
    )


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    reading = read_usage(value["usage"])
    call = call_of(
        reading,
        api="embeddings",
        provider=None,
        model=value.get("model"),
        response_id=value.get("id"),
    )
    if call.usage is not None:
        call.usage.pop("output", None)
    return [call]


RESPONSE_FORMAT: Final = ResponseFormat("openai-embeddings", _recognises, _read, order=40)
