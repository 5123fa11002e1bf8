"""The metrics of ATIF steps: cached and written tokens are inside the prompt, thinking the output.

Other numbers of the native log (lifetimes, tiers, thinking) stand in `extra`, under its keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

from tokencost_profiles.calls.call import DERIVED
from tokencost_profiles.calls.usage_conventions import INCLUSIVE, Numbers, read
from tokencost_profiles.providers.usage_fields.usage_format import (
    UsageReading,
    amount,
    first_count,
    first_mapping,
    keys,
    remainder,
    text,
    units,
    unknown_counts,
)

_THINKING: Final = (
    "reasoning_tokens",
    "reasoning_output_tokens",
    "thinking_tokens",
    "thoughts_tokens",
    "thoughts_token_count",
)
_WRITTEN: Final = (
    "cache_creation_input_tokens",
    "cache_write_tokens",
    "cache_creation_tokens",
    "cache_write_input_tokens",
)
_COUNTERS: Final = ("prompt_tokens", "completion_tokens", "cached_tokens")
# The native log's usage object, which `extra` may hold, repeats the counts of the metrics.
_KEYS: Final = keys(
    " ".join(
        (
            *_COUNTERS,
            *_THINKING,
            *_WRITTEN,
            "input_tokens output_tokens total_tokens extra usage",
            "cache_read_input_tokens prompt_token_ids completion_token_ids iterations",
        )
    ),
    cache_creation="ephemeral_5m_input_tokens ephemeral_1h_input_tokens",
    prompt_tokens_details="cached_tokens cache_write_tokens cache_creation_tokens text_tokens",
    completion_tokens_details=" ".join(("text_tokens", *_THINKING)),
    output_tokens_details=" ".join(("text_tokens", *_THINKING)),
    server_tool_use="web_search_requests web_fetch_requests",
)


def metrics_reading(metrics: Mapping[str, Any]) -> UsageReading | None:
    """Read the metrics of a step, or return None where they have neither tokens nor cost."""
    extra = first_mapping(metrics, "extra")
    raw = first_mapping(extra, "usage")
    extra = {**raw, **extra}
    split = first_mapping(extra, "cache_creation")
    short = first_count(split, "ephemeral_5m_input_tokens")
    long = first_count(split, "ephemeral_1h_input_tokens")
    write_count = first_count(extra, *_WRITTEN)
    if write_count is None:
        write_count = first_count(
            first_mapping(extra, "prompt_tokens_details"),
            "cache_write_tokens",
            "cache_creation_tokens",
        )
    by_lifetime = (short or 0) + (long or 0)
    written = max(write_count or 0, by_lifetime) if write_count is not None or by_lifetime else None
    cached = first_count(metrics, "cached_tokens")
    read_ = first_count(extra, "cache_read_input_tokens")
    if cached is not None and read_ is not None and written and cached == read_ + written:
        cached = read_  # a few agents add the cache writes to the cache reads
    reading = read(
        Numbers(
            first_count(metrics, "prompt_tokens"),
            first_count(metrics, "completion_tokens"),
            None,
            cached,
            written,
            _thinking(extra),
        ),
        INCLUSIVE,
    )
    usage = units(
        input=reading.fresh,
        cache_read=cached,
        cache_write_5m=short,
        cache_write_1h=long,
        cache_write_other=remainder(written, by_lifetime),
        output=reading.output,
        reasoning=reading.reasoning,
        web_search=first_count(first_mapping(extra, "server_tool_use"), "web_search_requests"),
    )
    cost = amount(metrics.get("cost_usd"))
    if not usage and not cost:
        return None
    return UsageReading(
        usage,
        reading.rule,
        (reading.warning,) if reading.warning else (),
        cost,
        "client" if cost is not None else None,
        text(extra.get("service_tier")),
        text(extra.get("speed")),
        text(extra.get("inference_geo")),
        unknown_keys=unknown_counts({**extra, **metrics}, _KEYS),
    )


def _thinking(extra: Mapping[str, Any]) -> int | None:
    """Return the thinking tokens inside the completion, where they are listed."""
    count = first_count(extra, *_THINKING)
    if count is None:
        details = first_mapping(extra, "completion_tokens_details", "output_tokens_details")
        count = first_count(details, *_THINKING)
    return count


def total_metrics(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Return a trajectory's final metrics under the keys of a step's metrics."""
    return {
        "prompt_tokens": metrics.get("total_prompt_tokens"),
        "completion_tokens": metrics.get("total_completion_tokens"),
        "cached_tokens": metrics.get("total_cached_tokens"),
        "cost_usd": metrics.get("total_cost_usd"),
        "extra": {
            key.removeprefix("total_"): value
            for key, value in first_mapping(metrics, "extra").items()
            if isinstance(key, str)
        },
    }


def step_metrics(steps: list[Mapping[str, Any]], final: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the metrics of each step: differences, where an agent writes running totals.

    They are totals where none ever falls, and the last equals the trajectory's final metrics.
    """
    metrics_list = [dict(first_mapping(step, "metrics")) for step in steps]
    counts = [
        [first_count(metrics, key) or 0 for key in _COUNTERS] for metrics in metrics_list if metrics
    ]
    sums = [first_count(total_metrics(final), key) or 0 for key in _COUNTERS]
    if len(counts) < 2 or not sums[0] or counts[-1][:2] != sums[:2] or not counts[0][0]:
        return metrics_list
    rising = all(
        a <= b for before, after in pairwise(counts) for a, b in zip(before, after, strict=True)
    )
    return _differences(metrics_list) if rising else metrics_list


def _differences(metrics_list: list[dict[str, Any]]) -> list[dict[str, Any]]:
    before: dict[str, Any] = {}
    differences = []
    for metrics in metrics_list:
        if not metrics:
            differences.append(metrics)
            continue
        difference: dict[str, Any] = {
            key: (first_count(metrics, key) or 0) - (first_count(before, key) or 0)
            for key in _COUNTERS
            if metrics.get(key) is not None
        }
        cost, spent = amount(metrics.get("cost_usd")), amount(before.get("cost_usd"))
        if cost is not None:
            difference["cost_usd"] = cost - (spent or 0)
        differences.append({**difference, DERIVED: True} if any(difference.values()) else {})
        before = metrics
    return differences
