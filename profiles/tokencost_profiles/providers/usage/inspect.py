"""Inspect AI's usage object, whose meaning changed: cached tokens were inside the input, then not.

Before 2026 Inspect passed on what each provider wrote; since then the input leaves cached tokens
out everywhere. The total is the provider's, so it decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import EXCLUSIVE, INCLUSIVE, Numbers
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageFormat,
    UsageReading,
    amount,
    first_count,
    keys,
    reading_of,
)

_EXCLUSIVE_HOSTS: Final = ("anthropic", "bedrock", "vertex")


def _recognises(usage: Mapping[str, Any]) -> bool:
    return "input_tokens_cache_read" in usage or "input_tokens_cache_write" in usage


def _read(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    cached = first_count(usage, "input_tokens_cache_read")
    written = first_count(usage, "input_tokens_cache_write")
    reasoning = first_count(usage, "reasoning_tokens")
    reading = reading_of(
        Numbers(
            first_count(usage, "input_tokens"),
            first_count(usage, "output_tokens"),
            # A total that was not reported is written as 0.
            first_count(usage, "total_tokens") or None,
            cached,
            written,
            reasoning,
        ),
        EXCLUSIVE if provider in _EXCLUSIVE_HOSTS else INCLUSIVE,
    )
    cost = amount(usage.get("total_cost"))
    return reading._replace(cost=cost, cost_basis="client" if cost is not None else None)


_KEYS: Final = keys(
    "input_tokens output_tokens total_tokens input_tokens_cache_read input_tokens_cache_write "
    "reasoning_tokens total_cost"
)
USAGE_FORMAT: Final = UsageFormat("inspect", _recognises, _read, _KEYS, order=35)
