"""Usage of the Vercel AI SDK: camel case with cached and reasoning counts inside.

From version 6 on (`inputTokenDetails`) the input holds the cached tokens at every provider; before,
it left them out at Anthropic. The total decides. What version 6 takes from a provider is in two
objects, `inputTokens` and `outputTokens`, each with its total.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import EXCLUSIVE, INCLUSIVE, Numbers
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageFormat,
    UsageReading,
    first_count,
    first_mapping,
    keys,
    reading_of,
    remainder,
    units,
)


def _recognises(usage: Mapping[str, Any]) -> bool:
    if isinstance(usage.get("inputTokens"), Mapping):
        return "total" in usage["inputTokens"] or "noCache" in usage["inputTokens"]
    return (
        "inputTokens" in usage
        and (
            "cachedInputTokens" in usage
            or "reasoningTokens" in usage
            or "inputTokenDetails" in usage
        )
    ) or ("promptTokens" in usage and "completionTokens" in usage)


def _read(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    if isinstance(usage.get("inputTokens"), Mapping):
        return _of_provider(usage)
    input_details = first_mapping(usage, "inputTokenDetails")
    output_details = first_mapping(usage, "outputTokenDetails")
    cached = first_count(input_details, "cacheReadTokens")
    if cached is None:
        cached = first_count(usage, "cachedInputTokens", "cacheReadTokens")
    written = first_count(input_details, "cacheWriteTokens")
    if written is None:
        written = first_count(usage, "cacheWriteTokens", "cacheCreationTokens")
    reasoning = first_count(output_details, "reasoningTokens")
    if reasoning is None:
        reasoning = first_count(usage, "reasoningTokens")
    old_anthropic = not input_details and provider is not None and "anthropic" in provider
    return reading_of(
        Numbers(
            first_count(usage, "inputTokens", "promptTokens"),
            first_count(usage, "outputTokens", "completionTokens"),
            first_count(usage, "totalTokens"),
            cached,
            written,
            reasoning,
        ),
        EXCLUSIVE if old_anthropic else INCLUSIVE,
    )


def _of_provider(usage: Mapping[str, Any]) -> UsageReading:
    """Return the counts of a provider, as version 6 passes them on: disjoint, with their total."""
    input_counts, output_counts = (
        first_mapping(usage, "inputTokens"),
        first_mapping(usage, "outputTokens"),
    )
    cached, written = (
        first_count(input_counts, "cacheRead"),
        first_count(input_counts, "cacheWrite"),
    )
    fresh, reasoning = first_count(input_counts, "noCache"), first_count(output_counts, "reasoning")
    if fresh is None:
        fresh = remainder(first_count(input_counts, "total"), cached, written)
    output = first_count(output_counts, "text")
    if output is None:
        output = remainder(first_count(output_counts, "total"), reasoning)
    return UsageReading(
        units(
            input=fresh,
            cache_read=cached,
            cache_write_other=written,
            output=output,
            reasoning=reasoning,
        )
    )


_KEYS: Final = keys(
    "inputTokens outputTokens promptTokens completionTokens totalTokens cachedInputTokens "
    "reasoningTokens cacheReadTokens cacheWriteTokens cacheCreationTokens",
    inputTokens="total noCache cacheRead cacheWrite",
    outputTokens="total text reasoning",
    inputTokenDetails="noCacheTokens cacheReadTokens cacheWriteTokens",
    outputTokenDetails="textTokens reasoningTokens",
)
USAGE_FORMAT: Final = UsageFormat("ai-sdk", _recognises, _read, _KEYS, order=30)
