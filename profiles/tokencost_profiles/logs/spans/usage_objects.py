"""Usage objects of providers and tools that spans carry whole, most often as JSON text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import ARITHMETIC, INCLUSIVE, Numbers, read
from tokencost_profiles.logs.spans.span import Span, mapping
from tokencost_profiles.providers.answers.grounding import grounding_of
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageReading,
    first_count,
    first_mapping,
    input_parts,
    keys,
    output_parts,
    units,
    unknown_counts,
)

# Attribute, and where the usage object is inside its value.
_OBJECTS: Final = (
    ("gen_ai.usage.raw", ""),
    ("gcp.vertex.agent.llm_response", "usage_metadata"),
    ("response_data", "usage"),
    ("braintrust.metrics", ""),
)
_RENAMED: Final = frozenset(
    (
        "mlflow.chat.tokenUsage",
        "gen_ai.usage.input_token_details",
        "gen_ai.usage.output_token_details",
    )
)
_LANGFUSE: Final = "langfuse.observation.usage_details"
_CACHE_READ: Final = (
    "input_cached_tokens",
    "input_cache_read",
    "cache_read_input_tokens",
    "input_cached",
    "cache_read",
    "cached_tokens",
    "input_cache_read_tokens",
)
_CACHE_WRITE: Final = (
    "input_cache_creation",
    "cache_creation_input_tokens",
    "input_cache_write",
    "cache_creation",
    "input_cache_creation_tokens",
)
_REASONING: Final = ("output_reasoning_tokens", "output_reasoning", "reasoning_tokens", "reasoning")
_AUDIO: Final = ("input_audio_tokens", "input_audio", "output_audio_tokens", "output_audio")
_LANGFUSE_KEYS: Final = keys(
    " ".join(("input output total", *_CACHE_READ, *_CACHE_WRITE, *_REASONING, *_AUDIO))
)


def measured(span: Span, provider: str | None) -> UsageReading | None:
    """Return what a provider's own usage object in a span tells, where there is one."""
    for key, inside in _OBJECTS:
        if key in span.attributes:
            value = mapping(span.attributes[key])
            found = _measured(mapping(value.get(inside)) if inside else value, provider)
            if found is not None:
                return _grounded(found, value)
    return _of_ai_sdk(span) or _of_langfuse(mapping(span.attributes.get(_LANGFUSE)))


def _measured(usage: Mapping[str, Any], provider: str | None) -> UsageReading | None:
    found = read_usage(dict(usage), provider)
    return found if found is not None and found.usage else None


