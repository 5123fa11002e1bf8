"""LangChain's `usage_metadata`: the input holds what the cache gave and took, by definition.

The details name the same tokens more than once: written tokens as `cache_creation` or by lifetime
(the aggregate is then 0), and those of OpenAI's flex and priority tiers under the tier's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import INCLUSIVE, Numbers, read
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageFormat,
    UsageReading,
    first_count,
    first_mapping,
    input_parts,
    keys,
    output_parts,
    units,
    written_by_lifetime,
)

_DETAILS: Final = ("input_token_details", "output_token_details")
_TIERS: Final = ("priority", "flex")
# Keys of the details as LangChain writes them. OpenAI's realtime API has details of the same name
# whose keys all end in `_tokens`.
_MARKS: Final = frozenset(
    {
        "audio",
        "text",
        "image",
        "video",
        "cache_read",
        "cache_creation",
        "reasoning",
        "ephemeral_5m_input_tokens",
        "ephemeral_1h_input_tokens",
        *_TIERS,
        *(f"{tier}_cache_read" for tier in _TIERS),
        *(f"{tier}_reasoning" for tier in _TIERS),
    }
)


def _recognises(usage: Mapping[str, Any]) -> bool:
    return "input_tokens" in usage and any(
        not _MARKS.isdisjoint(first_mapping(usage, name)) for name in _DETAILS
    )


def _read(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    sent, received = first_mapping(usage, _DETAILS[0]), first_mapping(usage, _DETAILS[1])
    tier = next((name for name in _TIERS if name in sent or name in received), None)
    cached = first_count(sent, "cache_read", *(f"{name}_cache_read" for name in _TIERS))
    reasoning = first_count(received, "reasoning", *(f"{name}_reasoning" for name in _TIERS))
    lifetimes = written_by_lifetime(first_count(sent, "cache_creation", "cache_write"), sent)
    reading = read(
        Numbers(
            first_count(usage, "input_tokens"),
            first_count(usage, "output_tokens"),
            first_count(usage, "total_tokens"),
            cached,
            lifetimes.total,
            reasoning,
        ),
        INCLUSIVE,
    )
    parts = input_parts(reading.fresh, cached, _kinds(sent), None)
    return UsageReading(
        usage=units(
            **parts.units,
            cache_write_5m=lifetimes.short,
            cache_write_1h=lifetimes.long,
            cache_write_other=lifetimes.other,
            reasoning=reasoning,
            **output_parts(reading.output, _kinds(received)),
        ),
        semantics=reading.rule,
        warnings=(
            *((reading.warning,) if reading.warning else ()),
            *lifetimes.warnings,
            *parts.warnings,
        ),
        service_tier=tier,
    )


def _kinds(details: Mapping[str, Any]) -> dict[str, int]:
    """Return the tokens of a side that are audio, images or video."""
    return {kind: first_count(details, kind) or 0 for kind in ("audio", "image", "video")}


_SIDE: Final = " ".join(sorted(_MARKS))
_KEYS: Final = keys(
    "input_tokens output_tokens total_tokens",
    input_token_details=f"{_SIDE} cache_write",
    output_token_details=_SIDE,
)
USAGE_FORMAT: Final = UsageFormat("langchain", _recognises, _read, _KEYS, order=45)
