"""The usage of a span, from attributes of any convention, as disjoint counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from tokencost_profiles.calls.usage_conventions import (
    EXCLUSIVE,
    GEMINI,
    INCLUSIVE,
    Convention,
    Numbers,
    read,
)
from tokencost_profiles.logs.common.logged_cost import metadata_cost
from tokencost_profiles.logs.spans import names, usage_objects
from tokencost_profiles.logs.spans.span import Span, any_text, json_mapping, number_in, text_in
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageReading,
    amount,
    first_count,
    input_parts,
    keys,
    output_parts,
    remainder,
    units,
    unknown_counts,
)

# Instrumentations that pass on what Bedrock and Anthropic count: cached tokens beside the input.
_EXCLUSIVE_SCOPES: Final = (
    "opentelemetry.instrumentation.bedrock",
    "openinference.instrumentation.bedrock",
    "opentelemetry.instrumentation.botocore",
    "@traceloop/instrumentation-bedrock",
    "com.anthropic.claude_code",
)
_EXCLUSIVE_EVENTS: Final = ("claude_code.",)
_OPENINFERENCE_ANTHROPIC: Final = "openinference.instrumentation.anthropic"
_AI_SDK_EXCLUSIVE: Final = (
    "anthropic",
    "amazon-bedrock",
    "bedrock",
    "vertex.anthropic",
    "google.vertex.anthropic",
    "google-vertex-anthropic",
)
_SUMS: Final = "gen_ai.aggregated_usage."  # of an agent's requests
_INCLUSIVE_SINCE: Final = 6  # the AI SDK's version
_USAGE: Final = ("gen_ai.usage.", "llm.token_count.", "ai.usage.", "llm.usage.", _SUMS)
_READ: Final = (
    names.INPUT,
    names.OUTPUT,
    names.TOTAL,
    names.CACHE_READ,
    names.CACHE_WRITE,
    names.WRITTEN_5M,
    names.WRITTEN_1H,
    names.REASONING,
    names.AUDIO_IN,
    names.IMAGE_IN,
    names.VIDEO_IN,
    names.AUDIO_OUT,
    names.IMAGE_OUT,
    names.SEARCHES,
)
_KEYS: Final = keys(" ".join(name for known in _READ for name in known))
_KINDS_IN: Final = {"audio": names.AUDIO_IN, "image": names.IMAGE_IN, "video": names.VIDEO_IN}
_KINDS_OUT: Final = {"audio": names.AUDIO_OUT, "image": names.IMAGE_OUT}
_XAI_CHAT: Final = Convention(cached_in_input=True, reasoning_in_output=False)


def usage_reading(span: Span, provider: str | None) -> UsageReading | None:
    """Return the usage of a span, or None where it reports none.

    The provider's usage object, where a span carries it, goes before; counts that the
    instrumentation took from it follow the convention of that instrumentation.
    """
    reading = usage_objects.provider_reading(span, provider) or _attribute_reading(span, provider)
    if reading is None:
        return None
    cost, basis = cost_of(span.attributes)
    if cost is not None and reading.cost is None:
        reading = reading._replace(cost=cost, cost_basis=basis)
    tier = reading.service_tier or tier_of(span.attributes)
    return reading._replace(service_tier=tier)


def _attribute_reading(span: Span, provider: str | None) -> UsageReading | None:
    attributes = _usage_attributes(span)
    prompt, output = number_in(attributes, names.INPUT), number_in(attributes, names.OUTPUT)
    total = number_in(attributes, names.TOTAL)
    if prompt is None and output is None:
        if total is None:
            return None
        prompt, total = total, None  # embeddings: often nothing else is reported
    more = usage_objects.detail_counts(span.attributes)
    cached = _or_else(number_in(attributes, names.CACHE_READ), more.get("read"))
    written = _or_else(number_in(attributes, names.CACHE_WRITE), more.get("written"))
    reasoning = _or_else(number_in(attributes, names.REASONING), more.get("reasoning"))
    extra = None
    if attributes.get("thoughts_token_count") is not None:  # Gemini's names
        extra = first_count(attributes, "tool_token_count")
    convention = convention_of(span, provider, total)
    if not convention.cached_in_input and total == (prompt or 0) + (output or 0):
        total = None  # the instrumentation's sum leaves out the cached tokens
    reading = read(Numbers(prompt, output, total, cached, written, reasoning, extra), convention)
    parts = input_parts(reading.fresh, cached, _kinds(attributes, _KINDS_IN), None)
    short, long, other = _writes_by_lifetime(attributes, written)
    return UsageReading(
        usage=units(
            **parts.units,
            cache_write_5m=short,
            cache_write_1h=long,
            cache_write_other=other,
            **output_parts(reading.output, _kinds(attributes, _KINDS_OUT)),
            reasoning=reasoning,
            web_search=number_in(attributes, names.SEARCHES),
        ),
        semantics=reading.rule,
        warnings=(*((reading.warning,) if reading.warning else ()), *parts.warnings),
        unknown_keys=_unknown(attributes),
    )


def _kinds(attributes: Mapping[str, Any], kinds: Mapping[str, names.Names]) -> dict[str, int]:
    """Return the tokens of a side that are audio, images or video."""
    return {kind: number_in(attributes, known) or 0 for kind, known in kinds.items()}


def _unknown(attributes: Mapping[str, Any]) -> dict[str, int] | None:
    """Return the counts of usage attributes that no name above covers."""
    counts = {key: value for key, value in attributes.items() if key.startswith(_USAGE)}
    return unknown_counts(counts, _KEYS) if counts else None


def _usage_attributes(span: Span) -> dict[str, Any]:
    """Return the attributes of a span with those of MLflow and of sums under GenAI's names."""
    attributes = {**span.attributes, **usage_objects.token_usage(span.attributes)}
    if span.name.startswith(_EXCLUSIVE_EVENTS) and "input_tokens" in attributes:
        return {key: value for key, value in attributes.items() if not key.startswith("gen_ai.")}
    if names.INPUT[0] not in attributes and f"{_SUMS}input_tokens" in attributes:
        for key in [key for key in attributes if key.startswith(_SUMS)]:
            attributes[key.replace(_SUMS, "gen_ai.usage.")] = attributes[key]
    return attributes


