"""Text that makers and hosts add: facts by model, host, day and mode; names that are redirected."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.compare_counts import target_of
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.prompt_count import PromptCount
from tokencost_profiles.tokens.prompt_rules import (
    HIDDEN_TEXTS,
    Asked,
    HiddenText,
    compile_facts,
    hidden_text,
)

MAY, JULY, AUGUST = date(2026, 5, 30), date(2026, 7, 1), date(2026, 8, 10)
TURN = {"role": "user", "content": "To Skye, please"}
SYSTEM = {"role": "system", "content": "Be brief"}
TOOL = {"type": "function", "function": {"name": "ferry", "parameters": {"type": "object"}}}


def hidden(model: str, provider: str, day: date, name: str = "", **body: Any) -> HiddenText | None:
    request = requests.read({"model": model, "messages": [TURN], **body})
    assert request is not None
    return hidden_text(request, Asked(model, name or model, provider, day))


def test_every_fact_has_its_evidence_and_a_range_around_its_number() -> None:
    facts = compile_facts(HIDDEN_TEXTS)["facts"]
    assert len(facts) > 40
    for fact in facts:
        assert fact.get("low", fact["tokens"]) <= fact["tokens"] <= fact.get("high", fact["tokens"])
        assert ("low" in fact) == ("high" in fact)
        assert fact["calls"] <= fact["of"]
        assert fact["of"] > 0 or "low" in fact, "what is not recorded has a range"


@pytest.mark.parametrize(
    ("model", "name", "day", "body", "wanted"),
    [
        ("grok-4.3", "", MAY, {}, HiddenText(130)),
        ("grok-4.3", "", JULY, {}, HiddenText(192, 130, 192)),
        ("grok-4.3", "", AUGUST, {}, HiddenText(192)),
        ("grok-4.3", "grok-4-1-fast-non-reasoning", MAY, {}, HiddenText(122, 122, 192)),
        ("grok-4.3", "", MAY, {"reasoning_effort": "none"}, HiddenText(122, 122, 192)),
        ("grok-4.3", "", MAY, {"tools": [TOOL]}, HiddenText(140, 130, 192)),
        ("grok-4-0709", "", MAY, {}, HiddenText(684)),
        ("grok-9", "", AUGUST, {}, HiddenText(192, 122, 204)),
    ],
)
def test_groks_by_version_day_and_mode(
    model: str, name: str, day: date, body: dict[str, Any], wanted: HiddenText
) -> None:
    assert hidden(model, "xai", day, name, **body) == wanted


def test_hosts_by_system_prompt_and_tools() -> None:
    small = "mistral-small-3-2-24b-instruct"
    with_system = hidden(small, "venice", MAY, messages=[SYSTEM, TURN])
    alone = hidden(small, "venice", MAY)
    assert with_system is not None
    assert alone is not None
    assert with_system.tokens < alone.tokens
    assert hidden(small, "mistral", MAY) is None
    guide = "mimo-v2.5-pro"
    assert hidden(guide, "xiaomi", MAY) == HiddenText(243, 241, 246)
    assert hidden(guide, "xiaomi", MAY, tools=[TOOL]) == HiddenText(219)
    assert hidden(guide, "xiaomi", MAY, tools=[TOOL], tool_choice="none") == HiddenText(
        243, 241, 246
    )


def count(counter: Counter, target: Target) -> PromptCount:
    request = requests.read({"model": target.model, "messages": [TURN]})
    assert request is not None
    return counter.request(request, target)


def test_a_range_is_two_sided_and_stated(cache: Path) -> None:
    counter = Counter(cache)
    sure = count(counter, Target("grok-4.3", "xai", "grok", MAY))
    unsure = count(counter, Target("grok-4.3", "xai", "grok", JULY))
    assert (sure.method, unsure.method) == ("ratio", "estimated")
    assert unsure.tokens == sure.tokens + 62
    assert unsure.unknown == (62, 0)
    plain = count(counter, Target("brand-new-1", "venice", None, MAY))
    assert plain.low < 100
    assert plain.high is not None
    assert plain.high > 1500


def test_a_redirected_name_counts_as_the_model_that_answers(table: PriceTable) -> None:
    assert target_of(table, "grok-4", "xai", date(2026, 5, 1)).model == "grok-4-0709"
    assert target_of(table, "grok-4", "xai", MAY)[:2] == ("grok-4.3", "xai")
    assert target_of(table, "grok-4", "xai", MAY).name == "grok-4"
    # The answer names the model, whatever the day, which may not be known.
    known = target_of(table, "grok-4", "xai", date(2026, 1, 1), "grok-4.3")
    assert known.model == "grok-4.3"
    # A name that stands for a mode of the other model is written by itself.
    assert target_of(table, "deepseek-chat", "deepseek", MAY).model == "deepseek-chat"


def test_a_router_counts_by_the_model_that_it_chose(table: PriceTable) -> None:
    chosen = target_of(table, "openrouter/auto", "openrouter", MAY, "mistralai/mistral-nemo")
    assert chosen.tokenizer == "mistral-tekken"
    assert target_of(table, "openrouter/auto", "openrouter", MAY).tokenizer is None
    # A name of the same vocabulary is the one that was asked for.
    same = target_of(table, "z-ai/glm-4.6v", "openrouter", MAY, "z-ai/glm-4.6-20251208")
    assert same == target_of(table, "z-ai/glm-4.6v", "openrouter", MAY)


def test_settings_of_a_body_turn_a_text_off() -> None:
    small = "mistral-small-3-2-24b-instruct"
    off: dict[str, Any] = {"venice_parameters": {"include_venice_system_prompt": False}}
    assert hidden(small, "venice", MAY, **off) == HiddenText(0)
    usual = {"include_venice_system_prompt": True}
    assert hidden(small, "venice", MAY, venice_parameters=usual) == hidden(small, "venice", MAY)
    quiet = hidden("mimo-v2.5-pro", "xiaomi", MAY, thinking={"type": "disabled"})
    assert quiet == HiddenText(245, 243, 246)
