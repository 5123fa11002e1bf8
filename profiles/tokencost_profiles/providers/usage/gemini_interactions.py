"""Gemini's Interactions API: cached tokens inside the input, thoughts outside the output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import GEMINI, Numbers, read
from tokencost_profiles.providers.usage_fields.modalities import input_parts, output_parts
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageFormat,
    UsageReading,
    first_count,
    keys,
    number,
    objects,
    units,
)

# Tools that search, by the unit that they are billed in, and one that costs only its tokens.
_GROUNDING: Final = {"google_search": "web_search", "google_maps": "maps_grounding"}
_FREE: Final = ("url_context",)


def _recognises(usage: Mapping[str, Any]) -> bool:
    return "total_input_tokens" in usage and "total_output_tokens" in usage


def _read(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    cached = first_count(usage, "total_cached_tokens")
    thoughts = first_count(usage, "total_thought_tokens", "total_reasoning_tokens")
    reading = read(
        Numbers(
            input=first_count(usage, "total_input_tokens"),
            output=first_count(usage, "total_output_tokens"),
            total=first_count(usage, "total_tokens"),
            read=cached,
            reasoning=thoughts,
            extra_input=first_count(usage, "total_tool_use_tokens"),
        ),
        GEMINI,
    )
    prompt_kinds, cached_kinds = _by_modality(usage, "input"), _by_modality(usage, "cached")
    for kind, count in _by_modality(usage, "tool_use").items():
        prompt_kinds[kind] = prompt_kinds.get(kind, 0) + count
    parts = input_parts(
        reading.fresh,
        cached,
        prompt_kinds,
        cached_kinds if "cached_tokens_by_modality" in usage else None,
    )
    return UsageReading(
        usage=units(
            **parts.units,
            **output_parts(reading.output, _by_modality(usage, "output")),
            reasoning=thoughts,
            **_grounding(usage),
        ),
        semantics=reading.rule,
        warnings=(*((reading.warning,) if reading.warning else ()), *parts.warnings),
        unknown_keys=_unknown_tools(usage),
    )


def _tool_counts(usage: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return (tool, calls) of the tools that ground an answer."""
    counted = usage.get("grounding_tool_count")
    if isinstance(counted, Mapping):
        return [(str(name), number(count) or 0) for name, count in counted.items()]
    return [
        (str(entry.get("type")), first_count(entry, "count") or 0) for entry in objects(counted)
    ]


def _grounding(usage: Mapping[str, Any]) -> dict[str, int | None]:
    counts: dict[str, int | None] = {}
    for name, count in _tool_counts(usage):
        unit = _GROUNDING.get(name)
        if unit is not None:
            counts[unit] = (counts.get(unit) or 0) + count
    return counts


def _unknown_tools(usage: Mapping[str, Any]) -> dict[str, int] | None:
    counts = {
        f"grounding_tool_count.{name[:40]}": count
        for name, count in _tool_counts(usage)
        if count and name not in _GROUNDING and name not in _FREE
    }
    return counts or None


def _by_modality(usage: Mapping[str, Any], side: str) -> dict[str, int]:
    """Return the counts of the modalities that may have another rate."""
    counts: dict[str, int] = {}
    for entry in objects(usage.get(f"{side}_tokens_by_modality")):
        kind = str(entry.get("modality", "")).lower()
        if kind in ("audio", "image", "video"):
            counts[kind] = counts.get(kind, 0) + (first_count(entry, "tokens") or 0)
    return counts


_KEYS: Final = keys(
    "total_input_tokens total_output_tokens total_tokens total_cached_tokens total_thought_tokens "
    "total_reasoning_tokens total_tool_use_tokens input_tokens_by_modality "
    "cached_tokens_by_modality output_tokens_by_modality tool_use_tokens_by_modality "
    "grounding_tool_count"
)
USAGE_FORMAT: Final = UsageFormat("gemini-interactions", _recognises, _read, _KEYS, order=20)
