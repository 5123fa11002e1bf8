"""Gemini's `usageMetadata`: thoughts are outside the candidates, tool use outside the prompt."""

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
    objects,
    text,
    units,
)

# By name, or by the number of the enumeration.
_MODALITIES: Final = {
    "AUDIO": "audio",
    "IMAGE": "image",
    "VIDEO": "video",
    "2": "image",
    "3": "video",
    "4": "audio",
}
_AT_USUAL_RATE: Final = frozenset({"", "TEXT", "DOCUMENT", "MODALITY_UNSPECIFIED", "0", "1", "5"})
_PLAIN_TRAFFIC: Final = ("ON_DEMAND", "TRAFFIC_TYPE_UNSPECIFIED")
_PROMPT_DETAILS: Final = ("promptTokensDetails", "prompt_tokens_details", "promptTokenDetails")
_CACHE_DETAILS: Final = ("cacheTokensDetails", "cache_tokens_details")
_TOOLS: Final = ("toolUsePromptTokensDetails", "tool_use_prompt_tokens_details")
_OUTPUT_DETAILS: Final = (
    "candidatesTokensDetails",
    "candidates_tokens_details",
    "responseTokensDetails",
    "response_tokens_details",
)


def _recognises(usage: Mapping[str, Any]) -> bool:
    return "generation_token_count" not in usage and any(
        key in usage
        for key in (
            "promptTokenCount",
            "candidatesTokenCount",
            "prompt_token_count",
            "candidates_token_count",
            "totalTokenCount",
        )
    )


def _read(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    prompt = first_count(usage, "promptTokenCount", "prompt_token_count")
    cached = first_count(usage, "cachedContentTokenCount", "cached_content_token_count")
    if cached is None:
        cached = sum(count for _, count in _details(usage, _CACHE_DETAILS)) or None
    thoughts = first_count(usage, "thoughtsTokenCount", "thoughts_token_count")
    reading = read(
        Numbers(
            input=prompt,
            output=first_count(
                usage,
                "candidatesTokenCount",
                "candidates_token_count",
                "responseTokenCount",
                "response_token_count",
            ),
            total=first_count(usage, "totalTokenCount", "total_token_count"),
            read=cached,
            reasoning=thoughts,
            extra_input=first_count(
                usage, "toolUsePromptTokenCount", "tool_use_prompt_token_count"
            ),
        ),
        GEMINI,
    )
    prompt_kinds, cached_kinds = (
        _by_modality(usage, _PROMPT_DETAILS),
        _by_modality(usage, _CACHE_DETAILS),
    )
    for kind, count in _by_modality(usage, _TOOLS).items():  # of the prompt, and beside its count
        prompt_kinds[kind] = prompt_kinds.get(kind, 0) + count
    reported_kinds = cached_kinds if _details(usage, _CACHE_DETAILS) else None
    parts = input_parts(reading.fresh, cached, prompt_kinds, reported_kinds)
    return UsageReading(
        usage=units(
            **parts.units,
            **output_parts(reading.output, _by_modality(usage, _OUTPUT_DETAILS)),
            reasoning=thoughts,
        ),
        semantics=reading.rule,
        warnings=(*((reading.warning,) if reading.warning else ()), *parts.warnings),
        service_tier=_tier(usage),
        unknown_keys=_unknown_modalities(usage),
    )


def _by_modality(usage: Mapping[str, Any], keys_: tuple[str, ...]) -> dict[str, int]:
    """Return the counts of the modalities that may have another rate."""
    counts: dict[str, int] = {}
    for name, count in _details(usage, keys_):
        kind = _MODALITIES.get(name)
        if kind and count:
            counts[kind] = counts.get(kind, 0) + count
    return counts


def _details(usage: Mapping[str, Any], keys_: tuple[str, ...]) -> list[tuple[str, int]]:
    """Return (modality, tokens) of the first list of details that there is."""
    details = next((usage[key] for key in keys_ if isinstance(usage.get(key), list)), ())
    return [
        (
            str(entry.get("modality", "")).upper(),
            first_count(entry, "tokenCount", "token_count") or 0,
        )
        for entry in objects(details)
    ]


def _unknown_modalities(usage: Mapping[str, Any]) -> dict[str, int] | None:
    unknown: dict[str, int] = {}
    for keys_ in (_PROMPT_DETAILS, _CACHE_DETAILS, _TOOLS, _OUTPUT_DETAILS):
        for name, count in _details(usage, keys_):
            if count and name not in _MODALITIES and name not in _AT_USUAL_RATE:
                path = f"{keys_[0]}.{name[:40]}"
                unknown[path] = unknown.get(path, 0) + count
    return unknown or None


def _tier(usage: Mapping[str, Any]) -> str | None:
    tier = text(usage.get("serviceTier")) or text(usage.get("service_tier"))
    traffic = text(usage.get("trafficType")) or text(usage.get("traffic_type"))
    if tier is not None or traffic is None or traffic.upper() in _PLAIN_TRAFFIC:
        return tier
    return "provisioned" if traffic.upper().startswith("PROVISIONED") else traffic


_KEYS: Final = keys(
    "promptTokenCount candidatesTokenCount totalTokenCount cachedContentTokenCount "
    "thoughtsTokenCount toolUsePromptTokenCount responseTokenCount "
    "prompt_token_count candidates_token_count total_token_count cached_content_token_count "
    "thoughts_token_count tool_use_prompt_token_count response_token_count "
    + " ".join((*_PROMPT_DETAILS, *_CACHE_DETAILS, *_TOOLS, *_OUTPUT_DETAILS))
)
USAGE_FORMAT: Final = UsageFormat("gemini", _recognises, _read, _KEYS, order=10)
