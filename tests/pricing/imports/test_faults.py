"""Known faults of lists, and the names under which lists hold the same model."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest

from tokencost_pricing.imports.conditions import Condition, condition
from tokencost_pricing.imports.facts import Fact, read_facts
from tokencost_pricing.imports.faults import faults, minus_faults
from tokencost_pricing.imports.names import clean, folded

FACTS = Path(__file__).parents[1] / "facts" / "facts.tsv.xz"


def fact(provider: str, model: str, field: str = "input", name: str = "litellm") -> Fact:
    return Fact(name, "L", provider, model, field, Decimal(1), "2026-01-01")


def first(facts: Iterable[Fact]) -> tuple[str, str, str] | None:
    return next(((one.provider, one.id, one.field) for one in clean(facts)), None)


def test_every_fault_is_in_the_facts() -> None:
    providers = {provider for fault in faults() for provider in fault.providers}
    rows = [one for one in clean(read_facts(FACTS)) if one.provider in providers]
    idle = [fault.reason for fault in faults() if not any(map(fault.covers, rows))]
    assert idle == []
    assert 0 < len(rows) - len(list(minus_faults(rows))) < len(rows) / 20


@pytest.mark.parametrize(
    ("provider", "model", "name"),
    [
        ("fireworks", "accounts/fireworks/models/kimi-k3", "kimi-k3"),
        ("fireworks", "fireworks:accounts/fireworks/models/kimi-k3", "kimi-k3"),
        ("azure", "openai/gpt-5", "gpt-5"),
        ("alibaba", "qwencloud/qwen-plus", "qwen-plus"),
        ("perplexity", "perplexity/sonar", "perplexity/sonar"),
        ("perplexity", "sonar", "sonar"),
        ("together", "Qwen/Qwen3-32B", "qwen/qwen3-32b"),
    ],
)
def test_ids_of_one_model_are_equal(provider: str, model: str, name: str) -> None:
    assert folded(provider, model) == name


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            fact("bedrock", "us-east-1/meta.llama3-8b-instruct-v1:0"),
            ("bedrock", "meta.llama3-8b-instruct-v1:0", "input@us-east-1"),
        ),
        (fact("azure", "global/gpt-5.1"), ("azure", "gpt-5.1", "input")),
        (fact("azure", "eu/gpt-5.1"), ("azure", "gpt-5.1", "input@eu")),
        (
            fact("openai", "gpt-5.4-272k", name="llm-prices"),
            ("openai", "gpt-5.4", "input_above_272000"),
        ),
        (
            fact("huggingface/novita", "deepseek-ai/DeepSeek-R1"),
            ("huggingface", "deepseek-ai/DeepSeek-R1:novita", "input"),
        ),
        (fact("vertex", "claude-opus-4-1@20250805:thinking"), None),
        (fact("openai", "gpt-5 @eu"), None),
    ],
)
def test_what_an_id_says_besides_goes_to_the_field(
    row: Fact, expected: tuple[str, str, str] | None
) -> None:
    assert first([row]) == expected


def test_a_field_is_taken_apart() -> None:
    assert condition("batch_cache_read_above_271999@eu") == Condition(
        "batch", 272000, "eu", "cache_read"
    )
    assert condition("input") == Condition(None, 0, None, "input")
