"""Gemini's `usageMetadata`: thoughts are outside the candidates, tool use outside the prompt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.meters.base import Meter, Metered, first, text, units, without
from tokencost_profiles.semantics import GEMINI, Numbers, read

_MODALITIES: Final = {"AUDIO": "audio", "IMAGE": "image", "VIDEO": "video"}


def _recognises(usage: Mapping[str, Any]) -> bool:
    return any(
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
    given = _by_modality(usage, "promptTokensDetails", "prompt_tokens_details")
    kept = _by_modality(usage, "cacheTokensDetails", "cache_tokens_details")
    made = _by_modality(usage, "candidatesTokensDetails", "candidates_tokens_details")
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
    )


def _by_modality(usage: Mapping[str, Any], *keys: str) -> dict[str, int]:
    """Return the counts of the modalities that may have a rate of their own."""
    for key in keys:
        details = usage.get(key)
        if isinstance(details, list):
            counts: dict[str, int] = {}
            for entry in details:
                kind = _MODALITIES.get(str(entry.get("modality", "")).upper()) if isinstance(
                    entry, Mapping
                ) else None  # fmt: skip
                count = first(entry, "tokenCount", "token_count")
                if kind and count:
                    counts[kind] = counts.get(kind, 0) + count
            return counts
    return {}


def _tier(usage: Mapping[str, Any]) -> str | None:
    tier = text(usage.get("serviceTier")) or text(usage.get("service_tier"))
    traffic = text(usage.get("trafficType")) or text(usage.get("traffic_type"))
    if tier is None and traffic and traffic.startswith("PROVISIONED"):
        return "provisioned"
    return tier


METER: Final = Meter("gemini", _recognises, _read, order=10)
