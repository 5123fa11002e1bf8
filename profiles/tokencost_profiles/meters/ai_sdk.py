"""Usage of the Vercel AI SDK: camel case with cached and reasoning counts inside.

From version 6 on (`inputTokenDetails`) the input holds the cached tokens at every provider; before,
it left them out at Anthropic. The total tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.meters.base import Meter, Metered, first, inner, keys, units
from tokencost_profiles.semantics import EXCLUSIVE, INCLUSIVE, Numbers, read


def _recognises(usage: Mapping[str, Any]) -> bool:
    return (
        "inputTokens" in usage
        and ("cachedInputTokens" in usage or "reasoningTokens" in usage
             or "inputTokenDetails" in usage)
    ) or ("promptTokens" in usage and "completionTokens" in usage)  # fmt: skip


def _read(usage: Mapping[str, Any], provider: str | None) -> Metered:
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
            first(usage, "totalTokens"), cached, written, reasoning,
        ),
        EXCLUSIVE if old_anthropic else INCLUSIVE,
    )  # fmt: skip
    return Metered(
        usage=units(
            input=found.fresh, cache_read=cached, cache_write_other=written,
            output=found.output, reasoning=reasoning,
        ),
        semantics=found.rule,
        warnings=(found.warning,) if found.warning else (),
    )  # fmt: skip


_KEYS: Final = keys(
    "inputTokens outputTokens promptTokens completionTokens totalTokens cachedInputTokens "
    "reasoningTokens cacheReadTokens cacheWriteTokens cacheCreationTokens",
    inputTokenDetails="noCacheTokens cacheReadTokens cacheWriteTokens",
    outputTokenDetails="textTokens reasoningTokens",
)
METER: Final = Meter("ai-sdk", _recognises, _read, _KEYS, order=30)
