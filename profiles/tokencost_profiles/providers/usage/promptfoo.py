"""promptfoo's usage object: `prompt`, `completion`, `total`, what a provider's cache gave inside.

`cached` is promptfoo's own cache where it is all there is, and the provider's where it stands
beside a prompt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import EXCLUSIVE, INCLUSIVE, PROFILE, Numbers, read
from tokencost_profiles.providers.usage_fields.usage_format import (
    Meter,
    Metered,
    first,
    inner,
    keys,
    units,
)

# Whose own counts leave cached tokens out of the prompt.
_EXCLUSIVE: Final = ("anthropic", "bedrock")
_UNTOLD: Final = "cached tokens taken as part of the prompt: the total does not tell"


def _recognises(usage: Mapping[str, Any]) -> bool:
    return type(usage.get("prompt")) is int and type(usage.get("completion")) is int


def _read(usage: Mapping[str, Any], provider: str | None) -> Metered:
    details = inner(usage, "completionDetails")
    cached = first(details, "cacheReadInputTokens")
    cached = first(usage, "cached") if cached is None else cached
    written = first(details, "cacheCreationInputTokens")
    reasoning = first(details, "reasoning")
    reading = read(
        Numbers(
            first(usage, "prompt"),
            first(usage, "completion"),
            first(usage, "total"),
            cached,
            written,
            reasoning,
        ),
        EXCLUSIVE if provider in _EXCLUSIVE else INCLUSIVE,
    )
    # The total may be promptfoo's own sum of prompt and answer.
    untold = provider in _EXCLUSIVE and (cached or written) and reading.rule != PROFILE
    warnings = (reading.warning, _UNTOLD if untold else None)
    return Metered(
        usage=units(
            input=reading.fresh,
            cache_read=cached,
            cache_write_other=written,
            output=reading.output,
            reasoning=reasoning,
            web_search=first(usage, "webSearchRequests"),
        ),
        semantics=reading.rule,
        warnings=tuple(warning for warning in warnings if warning),
    )


_KEYS: Final = keys(
    "prompt completion total cached numRequests webSearchRequests assertions attacker",
    completionDetails="reasoning acceptedPrediction rejectedPrediction cacheReadInputTokens "
    "cacheCreationInputTokens",
)
METER: Final = Meter("promptfoo", _recognises, _read, _KEYS, order=70)
