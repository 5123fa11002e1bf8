"""OpenAI's usage objects (chat, responses, embeddings), and those of the many who write alike.

Cached and written tokens are inside the input, reasoning is inside the output, everywhere but on
xAI's chat API, where the total shows it. DeepSeek repeats the cached tokens as hit and miss;
Moonshot has them at the top; Gemini's compatible API leaves thinking out of all but the total.
LiteLLM writes every provider's usage so, with Anthropic's lifetimes of written tokens, speed and
geography beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from tokencost_profiles.meters.base import (
    Meter,
    Metered,
    amount,
    first,
    geography,
    inner,
    keys,
    text,
    units,
    without,
    written_by_lifetime,
)
from tokencost_profiles.semantics import INCLUSIVE, Convention, Numbers, read

_XAI_CHAT: Final = Convention(cached_in_input=True, reasoning_in_output=False)
_TICKS: Final = -10  # xAI: one tick is 10^-10 USD
_INPUT_DETAILS: Final = (
    "prompt_tokens_details", "input_tokens_details", "prompt_token_details", "input_token_details",
)  # fmt: skip
_OUTPUT_DETAILS: Final = (
    "completion_tokens_details", "output_tokens_details", "output_token_details",
)  # fmt: skip


def _recognises(usage: Mapping[str, Any]) -> bool:
    if "prompt_tokens" in usage or "completion_tokens" in usage:
        return True
    if "input_tokens" in usage:
        return any(key in usage for key in ("total_tokens", *_INPUT_DETAILS))
    if usage.get("type") == "duration":  # transcription
        return "seconds" in usage
    return set(usage) == {"total_tokens"}


def _read(usage: Mapping[str, Any], provider: str | None) -> Metered:
    given = inner(usage, *_INPUT_DETAILS)
    made = inner(usage, *_OUTPUT_DETAILS)
    whole = first(usage, "prompt_tokens", "input_tokens")
    total = first(usage, "total_tokens")
    if whole is None and set(usage) == {"total_tokens"}:
        whole, total = total, None  # embeddings and rerankers report nothing else
    cached = _largest(
        first(given, "cached_tokens", "cache_read_tokens", "cache_read"),
        first(usage, "prompt_cache_hit_tokens", "cached_tokens", "prompt_cached_tokens"),
        first(usage, "cache_read_input_tokens", "num_cached_tokens"),
    )
    written = _largest(
        first(given, "cache_write_tokens"),
        first(given, "cache_creation_tokens", "cache_creation_input_tokens"),
        first(usage, "cache_creation_input_tokens", "cache_write_tokens"),
    )
    lifetimes = written_by_lifetime(
        written, inner(given, "cache_creation_token_details") or inner(usage, "cache_creation")
    )
    reasoning = first(made, "reasoning_tokens")
    if reasoning is None:
        reasoning = first(usage, "reasoning_tokens")
    output = first(usage, "completion_tokens", "output_tokens")
    chat = "prompt_tokens" in usage
    audio_in = first(given, "audio_tokens")
    seconds = first(usage, "prompt_audio_seconds", "seconds")
    if seconds is not None:
        # Sound is billed by its length: its tokens, beside the prompt and in the total, are not.
        total, audio_in = without(total, audio_in), None
    convention = _XAI_CHAT if provider == "xai" and chat and total is None else INCLUSIVE
    found = read(Numbers(whole, output, total, cached, lifetimes.total, reasoning), convention)
    image_in = first(given, "image_tokens")
    video_in = first(given, "video_tokens")
    audio_out = first(made, "audio_tokens")
    image_out = first(made, "image_tokens")
    cost, basis = _cost(usage)
    return Metered(
        usage=units(
            input=without(found.fresh, audio_in, image_in, video_in),
            cache_read=cached,
            cache_write_5m=lifetimes.short,
            cache_write_1h=lifetimes.long,
            cache_write_other=lifetimes.other,
            input_audio=audio_in,
            input_audio_seconds=seconds,
            input_image=image_in,
            input_video=video_in,
            output=without(found.output, audio_out, image_out),
            reasoning=reasoning,
            output_audio=audio_out,
            output_image=image_out,
            citation=first(usage, "citation_tokens"),
            web_search=_searches(usage),
            x_search=first(inner(usage, "server_side_tool_usage_details"), "x_search_calls"),
        ),
        semantics=found.rule,
        warnings=(*((found.warning,) if found.warning else ()), *lifetimes.warnings),
        cost=cost,
        cost_basis=basis,
        service_tier=text(usage.get("service_tier")),
        speed=text(usage.get("speed")),
        region=geography(usage.get("inference_geo")),
    )


def _largest(*counts: int | None) -> int | None:
    """Return one count that stands under several names, some of them not filled in."""
    return max((count for count in counts if count is not None), default=None)


def _searches(usage: Mapping[str, Any]) -> int | None:
    found = first(usage, "num_search_queries")
    if found is None:
        found = first(inner(usage, "server_side_tool_usage_details"), "web_search_calls")
    if found is None:
        found = first(
            inner(usage, "server_tool_use", "server_tool_use_details"), "web_search_requests"
        )
    if found is None:
        found = first(inner(usage, *_INPUT_DETAILS), "web_search_requests")
    return found


def _cost(usage: Mapping[str, Any]) -> tuple[Decimal | None, str | None]:
    """Return what the object says the call cost, and who says it."""
    ticks = first(usage, "cost_in_usd_ticks")
    if ticks is not None:
        return Decimal(ticks).scaleb(_TICKS), "provider"
    cost = usage.get("cost")
    if isinstance(cost, Mapping):  # Perplexity
        return amount(cost.get("total_cost")), "provider"
    if cost is None:
        return None, None
    found = amount(cost)
    if usage.get("is_byok") and found is not None:
        upstream = amount(inner(usage, "cost_details").get("upstream_inference_cost"))
        found += upstream or 0
    return found, "gateway"


_GIVEN: Final = (
    "cached_tokens cache_read_tokens cache_read cache_write_tokens cache_creation_tokens "
    "cache_creation_input_tokens audio_tokens image_tokens video_tokens text_tokens "
    "cache_creation_token_details web_search_requests"
)
_LIFETIMES: Final = "ephemeral_5m_input_tokens ephemeral_1h_input_tokens"
# Predictions are inside the output, accepted or not.
_MADE: Final = (
    "reasoning_tokens audio_tokens image_tokens text_tokens accepted_prediction_tokens "
    "rejected_prediction_tokens"
)
_KEYS: Final = keys(
    "prompt_tokens completion_tokens input_tokens output_tokens total_tokens "
    "prompt_cache_hit_tokens prompt_cache_miss_tokens cached_tokens prompt_cached_tokens "
    "cache_read_input_tokens num_cached_tokens cache_creation_input_tokens cache_write_tokens "
    "reasoning_tokens citation_tokens num_search_queries search_context_size service_tier "
    "num_server_side_tools_used context_details prompt_audio_seconds seconds speed inference_geo",
    **dict.fromkeys(_INPUT_DETAILS, _GIVEN),
    **dict.fromkeys(_OUTPUT_DETAILS, _MADE),
    **{f"{name}__cache_creation_token_details": _LIFETIMES for name in _INPUT_DETAILS},
    cache_creation=_LIFETIMES,
    server_side_tool_usage_details="x_search_calls web_search_calls",
    server_tool_use="web_search_requests",
    server_tool_use_details="web_search_requests tool_calls_executed tool_calls_requested",
)
METER: Final = Meter("openai", _recognises, _read, _KEYS, order=60)
