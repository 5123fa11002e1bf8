"""OpenAI's usage objects (chat, responses, embeddings), and those of the many who write alike.

Cached and written tokens are inside the input, reasoning is inside the output, everywhere but on
xAI's chat API, where the total shows it. DeepSeek repeats the cached tokens as hit and miss;
Moonshot has them at the top; Gemini's compatible API leaves thinking out of all but the total.
LiteLLM writes every provider's usage so, with Anthropic's lifetimes of written tokens, speed and
geography beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tokencost_profiles.calls.call import ABSURD_COUNT
from tokencost_profiles.calls.usage_conventions import INCLUSIVE, Convention, Numbers, Reading, read
from tokencost_profiles.providers.usage_fields.modalities import KINDS, input_parts, output_parts
from tokencost_profiles.providers.usage_fields.server_tools import SERVER_TOOL_KEYS, server_tools
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageFormat,
    UsageReading,
    first_count,
    first_mapping,
    geography,
    keys,
    objects,
    remainder,
    text,
    units,
    written_by_lifetime,
)

_XAI_CHAT: Final = Convention(cached_in_input=True, reasoning_in_output=False)
_INPUT_DETAILS: Final = (
    "prompt_tokens_details",
    "input_tokens_details",
    "prompt_token_details",
    "input_token_details",
)
_OUTPUT_DETAILS: Final = (
    "completion_tokens_details",
    "output_tokens_details",
    "output_token_details",
)
# Where the lifetimes of written tokens stand.
_SPLITS: Final = ("cache_creation_token_details", "cache_creation")
# Of embeddings and rerankers, which report nothing else; Voyage's total counts pixels as tokens.
_ALONE: Final = frozenset({"total_tokens", "text_tokens", "image_pixels", "video_pixels"})
_PLAIN: Final = frozenset({"prompt_tokens", "completion_tokens", "total_tokens"})
_MARKED: Final = "ephemeral"  # DashScope: the cache that the caller marked, not the automatic one


def _recognises(usage: Mapping[str, Any]) -> bool:
    if "prompt_tokens" in usage or "completion_tokens" in usage:
        return True
    if "input_tokens" in usage:
        return any(key in usage for key in ("total_tokens", *_INPUT_DETAILS))
    if usage.get("type") == "duration":  # transcription
        return "seconds" in usage
    return "total_tokens" in usage and usage.keys() <= _ALONE


def _read(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    return _plain_reading(usage) or _any_reading(usage, provider)


def _plain_reading(usage: Mapping[str, Any]) -> UsageReading | None:
    """Return the reading of three counts that add up, at a tenth of the time; else None."""
    if usage.keys() != _PLAIN:
        return None
    prompt, output, total = map(usage.get, ("prompt_tokens", "completion_tokens", "total_tokens"))
    if not type(prompt) is type(output) is type(total) is int:
        return None
    if min(prompt, output) < 0 or total >= ABSURD_COUNT or prompt + output != total:
        return None
    return UsageReading({"input": prompt, "output": output})


def _any_reading(usage: Mapping[str, Any], provider: str | None) -> UsageReading:
    input_details = _input_details(usage)
    output_details = first_mapping(usage, *_OUTPUT_DETAILS)
    prompt = first_count(usage, "prompt_tokens", "input_tokens")
    total = first_count(usage, "total_tokens")
    if prompt is None and usage.keys() <= _ALONE:
        prompt, total = total, None
    split = first_mapping(input_details, "cached_tokens_details")
    cached_kinds = _kinds(split)
    cached = _cached_tokens(usage, input_details, cached_kinds)
    written = _largest(
        first_count(input_details, "cache_write_tokens"),
        first_count(input_details, "cache_creation_tokens", "cache_creation_input_tokens"),
        first_count(first_mapping(input_details, "cache_creation"), "cache_creation_input_tokens"),
        first_count(usage, "cache_creation_input_tokens", "cache_write_tokens"),
    )
    lifetimes = written_by_lifetime(
        written, first_mapping(input_details, *_SPLITS) or first_mapping(usage, *_SPLITS)
    )
    reasoning = first_count(output_details, "reasoning_tokens")
    if reasoning is None:
        reasoning = first_count(usage, "reasoning_tokens")
    output = first_count(usage, "completion_tokens", "output_tokens")
    prompt_kinds = _kinds(input_details)
    seconds = first_count(usage, "prompt_audio_seconds", "seconds")
    if seconds is not None:
        # Audio is billed by its length: its tokens, beside the prompt and in the total, are not.
        audio = prompt_kinds.pop("audio", None)
        total = None if audio is None else remainder(total, audio)
    numbers = Numbers(
        prompt,
        output,
        total,
        cached,
        lifetimes.total,
        reasoning,
        first_count(usage, "connector_tokens"),
    )
    reading = _reading(numbers, usage, provider)
    parts = input_parts(reading.fresh, cached, prompt_kinds, cached_kinds if split else None)
    marked = None
    if _MARKED in (
        input_details.get("cache_type"),
        first_mapping(input_details, "cache_creation").get("cache_type"),
    ):
        marked, parts.units["cache_read"] = parts.units["cache_read"], None
    return UsageReading(
        usage=units(
            **parts.units,
            cache_read_explicit=marked,
            cache_write_5m=lifetimes.short,
            cache_write_1h=lifetimes.long,
            cache_write_other=lifetimes.other,
            input_audio_seconds=seconds,
            **output_parts(reading.output, _kinds(output_details)),
            reasoning=reading.reasoning,
            citation=first_count(usage, "citation_tokens"),
            **server_tools(usage, input_details),
        ),
        semantics=reading.rule,
        warnings=(
            *((reading.warning,) if reading.warning else ()),
            *lifetimes.warnings,
            *parts.warnings,
        ),
        service_tier=text(usage.get("service_tier")),
        speed=text(usage.get("speed")),
        region=geography(usage.get("inference_geo")),
        search_context=text(usage.get("search_context_size")),
    )


def _reading(numbers: Numbers, usage: Mapping[str, Any], provider: str | None) -> Reading:
    """Tell what is inside what."""
    if "citation_tokens" in usage or (provider == "perplexity" and numbers.reasoning):
        # Perplexity's research: reasoning and citations are beside the answer, and in no total.
        reading = read(numbers._replace(total=None, reasoning=None), INCLUSIVE)
        return reading._replace(reasoning=numbers.reasoning)
    xai_chat = provider == "xai" and "prompt_tokens" in usage and numbers.total is None
    return read(numbers, _XAI_CHAT if xai_chat else INCLUSIVE)


def _input_details(usage: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the details of the input; DashScope's Responses API has them one level down."""
    details = first_mapping(usage, *_INPUT_DETAILS)
    inside = objects(usage.get("x_details"))
    deeper = first_mapping(inside[0], *_INPUT_DETAILS) if len(inside) == 1 else {}
    return {**details, **deeper}


