"""Usage of Pydantic AI's messages, and of frameworks that name cached tokens alike (Agno).

Cached and written tokens are inside the input. `details` are the provider's counts, and show
where that is not so: in Anthropic's the input excludes them. Agno passes on what the
provider counts, and adds up a total of input and output itself, which proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import (
    ARITHMETIC,
    EXCLUSIVE,
    GUESS,
    INCLUSIVE,
    PROFILE,
    Convention,
    Numbers,
    read,
)
from tokencost_profiles.providers.usage_fields.modalities import input_parts
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageFormat,
    UsageReading,
    first_count,
    first_mapping,
    keys,
    remainder,
    units,
    written_by_lifetime,
)

# What nothing in the usage object decides.
UNKNOWN_CONVENTION: Final = "cached tokens taken as part of the input: the log does not show it"
_MARKS: Final = (
    "cache_read_tokens",
    "cache_write_tokens",
    "cache_audio_read_tokens",
    "request_tokens",
    "response_tokens",
    "input_audio_tokens",
    "output_audio_tokens",
)
_AGNO: Final = frozenset(
    {
        "duration",
        "time_to_first_token",
        "timer",
        "provider_metrics",
        "additional_metrics",
        "audio_total_tokens",
        "audio_input_tokens",
    }
)
_EXCLUSIVE_HOSTS: Final = ("anthropic", "claude", "bedrock", "aws")


def _recognises(usage: Mapping[str, Any]) -> bool:
    if "request_tokens" in usage and "response_tokens" in usage:
        return True
    return "input_tokens" in usage and (
        any(mark in usage for mark in _MARKS) or isinstance(usage.get("details"), Mapping)
    )


def _extract(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    details = first_mapping(usage, "details")
    cached = first_count(usage, "cache_read_tokens", "cached_tokens")
    if cached is None:
        cached = first_count(
            details, "cached_tokens", "cached_content_tokens", "cache_read_input_tokens"
        )
    written = first_count(usage, "cache_write_tokens", "cache_creation_tokens")
    if written is None:
        written = first_count(details, "cache_creation_input_tokens", "cache_write_tokens")
    lifetimes = written_by_lifetime(written, details)
    reasoning = first_count(usage, "reasoning_tokens")
    if reasoning is None:
        reasoning = first_count(details, "reasoning_tokens", "thoughts_tokens", "thinking_tokens")
    numbers = Numbers(
        first_count(usage, "input_tokens", "request_tokens"),
        first_count(usage, "output_tokens", "response_tokens"),
        first_count(usage, "total_tokens"),
        cached,
        lifetimes.total,
        reasoning,
    )
    convention, rule = _convention(usage, details, numbers, provider)
    if rule != PROFILE:
        numbers = numbers._replace(total=None)
    reading = read(numbers, convention)
    audio_in, audio_read = (
        first_count(usage, "input_audio_tokens"),
        first_count(usage, "cache_audio_read_tokens"),
    )
    audio_out = first_count(usage, "output_audio_tokens")
    parts = input_parts(
        reading.fresh,
        cached,
        {"audio": audio_in or 0},
        None if audio_read is None else {"audio": audio_read},
    )
    warnings = (reading.warning, UNKNOWN_CONVENTION if rule == GUESS else None, *parts.warnings)
    return UsageReading(
        usage=units(
            **parts.units,
            cache_write_5m=lifetimes.short,
            cache_write_1h=lifetimes.long,
            cache_write_other=lifetimes.other,
            output=remainder(reading.output, audio_out),
            output_audio=audio_out,
            reasoning=reasoning,
        ),
        semantics=reading.rule if rule == PROFILE else rule,
        warnings=tuple(warning for warning in (*warnings, *lifetimes.warnings) if warning),
    )


def _convention(
    usage: Mapping[str, Any], details: Mapping[str, Any], numbers: Numbers, provider: str | None
) -> tuple[Convention, str]:
    """Return what is inside the input, and the rule that says so."""
    if not numbers.read and not numbers.written:
        return INCLUSIVE, PROFILE
    provider_input = first_count(details, "input_tokens")
    if provider_input is not None:
        return EXCLUSIVE if provider_input == numbers.input else INCLUSIVE, ARITHMETIC
    if not _AGNO.isdisjoint(usage):
        direct = provider is not None and any(host in provider for host in _EXCLUSIVE_HOSTS)
        return EXCLUSIVE if direct else INCLUSIVE, ARITHMETIC
    if details or numbers.total is not None:
        return INCLUSIVE, PROFILE
    return INCLUSIVE, GUESS


_KEYS: Final = keys(
    "input_tokens output_tokens total_tokens request_tokens response_tokens requests tool_calls "
    "cache_read_tokens cache_write_tokens cached_tokens cache_creation_tokens reasoning_tokens "
    "input_audio_tokens output_audio_tokens cache_audio_read_tokens audio_total_tokens "
    "audio_input_tokens audio_output_tokens prompt_tokens completion_tokens provider_metrics "
    "additional_metrics",
    details="input_tokens output_tokens cached_tokens cached_content_tokens "
    "cache_read_input_tokens cache_creation_input_tokens cache_write_tokens reasoning_tokens "
    "thoughts_tokens thinking_tokens ephemeral_5m_input_tokens ephemeral_1h_input_tokens "
    "text_prompt_tokens text_candidates_tokens text_tokens accepted_prediction_tokens "
    "rejected_prediction_tokens text_cache_tokens",
)
USAGE_FORMAT: Final = UsageFormat("pydantic-ai", _recognises, _extract, _KEYS, order=44)
