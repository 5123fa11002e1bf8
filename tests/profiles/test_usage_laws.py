"""Laws of usage objects: units are disjoint, and add up to what the provider reports."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS
from tokencost_profiles.providers.usage import read_usage
from tokencost_profiles.providers.usage_fields.modalities import KINDS, input_parts, output_parts

COUNTS = st.integers(0, 10**6)
SIDE = st.fixed_dictionaries({}, optional=dict.fromkeys(("text", *KINDS), COUNTS))
MODALITIES = {"text": "TEXT", "audio": "AUDIO", "image": "IMAGE", "video": "VIDEO"}


def sums(usage: dict[str, int]) -> tuple[int, int]:
    assert all(count >= 0 for count in usage.values())
    return (
        sum(usage.get(unit, 0) for unit in INPUT_UNITS),
        sum(usage.get(unit, 0) for unit in OUTPUT_UNITS),
    )


@given(fresh=COUNTS, read=COUNTS, prompt=SIDE, cached=st.none() | SIDE)
def test_parts_of_the_input_add_up_whatever_the_details_say(
    fresh: int, read: int, prompt: dict[str, int], cached: dict[str, int] | None
) -> None:
    units = input_parts(fresh, read, prompt, cached).units
    assert sum(units[unit] or 0 for unit in units if unit.startswith("input")) == fresh
    assert sum(units[unit] or 0 for unit in units if unit.startswith("cache_read")) == read
    assert all((count or 0) >= 0 for count in units.values())


@given(output=COUNTS, answer=SIDE)
def test_parts_of_the_output_add_up_whatever_the_details_say(
    output: int, answer: dict[str, int]
) -> None:
    assert sum(count or 0 for count in output_parts(output, answer).values()) == output


@given(fresh=SIDE, read=SIDE, answer=SIDE, written=COUNTS, thought=COUNTS, split=st.booleans())
def test_openai_tokens_are_counted_once(
    fresh: dict[str, int],
    read: dict[str, int],
    answer: dict[str, int],
    written: int,
    thought: int,
    split: bool,
) -> None:
    prompt = {kind: fresh.get(kind, 0) + read.get(kind, 0) for kind in MODALITIES}
    cached, output = sum(read.values()), sum(answer.values()) + thought
    details: dict[str, Any] = {f"{kind}_tokens": count for kind, count in prompt.items()}
    details |= {"cached_tokens": cached, "cache_write_tokens": written}
    if split:
        details["cached_tokens_details"] = {f"{k}_tokens": n for k, n in read.items()}
    prompt_tokens = sum(prompt.values()) + written
    usage = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": output,
        "total_tokens": prompt_tokens + output,
        "prompt_tokens_details": details,
        "completion_tokens_details": {
            "reasoning_tokens": thought,
            **{f"{k}_tokens": n for k, n in answer.items()},
        },
    }
    reading = read_usage(usage, "openai")
    assert reading is not None
    assert sums(reading.usage) == (prompt_tokens, output)
    if split and cached:
        for kind in KINDS:
            assert reading.usage.get(f"cache_read_{kind}", 0) == read.get(kind, 0)
            assert reading.usage.get(f"input_{kind}", 0) == fresh.get(kind, 0)
    for kind in KINDS:
        assert reading.usage.get(f"output_{kind}", 0) == answer.get(kind, 0)


def listed(side: dict[str, int], snake: bool) -> list[dict[str, Any]]:
    key = "token_count" if snake else "tokenCount"
    return [{"modality": MODALITIES[kind], key: n} for kind, n in side.items()]


@given(
    fresh=SIDE,
    read=SIDE,
    tool=SIDE,
    answer=SIDE,
    thought=COUNTS,
    split=st.booleans(),
    snake=st.booleans(),
)
def test_gemini_tokens_are_counted_once(
    fresh: dict[str, int],
    read: dict[str, int],
    tool: dict[str, int],
    answer: dict[str, int],
    thought: int,
    split: bool,
    snake: bool,
) -> None:
    prompt = {k: fresh.get(k, 0) + read.get(k, 0) for k in MODALITIES}
    prompt_tokens, extra, output = sum(prompt.values()), sum(tool.values()), sum(answer.values())
    names = (
        (
            "prompt_token_count",
            "cached_content_token_count",
            "candidates_token_count",
            "thoughts_token_count",
            "tool_use_prompt_token_count",
            "total_token_count",
            "prompt_tokens_details",
            "cache_tokens_details",
            "candidates_tokens_details",
            "tool_use_prompt_tokens_details",
        )
        if snake
        else (
            "promptTokenCount",
            "cachedContentTokenCount",
            "candidatesTokenCount",
            "thoughtsTokenCount",
            "toolUsePromptTokenCount",
            "totalTokenCount",
            "promptTokensDetails",
            "cacheTokensDetails",
            "candidatesTokensDetails",
            "toolUsePromptTokensDetails",
        )
    )
    cached = sum(read.values())
    values: tuple[Any, ...] = (
        prompt_tokens,
        cached,
        output,
        thought,
        extra,
        prompt_tokens + extra + output + thought,
        listed(prompt, snake),
        listed(read, snake) if split else None,
        listed(answer, snake),
        listed(tool, snake),
    )
    reading = read_usage(dict(zip(names, values, strict=True)), "google")
    assert reading is not None
    assert sums(reading.usage) == (prompt_tokens + extra, output + thought)
    if split and cached:
        for kind in KINDS:
            assert reading.usage.get(f"cache_read_{kind}", 0) == read.get(kind, 0)
            expected = fresh.get(kind, 0) + tool.get(kind, 0)
            assert reading.usage.get(f"input_{kind}", 0) == expected


@given(fresh=SIDE, read=SIDE, answer=SIDE, thought=COUNTS, split=st.booleans())
def test_interactions_tokens_are_counted_once(
    fresh: dict[str, int], read: dict[str, int], answer: dict[str, int], thought: int, split: bool
) -> None:
    def by_modality(side: dict[str, int]) -> list[dict[str, Any]]:
        return [{"modality": kind, "tokens": count} for kind, count in side.items()]

    prompt = {k: fresh.get(k, 0) + read.get(k, 0) for k in MODALITIES}
    prompt_tokens, output = sum(prompt.values()), sum(answer.values())
    usage: dict[str, Any] = {
        "total_input_tokens": prompt_tokens,
        "total_cached_tokens": sum(read.values()),
        "total_output_tokens": output,
        "total_thought_tokens": thought,
        "total_tokens": prompt_tokens + output + thought,
        "input_tokens_by_modality": by_modality(prompt),
        "output_tokens_by_modality": by_modality(answer),
    }
    if split:
        usage["cached_tokens_by_modality"] = by_modality(read)
    reading = read_usage(usage, "google")
    assert reading is not None
    assert sums(reading.usage) == (prompt_tokens, output + thought)


@given(
    fresh=COUNTS,
    read=COUNTS,
    short=COUNTS,
    long=COUNTS,
    output=COUNTS,
    thought=COUNTS,
    searches=st.integers(0, 9),
)
def test_anthropic_tokens_are_counted_once(
    fresh: int, read: int, short: int, long: int, output: int, thought: int, searches: int
) -> None:
    reading = read_usage(
        {
            "input_tokens": fresh,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": short + long,
            "output_tokens": output + thought,
            "cache_creation": {
                "ephemeral_5m_input_tokens": short,
                "ephemeral_1h_input_tokens": long,
            },
            "output_tokens_details": {"thinking_tokens": thought},
            "server_tool_use": {"web_search_requests": searches},
        },
        "anthropic",
    )
    assert reading is not None
    assert sums(reading.usage) == (fresh + read + short + long, output + thought)
    assert reading.usage.get("web_search", 0) == searches


@given(prompt=COUNTS, output=st.integers(1, 10**6), excess=st.integers(1, 10**6))
def test_reasoning_that_exceeds_an_output_which_adds_up_is_all_of_it(
    prompt: int, output: int, excess: int
) -> None:
    """OpenRouter counts the reasoning of some hosts otherwise, and bills the output."""
    usage = {
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "total_tokens": prompt + output,
        "completion_tokens_details": {"reasoning_tokens": output + excess},
    }
    reading = read_usage(usage, provider="openrouter")
    assert reading is not None
    assert sums(reading.usage) == (prompt, output)
