"""Cohere: chat, embed, rerank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, Part
from tokencost_profiles.calls.message_parts import block_parts
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.requests.openai_chat import messages_of
from tokencost_profiles.providers.usage.cohere import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import first_mapping


def _recognises(value: Mapping[str, Any]) -> bool:
    return any(
        name in value and USAGE_FORMAT.recognises(first_mapping(value, name))
        for name in ("usage", "meta")
    )


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    usage = first_mapping(value, "usage")
    reading = USAGE_FORMAT.read(
        usage if USAGE_FORMAT.recognises(usage) else first_mapping(value, "meta"), "cohere"
    )
    return [
        call_of(
            reading,
            api=_api(value),
            provider="cohere",
            model=value.get("model"),
            response_id=value.get("id"),
            answer=tuple(_answer(value)) if want_text else None,
        )
    ]


def _answer(value: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the parts of an answer: version 2 has a message, version 1 its text."""
    message = first_mapping(value, "message") or {"content": value.get("text")}
    for read in messages_of([{**message, "role": "assistant"}]):
        yield from block_parts(read.blocks, ASSISTANT)


def _api(value: Mapping[str, Any]) -> str:
    if "message" in value:
        return "chat"
    return "rerank" if "results" in value else "embeddings"


RESPONSE_FORMAT: Final = ResponseFormat("cohere", _recognises, _read, order=5)
