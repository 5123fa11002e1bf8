"""Ollama: a local server. Nothing is billed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import Call
from tokencost_profiles.calls.times import moment
from tokencost_profiles.providers.answers.response_format import ResponseFormat, call_of
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
        )
    ]


RESPONSE_FORMAT: Final = ResponseFormat("ollama", _recognises, _read, order=45)
