"""Ollama: `prompt_eval_count` and `eval_count`, beside the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageFormat,
    UsageReading,
    first_count,
    keys,
    units,
)


def _recognises(usage: Mapping[str, Any]) -> bool:
    return "eval_count" in usage or "prompt_eval_count" in usage


def _read(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    # A prompt that is completely in memory is not evaluated, and the key is left out.
    return UsageReading(
        usage=units(
            input=first_count(usage, "prompt_eval_count") or 0,
            output=first_count(usage, "eval_count"),
        )
    )


_KEYS: Final = keys("prompt_eval_count eval_count context")
USAGE_FORMAT: Final = UsageFormat("ollama", _recognises, _read, _KEYS, order=15)
