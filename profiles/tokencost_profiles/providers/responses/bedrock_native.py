"""Answers of InvokeModel on Bedrock in a model's native format: Llama, Titan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.content import Part
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of, part
from tokencost_profiles.providers.usage.bedrock import USAGE_FORMAT
from tokencost_profiles.providers.usage_fields.usage_format import objects


def _recognises(value: Mapping[str, Any]) -> bool:
    if "generation_token_count" in value:
        return "prompt_token_count" in value
    return "inputTextTokenCount" in value and ("results" in value or "embedding" in value)


def _read(value: Mapping[str, Any], want_text: bool) -> list[Call]:
    answer: tuple[Part, ...] = part("assistant", value.get("generation"))
    for result in objects(value.get("results")):
        answer += part("assistant", result.get("outputText"))
    return [
        call_of(
            USAGE_FORMAT.read(value, "bedrock"),
            api="invoke",
            provider="bedrock",
            model=value.get("modelId", value.get("model")),
            answer=answer if want_text else None,
        )
    ]


RESPONSE_FORMAT: Final = ResponseFormat("bedrock-native", _recognises, _read, order=8)
