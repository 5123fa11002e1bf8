"""Gemini's `usageMetadata`: thoughts are outside the candidates, tool use outside the prompt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.meters.base import (
    Meter,
    Metered,
    first,
    keys,
    objects,
    text,
    units,
    without,
)
from tokencost_profiles.semantics import GEMINI, Numbers, read

# By name, or by the number of the enumeration.
_MODALITIES: Final = {
    "AUDIO": "audio", "IMAGE": "image", "VIDEO": "video", "2": "image", "3": "video", "4": "audio",
}  # fmt: skip
_AT_USUAL_RATE: Final = frozenset({"", "TEXT", "DOCUMENT", "MODALITY_UNSPECIFIED", "0", "1", "5"})
_GIVEN: Final = ("promptTokensDetails", "prompt_tokens_details", "promptTokenDetails")
_KEPT: Final = ("cacheTokensDetails", "cache_tokens_details")
_MADE: Final = (
    "candidatesTokensDetails", "candidates_tokens_details", "responseTokensDetails",
    "response_tokens_details",
)  # fmt: skip


def _recognises(usage: Mapping[str, Any]) -> bool:
    return "generation_token_count" not in usage and any(
        key in usage
        for key in ("promptTokenCount", "candidatesTokenCount", "prompt_token_count",
                    "candidates_token_count", "totalTokenCount")
    )  # fmt: skip


def _read(usage: Mapping[str, Any], provider: str | None) -> Metered:
    prompt = first(usage, "promptTokenCount", "prompt_token_count")
    cached = first(usage, "cachedContentTokenCount", "cached_content_token_count")
    thoughts = first(usage, "thoughtsTokenCount", "thoughts_token_count")
    found = read(
        Numbers(
            input=prompt,
            output=first(
                usage, "candidatesTokenCount", "candidates_token_count", "responseTokenCount",
                "response_token_count",
            ),
            total=first(usage, "totalTokenCount", "total_token_count"),
            read=cached,
            reasoning=thoughts,
            extra_input=first(usage, "toolUsePromptTokenCount", "tool_use_prompt_token_count"),
        ),
        GEMINI,
    )  # fmt: skip
    given, kept = _by_modality(usage, _GIVEN), _by_modality(usage, _KEPT)
    made = _by_modality(usage, _MADE)
    fresh = {kind: max(0, given.get(kind, 0) - kept.get(kind, 0)) for kind in given}
    return Metered(
        usage=units(
            input=without(found.fresh, *fresh.values()),
            input_audio=fresh.get("audio"),
            input_image=fresh.get("image"),
            input_video=fresh.get("video"),
            cache_read=without(cached, *kept.values()),
            cache_read_audio=kept.get("audio"),
            cache_read_image=kept.get("image"),
            cache_read_video=kept.get("video"),
            output=without(found.output, *made.values()),
            output_audio=made.get("audio"),
            output_image=made.get("image"),
            reasoning=thoughts,
        ),
        semantics=found.rule,
        warnings=(found.warning,) if found.warning else (),
        service_tier=_tier(usage),
        unknown_keys=_unknown_modalities(usage),
    )


def _by_modality(usage: Mapping[str, Any], keys_: tuple[str, ...]) -> dict[str, int]:
    """Return the counts of the modalities that may have a rate of their own."""
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
        (str(entry.get("modality", "")).upper(), first(entry, "tokenCount", "token_count") or 0)
        for entry in objects(details)
    ]


def _unknown_modalities(usage: Mapping[str, Any]) -> dict[str, int] | None:
    unknown: dict[str, int] = {}
    for keys_ in (_GIVEN, _KEPT, _MADE):
        for name, count in _details(usage, keys_):
            if count and name not in _MODALITIES and name not in _AT_USUAL_RATE:
                path = f"{keys_[0]}.{name[:40]}"
                unknown[path] = unknown.get(path, 0) + count
    return unknown or None


def _tier(usage: Mapping[str, Any]) -> str | None:
    tier = text(usage.get("serviceTier")) or text(usage.get("service_tier"))
    traffic = text(usage.get("trafficType")) or text(usage.get("traffic_type"))
    if tier is None and traffic and traffic.startswith("PROVISIONED"):
        return "provisioned"
    return tier


_KEYS: Final = keys(
    "promptTokenCount candidatesTokenCount totalTokenCount cachedContentTokenCount "
    "thoughtsTokenCount toolUsePromptTokenCount responseTokenCount "
    "prompt_token_count candidates_token_count total_token_count cached_content_token_count "
    "thoughts_token_count tool_use_prompt_token_count response_token_count "
    "toolUsePromptTokensDetails tool_use_prompt_tokens_details "
    + " ".join((*_GIVEN, *_KEPT, *_MADE))
)
METER: Final = Meter("gemini", _recognises, _read, _KEYS, order=10)
