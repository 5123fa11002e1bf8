"""promptfoo's usage object: `prompt`, `completion`, `total`, what a provider's cache gave inside.

`cached` is promptfoo's cache where it is all there is, and the provider's where it stands
beside a prompt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import EXCLUSIVE, INCLUSIVE, PROFILE, Numbers
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageFormat,
    UsageReading,
    first_count,
    first_mapping,
    keys,
    reading_of,
)

# Whose counts leave cached tokens out of the prompt.
_EXCLUSIVE: Final = ("anthropic", "bedrock")
_UNKNOWN_CONVENTION: Final = "cached tokens taken as part of the prompt: the total does not show it"


def _recognises(usage: Mapping[str, Any]) -> bool:
    return type(usage.get("prompt")) is int and type(usage.get("completion")) is int


def _read(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    details = first_mapping(usage, "completionDetails")
    cached = first_count(details, "cacheReadInputTokens")
    cached = first_count(usage, "cached") if cached is None else cached
    written = first_count(details, "cacheCreationInputTokens")
    reasoning = first_count(details, "reasoning")
    reading = reading_of(
        Numbers(
            first_count(usage, "prompt"),
            first_count(usage, "completion"),
            first_count(usage, "total"),
            cached,
            written,
            reasoning,
        ),
        EXCLUSIVE if provider in _EXCLUSIVE else INCLUSIVE,
        web_search=first_count(usage, "webSearchRequests"),
    )
    # The total may be promptfoo's sum of prompt and answer.
    unknown = provider in _EXCLUSIVE and (cached or written) and reading.semantics != PROFILE
    more = (_UNKNOWN_CONVENTION,) if unknown else ()
    return reading._replace(warnings=(*reading.warnings, *more))


_KEYS: Final = keys(
    "prompt completion total cached numRequests webSearchRequests assertions attacker",
    completionDetails="reasoning acceptedPrediction rejectedPrediction cacheReadInputTokens "
    "cacheCreationInputTokens",
)
USAGE_FORMAT: Final = UsageFormat("promptfoo", _recognises, _read, _KEYS, order=70)
