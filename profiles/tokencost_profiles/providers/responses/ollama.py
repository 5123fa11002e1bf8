"""Ollama: a local server. Nothing is billed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import ASSISTANT, Part
from tokencost_profiles.calls.message_parts import block_parts
from tokencost_profiles.calls.times import moment
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
from tokencost_profiles.providers.requests.openai_chat import messages_of
from tokencost_profiles.providers.usage.ollama import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import number


def _recognises(value: Mapping[str, Any]) -> bool:
    return USAGE_FORMAT.recognises(value) and "model" in value


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    took = number(value.get("total_duration"))
    return [
        call_of(
            USAGE_FORMAT.read(value, "ollama"),
            api="chat",
            provider="ollama",
            model=value.get("model"),
            at=moment(value.get("created_at")),
            latency=took / 1e9 if took is not None else None,
            answer=tuple(_answer(value)) if want_text else None,
        )
    ]


def _answer(value: Mapping[str, Any]) -> Iterator[Part]:
    message = value.get("message")
    message = message if isinstance(message, Mapping) else {"content": value.get("response")}
    for read in messages_of([{**message, "role": "assistant"}]):
        yield from block_parts(read.blocks, ASSISTANT)


RESPONSE_FORMAT: Final = ResponseFormat("ollama", _recognises, _read, order=45)