def metadata(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the AI SDK passes on from a provider, by provider."""
    return mapping(attributes.get("ai.response.providerMetadata"))


def _of_ai_sdk(span: Span) -> UsageReading | None:
    """Read the usage object of Anthropic or Google that the AI SDK passes on.

    Only the inner spans' own: an outer span has that of its last step.
    """
    if ".do" not in str(span.attributes.get("ai.operationId")):
        return None
    told = metadata(span.attributes)
    if not told:
        return None
    anthropic = first_mapping(first_mapping(told, "anthropic"), "usage")
    if "input_tokens" in anthropic and "output_tokens" in anthropic:
        return _measured(anthropic, "anthropic")
    google = first_mapping(told, "google", "vertex")
    usage = first_mapping(google, "usageMetadata")
    found = _measured(usage, "google") if "promptTokenCount" in usage else None
    return _grounded(found, google) if found is not None else None


def _grounded(found: UsageReading, value: Mapping[str, Any]) -> UsageReading:
    """Add what grounding metadata beside a usage object is billed for."""
    searches = grounding_of(value).usage
    return found._replace(usage={**searches, **found.usage}) if searches else found


def details(attributes: Mapping[str, Any]) -> dict[str, int]:
    """Return single counts that the AI SDK passes on beside its own."""
    told = metadata(attributes)
    if not told:
        return {}
    openai, anthropic = first_mapping(told, "openai", "azure"), first_mapping(told, "anthropic")
    bedrock = first_mapping(first_mapping(told, "bedrock"), "usage")
    found = {
        "read": _first_of(
            (openai, "cachedPromptTokens"),
            (anthropic, "cacheReadInputTokens"),
            (bedrock, "cacheReadInputTokens"),
            (first_mapping(told, "deepseek"), "promptCacheHitTokens"),
        ),
        "written": _first_of(
            (anthropic, "cacheCreationInputTokens"), (bedrock, "cacheWriteInputTokens")
        ),
        "reasoning": _first_of((openai, "reasoningTokens")),
    }
    return {name: count for name, count in found.items() if count is not None}


def _first_of(*places: tuple[Mapping[str, Any], str]) -> int | None:
    return next(
        (found for place, key in places if (found := first_count(place, key)) is not None), None
    )


def token_usage(attributes: Mapping[str, Any]) -> dict[str, int]:
    """Return MLflow's counts, and LangSmith's details, under the names of GenAI."""
    if attributes.keys().isdisjoint(_RENAMED):
        return {}
    told = mapping(attributes.get("mlflow.chat.tokenUsage"))
    renamed = {
        "gen_ai.usage.input_tokens": first_count(told, "input_tokens"),
        "gen_ai.usage.output_tokens": first_count(told, "output_tokens"),
        "gen_ai.usage.total_tokens": first_count(told, "total_tokens"),
        "gen_ai.usage.cache_read.input_tokens": first_count(told, "cache_read_input_tokens"),
        "gen_ai.usage.cache_creation.input_tokens": first_count(
            told, "cache_creation_input_tokens"
        ),
        "cache_creation_input_tokens_above_1hr": first_count(
            told, "cache_creation_input_tokens_above_1hr"
        ),
    }
    for side in ("input", "output"):
        name = f"gen_ai.usage.{side}_token_details"
        for key in mapping(attributes.get(name)):
            renamed[f"{name}.{key}"] = first_count(mapping(attributes[name]), key)
    return {name: count for name, count in renamed.items() if count is not None}


def _of_langfuse(told: Mapping[str, Any]) -> UsageReading | None:
    """Read Langfuse's counts: apart from each other, unless their sum shows otherwise."""
    if not told:
        return None
    if "prompt_tokens" in told or "completion_tokens" in told:
        return _measured(told, None)
    whole, output, total = (
        first_count(told, "input"),
        first_count(told, "output"),
        first_count(told, "total"),
    )
    if whole is None and output is None and total is None:
        return None
    cached, written = first_count(told, *_CACHE_READ), first_count(told, *_CACHE_WRITE)
    reasoning = first_count(told, *_REASONING)
    audio_in = first_count(told, "input_audio_tokens", "input_audio")
    audio_out = first_count(told, "output_audio_tokens", "output_audio")
    if total is not None and total == (whole or 0) + (output or 0):
        found = read(Numbers(whole, output, total, cached, written, reasoning), INCLUSIVE)
        parts = input_parts(found.fresh, cached, {"audio": audio_in or 0}, None)
        side = output_parts(found.output, {"audio": audio_out or 0})
        return UsageReading(
            usage=units(**parts.units, cache_write_other=written, **side, reasoning=reasoning),
            semantics=ARITHMETIC,
            warnings=parts.warnings,
            unknown_keys=unknown_counts(told, _LANGFUSE_KEYS, "usage_details"),
        )
    if whole is None and output is None:
        whole = total
    return UsageReading(
        usage=units(
            input=whole,
            cache_read=cached,
            cache_write_other=written,
            input_audio=audio_in,
            output=output,
            reasoning=reasoning,
            output_audio=audio_out,
        ),
        semantics=ARITHMETIC,
        unknown_keys=unknown_counts(told, _LANGFUSE_KEYS, "usage_details"),
    )