def _or_else(value: int | None, other: int | None) -> int | None:
    return other if value is None else value


def _writes_by_lifetime(
    attributes: Mapping[str, Any], written: int | None
) -> tuple[int | None, int | None, int | None]:
    """Return the written tokens by lifetime: those of five minutes, of an hour, and the rest."""
    short, long = number_in(attributes, names.WRITTEN_5M), number_in(attributes, names.WRITTEN_1H)
    above = first_count(
        attributes, "cache_creation_input_tokens_above_1hr"
    )  # MLflow: the others are 5m
    if above is not None and long is None and written is not None:
        return remainder(written, above), above, None
    if written is None or (short or 0) + (long or 0) > written:
        return None, None, written
    return short, long, remainder(written, short, long)


def convention_of(span: Span, provider: str | None, total: int | None) -> Convention:
    """Return how the instrumentation that wrote a span counts.

    By the rules of OpenTelemetry and OpenInference the input holds the cached tokens, and the
    output the reasoning; other instrumentations pass on the provider's counts.
    """
    scope, attributes = span.scope, span.attributes
    if scope.startswith(_EXCLUSIVE_SCOPES) or span.name.startswith(_EXCLUSIVE_EVENTS):
        return EXCLUSIVE
    if scope.startswith(_OPENINFERENCE_ANTHROPIC) and total is None:
        return EXCLUSIVE  # versions that give the sum count the cached tokens in
    if "thoughts_token_count" in attributes:
        return GEMINI
    if "ai.operationId" in attributes:
        provider_name = any_text(attributes, "ai.model.provider") or ""
        if provider_name.startswith(_AI_SDK_EXCLUSIVE) and not _counts_cached_in(attributes):
            return EXCLUSIVE
        if provider_name.startswith("xai") and "responses" not in provider_name and total is None:
            return _XAI_CHAT
    return INCLUSIVE


def _counts_cached_in(attributes: Mapping[str, Any]) -> bool:
    """Whether a span is of a version of the AI SDK whose input holds the cached tokens."""
    if any(key.startswith("ai.usage.inputTokenDetails") for key in attributes):
        return True
    agent = any_text(attributes, "ai.request.headers.user-agent") or ""
    version = re.search(r"\bai/(\d+)\.", agent)
    return version is not None and int(version.group(1)) >= _INCLUSIVE_SINCE


def cost_of(attributes: Mapping[str, Any]) -> tuple[Decimal | None, str | None]:
    """Return the cost that a span states, in USD, and its basis (provider, gateway or client)."""
    reported = metadata_cost(usage_objects.provider_metadata(attributes))
    if reported.cost is not None:
        return reported.cost, reported.basis
    for key in names.COST:
        cost = amount(attributes.get(key))
        if cost is not None:
            return cost, "client"
    for key, inside in (
        ("mlflow.llm.cost", "total_cost"),
        ("langfuse.observation.cost_details", "total"),
    ):
        cost = amount(json_mapping(attributes.get(key)).get(inside))
        if cost is not None:
            return cost, "client"
    return None, None


def tier_of(attributes: Mapping[str, Any]) -> str | None:
    """Return the service tier that served a call, else the one asked for."""
    tier = text_in(attributes, names.TIER)
    if tier is None:
        tier = any_text(
            json_mapping(usage_objects.provider_metadata(attributes).get("openai")), "serviceTier"
        )
    if tier is None:
        tier = text_in(attributes, names.TIER_ASKED)
    return None if tier == "auto" else tier
