"""Gemini's Interactions API: cached tokens inside the input, thoughts outside the output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.meters.base import Meter, Metered, first, keys, objects, units, without
from tokencost_profiles.semantics import GEMINI, Numbers, read


def _recognises(usage: Mapping[str, Any]) -> bool:
    return "total_input_tokens" in usage and "total_output_tokens" in usage


def _read(usage: Mapping[str, Any], provider: str | None) -> Metered:
    cached = first(usage, "total_cached_tokens")
    thoughts = first(usage, "total_thought_tokens", "total_reasoning_tokens")
    found = read(
        Numbers(
            input=first(usage, "total_input_tokens"),
            output=first(usage, "total_output_tokens"),
            total=first(usage, "total_tokens"),
            read=cached,
            reasoning=thoughts,
            extra_input=first(usage, "total_tool_use_tokens"),
        ),
        GEMINI,
    )
    given, kept = _by_modality(usage, "input"), _by_modality(usage, "cached")
    made = _by_modality(usage, "output")
    fresh = {kind: max(0, given.get(kind, 0) - kept.get(kind, 0)) for kind in given}
    return Metered(
        usage=units(
            input=without(found.fresh, *fresh.values()), input_audio=fresh.get("audio"),
            input_image=fresh.get("image"), input_video=fresh.get("video"),
            cache_read=without(cached, *kept.values()), cache_read_audio=kept.get("audio"),
            cache_read_image=kept.get("image"), cache_read_video=kept.get("video"),
            output=without(found.output, *made.values()), output_audio=made.get("audio"),
            output_image=made.get("image"), reasoning=thoughts,
        ),
        semantics=found.rule,
        warnings=(found.warning,) if found.warning else (),
    )  # fmt: skip


def _by_modality(usage: Mapping[str, Any], side: str) -> dict[str, int]:
    """Return the counts of the modalities that may have a rate of their own."""
    counts: dict[str, int] = {}
    for entry in objects(usage.get(f"{side}_tokens_by_modality")):
        kind = str(entry.get("modality", "")).lower()
        if kind in ("audio", "image", "video"):
            counts[kind] = counts.get(kind, 0) + (first(entry, "tokens") or 0)
    return counts


_KEYS: Final = keys(
    "total_input_tokens total_output_tokens total_tokens total_cached_tokens total_thought_tokens "
    "total_reasoning_tokens total_tool_use_tokens input_tokens_by_modality "
    "cached_tokens_by_modality output_tokens_by_modality tool_use_tokens_by_modality"
)
METER: Final = Meter("gemini-interactions", _recognises, _read, _KEYS, order=20)
