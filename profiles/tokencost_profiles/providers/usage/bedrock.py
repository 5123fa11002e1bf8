"""Bedrock Converse: camel case, cached and written tokens outside the input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import EXCLUSIVE, Numbers, read
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageFormat,
    UsageReading,
    first_count,
    keys,
    objects,
    units,
)

# The metrics of an invocation in the model's native format.
_OF_INVOCATION: Final = frozenset(
    {
        "inputTokenCount",
        "outputTokenCount",
        "cacheReadInputTokenCount",
        "cacheWriteInputTokenCount",
        "invocationLatency",
        "firstByteLatency",
    }
)


_INPUT: Final = ("inputTokens", "inputTokenCount", "inputTextTokenCount", "prompt_token_count")
_OUTPUT: Final = ("outputTokens", "outputTokenCount", "generation_token_count")


def _recognises(usage: Mapping[str, Any]) -> bool:
    if "inputTextTokenCount" in usage or "generation_token_count" in usage:  # Titan, Llama
        return True
    if "inputTokenCount" in usage and "outputTokenCount" in usage:
        return usage.keys() <= _OF_INVOCATION
    return ("inputTokens" in usage or "outputTokens" in usage) and not (
        "cachedInputTokens" in usage or "reasoningTokens" in usage or "inputTokenDetails" in usage
    )


def _read(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    # Two spellings of the cache counters may stand side by side with the same numbers.
    cached = first_count(usage, "cacheReadInputTokens", "cacheReadInputTokenCount")
    written = first_count(usage, "cacheWriteInputTokens", "cacheWriteInputTokenCount")
    by_lifetime = {"5m": 0, "1h": 0}
    details = usage.get("cacheDetails")
    for entry in details if isinstance(details, list) else ():
        lifetime = entry.get("ttl") if isinstance(entry, Mapping) else None
        if isinstance(lifetime, str) and lifetime in by_lifetime:
            by_lifetime[lifetime] += first_count(entry, "inputTokens") or 0
    known = sum(by_lifetime.values())
    reading = read(
        Numbers(
            first_count(usage, *_INPUT),
            _output(usage),
            first_count(usage, "totalTokens"),
            cached,
            written,
        ),
        EXCLUSIVE,
    )
    return UsageReading(
        usage=units(
            input=reading.fresh,
            cache_read=cached,
            cache_write_5m=by_lifetime["5m"] or None,
            cache_write_1h=by_lifetime["1h"] or None,
            cache_write_other=max(0, (written or 0) - known) if written is not None else None,
            output=reading.output,
        ),
        semantics=reading.rule,
        warnings=(reading.warning,) if reading.warning else (),
    )


def _output(usage: Mapping[str, Any]) -> int | None:
    results = [first_count(result, "tokenCount") for result in objects(usage.get("results"))]
    return sum(count or 0 for count in results) if results else first_count(usage, *_OUTPUT)


_KEYS: Final = keys(
    "totalTokens cacheReadInputTokens cacheReadInputTokenCount cacheWriteInputTokens "
    "cacheWriteInputTokenCount results " + " ".join((*_INPUT, *_OUTPUT)),
    cacheDetails="inputTokens",
)
USAGE_FORMAT: Final = UsageFormat("bedrock", _recognises, _read, _KEYS, order=40)
