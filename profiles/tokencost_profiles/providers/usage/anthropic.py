"""Anthropic's usage object: everything apart. Cached and written tokens are outside the input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageFormat,
    UsageReading,
    first_count,
    first_mapping,
    geography,
    keys,
    objects,
    remainder,
    text,
    units,
    written_by_lifetime,
)

# Of passes that the counts at the top leave out: who reads them apart takes the warning away.
BESIDE: Final = "a compaction or an advisor was billed beside these counts"
_INSIDE: Final = ("message", "fallback_message")
_MARKS: Final = (
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "cache_creation",
    "server_tool_use",
)


def _recognises(usage: Mapping[str, Any]) -> bool:
    return (
        ("input_tokens" in usage or "output_tokens" in usage)
        and "total_tokens" not in usage
        and (any(key in usage for key in _MARKS) or "input_tokens_details" not in usage)
    )


def _read(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    lifetimes = written_by_lifetime(
        first_count(usage, "cache_creation_input_tokens"), first_mapping(usage, "cache_creation")
    )
    thinking = first_count(first_mapping(usage, "output_tokens_details"), "thinking_tokens")
    tools = first_mapping(usage, "server_tool_use")
    return UsageReading(
        usage=units(
            input=first_count(usage, "input_tokens"),
            cache_read=first_count(usage, "cache_read_input_tokens"),
            cache_write_5m=lifetimes.short,
            cache_write_1h=lifetimes.long,
            cache_write_other=lifetimes.other,
            output=remainder(first_count(usage, "output_tokens"), thinking),
            reasoning=thinking,
            web_search=first_count(tools, "web_search_requests"),
            # Containers are billed, not executions: see the answer for which.
            code_container=min(1, first_count(tools, "code_execution_requests") or 0),
        ),
        warnings=(*lifetimes.warnings, *((BESIDE,) if _has_passes_beside(usage) else ())),
        service_tier=text(usage.get("service_tier")),
        speed=text(usage.get("speed")),
        region=geography(usage.get("inference_geo")),
    )


def _has_passes_beside(usage: Mapping[str, Any]) -> bool:
    entries = objects(usage.get("iterations")) if "iterations" in usage else ()
    return any(entry.get("type", "message") not in _INSIDE for entry in entries)


# Bedrock repeats Anthropic's counts under its names.
_KEYS: Final = keys(
    "input_tokens output_tokens cache_read_input_tokens cache_creation_input_tokens "
    "service_tier speed inference_geo iterations total_tokens inputTokenCount outputTokenCount",
    cache_creation="ephemeral_5m_input_tokens ephemeral_1h_input_tokens",
    output_tokens_details="thinking_tokens text_tokens",
    server_tool_use="web_search_requests web_fetch_requests code_execution_requests",
)
USAGE_FORMAT: Final = UsageFormat("anthropic", _recognises, _read, _KEYS, order=50)