def _kinds(details: Mapping[str, Any]) -> dict[str, int]:
    """Return the tokens of a side that are audio, images or video."""
    if not details:
        return {}
    counts = {kind: first_count(details, f"{kind}_tokens") for kind in KINDS}
    return {kind: count for kind, count in counts.items() if count}


def _cached_tokens(
    usage: Mapping[str, Any], input_details: Mapping[str, Any], kinds: Mapping[str, int]
) -> int | None:
    """Return the tokens that were read from a cache, under whatever name."""
    details = first_mapping(input_details, "cached_tokens_details")
    split = sum(kinds.values()) + (first_count(details, "text_tokens") or 0) if details else None
    return _largest(
        first_count(input_details, "cached_tokens", "cache_read_tokens", "cache_read"),
        first_count(usage, "prompt_cache_hit_tokens", "cached_tokens", "prompt_cached_tokens"),
        first_count(usage, "cache_read_input_tokens", "num_cached_tokens"),
        split,
    )


def _largest(*counts: int | None) -> int | None:
    """Return one count that stands under several names, not all of them filled in."""
    return max((count for count in counts if count is not None), default=None)


_INPUT_KEYS: Final = (
    "cached_tokens cache_read_tokens cache_read cache_write_tokens cache_creation_tokens "
    "cache_creation_input_tokens audio_tokens image_tokens video_tokens text_tokens "
    "cache_creation_token_details cache_creation cached_tokens_details web_search_requests"
)
_LIFETIMES: Final = (
    "ephemeral_5m_input_tokens ephemeral_1h_input_tokens cache_creation_input_tokens"
)
_CACHED: Final = "text_tokens audio_tokens image_tokens video_tokens"
# Predictions are inside the output, accepted or not.
_OUTPUT_KEYS: Final = (
    "reasoning_tokens audio_tokens image_tokens video_tokens text_tokens "
    "accepted_prediction_tokens rejected_prediction_tokens"
)
_KEYS: Final = keys(
    "prompt_tokens completion_tokens input_tokens output_tokens total_tokens "
    "prompt_cache_hit_tokens prompt_cache_miss_tokens cached_tokens prompt_cached_tokens "
    "cache_read_input_tokens num_cached_tokens cache_creation_input_tokens cache_write_tokens "
    "reasoning_tokens citation_tokens search_context_size service_tier connector_tokens "
    "context_details text_tokens image_pixels video_pixels prompt_audio_seconds seconds speed "
    "inference_geo x_details " + SERVER_TOOL_KEYS[""],
    **dict.fromkeys(_INPUT_DETAILS, _INPUT_KEYS),
    **dict.fromkeys(_OUTPUT_DETAILS, _OUTPUT_KEYS),
    **{f"{name}__{split}": _LIFETIMES for name in _INPUT_DETAILS for split in _SPLITS},
    **{f"{name}__cached_tokens_details": _CACHED for name in _INPUT_DETAILS},
    cache_creation=_LIFETIMES,
    **{path: names for path, names in SERVER_TOOL_KEYS.items() if path},
)
USAGE_FORMAT: Final = UsageFormat("openai", _recognises, _read, _KEYS, order=60)
