"""The counts of a Langfuse observation, of any year.

Two conventions stand side by side: details beside the input (Langfuse's integrations) or inside it
(OpenTelemetry, OpenAI). The total decides; with no total they are disjoint, as Langfuse's are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import DISJOINT, INCLUSIVE, Numbers, read
from tokencost_profiles.logs.common.exports import json_mapping
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageReading,
    first_count,
    input_parts,
    keys,
    output_parts,
    remainder,
    units,
    unknown_counts,
)

_TOKENS: Final = "TOKENS"
_READ: Final = (
    "cache_read_input_tokens",
    "input_cached_tokens",
    "input_cache_read",
    "cached_input_tokens",
    "prompt_details.cache_read",
    "cache_read",
    "input_cached",
    "cached_tokens",
)
_WRITTEN: Final = (
    "cache_creation_input_tokens",
    "input_cache_creation",
    "prompt_details.cache_write",
    "cache_write",
    "input_cache_write",
    "cache_creation",
)
_SHORT: Final = ("input_cache_creation_5m", "cache_creation_5m", "ephemeral_5m_input_tokens")
_LONG: Final = ("input_cache_creation_1h", "cache_creation_1h", "ephemeral_1h_input_tokens")
_REASONING: Final = (
    "output_reasoning_tokens",
    "output_reasoning",
    "completion_details.reasoning",
    "reasoning_tokens",
    "reasoning",
    "thoughts_token_count",
)
_AUDIO_IN: Final = ("input_audio_tokens", "input_audio", "prompt_details.audio")
_AUDIO_OUT: Final = ("output_audio_tokens", "output_audio", "completion_details.audio")


_INPUT: Final = ("input", "prompt_tokens", "promptTokens", "input_tokens")
_OUTPUT: Final = ("output", "completion_tokens", "completionTokens", "output_tokens")
_TOTAL: Final = ("total", "total_tokens", "totalTokens")
_KEYS: Final = keys(
    " ".join(
        (
            *_INPUT,
            *_OUTPUT,
            *_TOTAL,
            *_READ,
            *_WRITTEN,
            *_SHORT,
            *_LONG,
            *_REASONING,
            *_AUDIO_IN,
            *_AUDIO_OUT,
        )
    )
)


def _measured(unit: str, before: int | None, after: int | None) -> UsageReading:
    """Return the counts of an observation that is not counted in tokens.

    Whether seconds are of what was heard or of what was spoken is not in it.
    """
    if unit == "CHARACTERS":
        return UsageReading(units(input_characters=before, output_characters=after))
    if unit == "IMAGES":
        return UsageReading(units(output_images=after or before))
    note = f"counted in {unit.lower()[:20]}: the log does not state what these are of"
    return UsageReading({}, warnings=(note,), unknown_keys={unit[:20]: before or after or 0})


def usage_of(row: Mapping[str, Any]) -> UsageReading | None:
    """Return the counts of an observation, or None where it has none."""
    details = json_mapping(row.get("usageDetails", row.get("usage_details")))
    if not details:
        details = json_mapping(row.get("usage"))
    prompt = first_count(details, *_INPUT)
    completion = first_count(details, *_OUTPUT)
    total = first_count(details, *_TOTAL)
    if prompt is None and completion is None and not total:
        prompt = first_count(row, "inputUsage", "promptTokens", "inputTokens", "prompt_tokens")
        completion = first_count(
            row, "outputUsage", "completionTokens", "outputTokens", "completion_tokens"
        )
        total = first_count(row, "totalUsage", "totalTokens", "total_tokens")
    if not any((prompt, completion, total)):
        return None
    unit = details.get("unit", row.get("unit"))
    if unit not in (None, "", _TOKENS):
        return _measured(str(unit), prompt or total, completion)
    if prompt is None and completion is None:
        prompt, total = total, None  # embeddings report nothing else
    short, long = first_count(details, *_SHORT), first_count(details, *_LONG)
    written = first_count(details, *_WRITTEN)
    writes = (
        written
        if written is not None
        else (None if short is None and long is None else (short or 0) + (long or 0))
    )
    cached, reasoning = first_count(details, *_READ), first_count(details, *_REASONING)
    audio_in, audio_out = first_count(details, *_AUDIO_IN), first_count(details, *_AUDIO_OUT)
    dotted = any("_details." in name for name in details)
    inside = dotted or total == (prompt or 0) + (completion or 0)
    if not inside:
        total = remainder(total, audio_in, audio_out)
    reading = read(
        Numbers(prompt, completion, total, cached, writes, reasoning),
        INCLUSIVE if dotted else DISJOINT,
    )
    rest = None if writes is None else max(0, writes - (short or 0) - (long or 0))
    # Audio beside the input is added to it, so that both conventions subtract it in the same way.
    fresh = reading.fresh if inside or reading.fresh is None else reading.fresh + (audio_in or 0)
    output = (
        reading.output if inside or reading.output is None else reading.output + (audio_out or 0)
    )
    parts = input_parts(fresh, cached, {"audio": audio_in or 0}, None)
    return UsageReading(
        usage=units(
            **parts.units,
            cache_write_5m=short,
            cache_write_1h=long,
            cache_write_other=rest,
            **output_parts(output, {"audio": audio_out or 0}),
            reasoning=reasoning,
        ),
        semantics=reading.rule,
        warnings=(
            *((reading.warning,) if reading.warning else ()),
            *(parts.warnings if inside else ()),
        ),
        unknown_keys=unknown_counts(details, _KEYS, "usage"),
    )
