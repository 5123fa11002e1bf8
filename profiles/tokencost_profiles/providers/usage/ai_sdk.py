"""Usage of the Vercel AI SDK: camel case with cached and reasoning counts inside.

From version 6 on (`inputTokenDetails`) the input holds the cached tokens at every provider; before,
it left them out at Anthropic. The total tells. What version 6 takes from a provider is in two
objects, `inputTokens` and `outputTokens`, each with its total.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import EXCLUSIVE, INCLUSIVE, Numbers, read
from tokencost_profiles.providers.usage_fields.usage_format import (
    Meter,
    Metered,
    first,
    inner,
    keys,
    units,
    without,
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


def _read(usage: Mapping[str, Any], provider: str | None) -> Metered:
    if isinstance(usage.get("inputTokens"), Mapping):
        return _of_provider(usage)
    given = inner(usage, "inputTokenDetails")
    made = inner(usage, "outputTokenDetails")
    cached = first(given, "cacheReadTokens")
    if cached is None:
        cached = first(usage, "cachedInputTokens", "cacheReadTokens")
    written = first(given, "cacheWriteTokens")
    if written is None:
        written = first(usage, "cacheWriteTokens", "cacheCreationTokens")
    reasoning = first(made, "reasoningTokens")
    if reasoning is None:
        reasoning = first(usage, "reasoningTokens")
    old_anthropic = not given and provider is not None and "anthropic" in provider
    found = read(
        Numbers(
            first(usage, "inputTokens", "promptTokens"),
            first(usage, "outputTokens", "completionTokens"),
            first(usage, "totalTokens"),
            cached,
            written,
            reasoning,
        ),
        EXCLUSIVE if old_anthropic else INCLUSIVE,
    )
    return Metered(
        usage=units(
            input=found.fresh,
            cache_read=cached,
            cache_write_other=written,
            output=found.output,
            reasoning=reasoning,
        ),
        semantics=found.rule,
        warnings=(found.warning,) if found.warning else (),
    )


def _of_provider(usage: Mapping[str, Any]) -> Metered:
    """Return the counts of a provider, as version 6 passes them on: disjoint, with their total."""
    given, made = inner(usage, "inputTokens"), inner(usage, "outputTokens")
    cached, written = first(given, "cacheRead"), first(given, "cacheWrite")
    fresh, reasoning = first(given, "noCache"), first(made, "reasoning")
    if fresh is None:
        fresh = without(first(given, "total"), cached, written)
    output = first(made, "text")
    if output is None:
        output = without(first(made, "total"), reasoning)
    return Metered(
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
METER: Final = Meter("ai-sdk", _recognises, _read, _KEYS, order=30)
