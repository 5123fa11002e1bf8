"""Usage objects of providers and tools that spans carry in one attribute, often as JSON text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import ARITHMETIC, INCLUSIVE, Numbers, read
from tokencost_profiles.logs.spans.span import Span, json_mapping
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


def provider_reading(span: Span, provider: str | None) -> UsageReading | None:
    """Return the reading of a provider's usage object in a span, where there is one."""
    for key, inside in _OBJECTS:
        if key in span.attributes:
            value = json_mapping(span.attributes[key])
            reading = _checked_reading(
                json_mapping(value.get(inside)) if inside else value, provider
            )
            if reading is not None:
                return _add_searches(reading, value)
    return _ai_sdk_reading(span) or _langfuse_reading(json_mapping(span.attributes.get(_LANGFUSE)))


def _checked_reading(usage: Mapping[str, Any], provider: str | None) -> UsageReading | None:
    reading = read_usage(dict(usage), provider)
    return reading if reading is not None and reading.usage else None


def provider_metadata(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the metadata that the AI SDK passes on, by provider."""
    named = attributes.get("ai.response.providerMetadata")
    if named is None:
        named = attributes.get("gen_ai.response.provider_metadata")
    return json_mapping(named)


def _ai_sdk_reading(span: Span) -> UsageReading | None:
    """Read the usage object of Anthropic or Google that the AI SDK passes on.

    Of inner spans only: an outer span has that of its last step.
    """
    if ".do" not in str(span.attributes.get("ai.operationId")):
        return None
    metadata = provider_metadata(span.attributes)
    if not metadata:
        return None
    anthropic = first_mapping(first_mapping(metadata, "anthropic"), "usage")
    if "input_tokens" in anthropic and "output_tokens" in anthropic:
        return _checked_reading(anthropic, "anthropic")
    google = first_mapping(metadata, "google", "vertex")
    usage = first_mapping(google, "usageMetadata")
    reading = _checked_reading(usage, "google") if "promptTokenCount" in usage else None
    return _add_searches(reading, google) if reading is not None else None


def _add_searches(reading: UsageReading, value: Mapping[str, Any]) -> UsageReading:
    """Add the searches that grounding metadata beside a usage object is billed for."""
    searches = grounding_of(value).usage
    return reading._replace(usage={**searches, **reading.usage}) if searches else reading


def detail_counts(attributes: Mapping[str, Any]) -> dict[str, int]:
    """Return single counts of the provider that the AI SDK passes on."""
    metadata = provider_metadata(attributes)
    if not metadata:
        return {}
    openai, anthropic = (
        first_mapping(metadata, "openai", "azure"),
        first_mapping(metadata, "anthropic"),
    )
    bedrock = first_mapping(first_mapping(metadata, "bedrock"), "usage")
    counts = {
        "read": _first_count_of(
            (openai, "cachedPromptTokens"),
            (anthropic, "cacheReadInputTokens"),
            (bedrock, "cacheReadInputTokens"),
            (first_mapping(metadata, "deepseek"), "promptCacheHitTokens"),
        ),
        "written": _first_count_of(
            (anthropic, "cacheCreationInputTokens"), (bedrock, "cacheWriteInputTokens")
        ),
        "reasoning": _first_count_of((openai, "reasoningTokens")),
    }
    return {name: count for name, count in counts.items() if count is not None}


def _first_count_of(*places: tuple[Mapping[str, Any], str]) -> int | None:
    return next(
        (count for place, key in places if (count := first_count(place, key)) is not None), None
    )


def token_usage(attributes: Mapping[str, Any]) -> dict[str, int]:
    """Return MLflow's counts, and LangSmith's details, under the names of GenAI."""
    if attributes.keys().isdisjoint(_RENAMED):
        return {}
    usage = json_mapping(attributes.get("mlflow.chat.tokenUsage"))
    renamed = {
        "gen_ai.usage.input_tokens": first_count(usage, "input_tokens"),
        "gen_ai.usage.output_tokens": first_count(usage, "output_tokens"),
        "gen_ai.usage.total_tokens": first_count(usage, "total_tokens"),
        "gen_ai.usage.cache_read.input_tokens": first_count(usage, "cache_read_input_tokens"),
        "gen_ai.usage.cache_creation.input_tokens": first_count(
            usage, "cache_creation_input_tokens"
        ),
        "cache_creation_input_tokens_above_1hr": first_count(
            usage, "cache_creation_input_tokens_above_1hr"
        ),
    }
    for side in ("input", "output"):
        name = f"gen_ai.usage.{side}_token_details"
        for key in json_mapping(attributes.get(name)):
            renamed[f"{name}.{key}"] = first_count(json_mapping(attributes[name]), key)
    return {name: count for name, count in renamed.items() if count is not None}


def _langfuse_reading(details: Mapping[str, Any]) -> UsageReading | None:
    """Read Langfuse's counts: apart from each other, unless their sum shows otherwise."""
    if not details:
        return None
    if "prompt_tokens" in details or "completion_tokens" in details:
        return _checked_reading(details, None)
    prompt, output, total = (
        first_count(details, "input"),
        first_count(details, "output"),
        first_count(details, "total"),
    )
    if prompt is None and output is None and total is None:
        return None
    cached, written = first_count(details, *_CACHE_READ), first_count(details, *_CACHE_WRITE)
    reasoning = first_count(details, *_REASONING)
    audio_in = first_count(details, "input_audio_tokens", "input_audio")
    audio_out = first_count(details, "output_audio_tokens", "output_audio")
    if total is not None and total == (prompt or 0) + (output or 0):
        reading = read(Numbers(prompt, output, total, cached, written, reasoning), INCLUSIVE)
        parts = input_parts(reading.fresh, cached, {"audio": audio_in or 0}, None)
        side = output_parts(reading.output, {"audio": audio_out or 0})
        return UsageReading(
            usage=units(**parts.units, cache_write_other=written, **side, reasoning=reasoning),
            semantics=ARITHMETIC,
            warnings=parts.warnings,
            unknown_keys=unknown_counts(details, _LANGFUSE_KEYS, "usage_details"),
        )
    if prompt is None and output is None:
        prompt = total
    return UsageReading(
        usage=units(
            input=prompt,
            cache_read=cached,
            cache_write_other=written,
            input_audio=audio_in,
            output=output,
            reasoning=reasoning,
            output_audio=audio_out,
        ),
        semantics=ARITHMETIC,
        unknown_keys=unknown_counts(details, _LANGFUSE_KEYS, "usage_details"),
    )
