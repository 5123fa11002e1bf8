"""The same weights are sent a request in the way of the host that serves them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from host_requests import CALL, DAY, GPT_OSS, OTHER, QUESTION, ROUND, TEXTS, TOOL
from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.compare_counts import target_of
from tokencost_profiles.providers.requests import read
from tokencost_profiles.tokens.counter import Counter


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache)


@pytest.fixture
def total(counter: Counter, table: PriceTable) -> Any:
    def count(model: str, provider: str, *messages: Any, **more: Any) -> int:
        request = read({"messages": list(messages or (QUESTION,)), **more})
        assert request is not None
        return counter.request(request, target_of(table, model, provider, DAY)).tokens

    return count


@pytest.mark.parametrize(("provider", "remains"), [("groq", 1), ("together", 2), ("baseten", 0)])
def test_tools_that_may_not_be_called_remain(total: Any, provider: str, remains: int) -> None:
    auto = total(GPT_OSS, provider, *ROUND, tools=[TOOL])
    none = total(GPT_OSS, provider, *ROUND, tools=[TOOL], tool_choice="none")
    assert none - auto == remains


def test_tools_that_may_not_be_called_are_left_out(total: Any) -> None:
    none = total(GPT_OSS, "cerebras", tools=[TOOL], tool_choice="none")
    assert none == total(GPT_OSS, "cerebras")


@pytest.mark.parametrize(
    ("model", "provider", "choice", "more"),
    [
        (GPT_OSS, "groq", "required", 6),
        (GPT_OSS, "together", "required", 2),
        (GPT_OSS, "cerebras", "required", 0),
        ("deepseek-v4-flash", "deepseek", "required", 7),
    ],
)
def test_a_required_tool(total: Any, model: str, provider: str, choice: str, more: int) -> None:
    free = total(model, provider, tools=[TOOL])
    assert total(model, provider, tools=[TOOL], tool_choice=choice) - free == more


@pytest.mark.parametrize(
    ("model", "provider", "more"), [(GPT_OSS, "groq", 0), ("z-ai/glm-4.6", "openrouter", 10)]
)
def test_a_named_tool(total: Any, model: str, provider: str, more: int) -> None:
    named = {"type": "function", "function": {"name": "weather"}}
    free = total(model, provider, tools=[TOOL])
    assert total(model, provider, tools=[TOOL], tool_choice=named) - free == more


def test_of_several_tools_the_named_one_is_sent(total: Any) -> None:
    named = {"type": "function", "function": {"name": "weather"}}
    one, two = (
        total("deepseek-v4-flash", "deepseek", tools=tools, tool_choice=named)
        for tools in ([TOOL], [TOOL, OTHER])
    )
    assert one == two


@pytest.mark.parametrize(
    ("model", "provider", "apart"),
    [
        (GPT_OSS, "together", True),
        (GPT_OSS, "groq", False),
        ("deepseek-ai/DeepSeek-V4-Pro", "huggingface", True),
        ("deepseek-v4-flash", "deepseek", False),
    ],
)
def test_texts_of_one_message(total: Any, model: str, provider: str, apart: bool) -> None:
    joined = {"role": "user", "content": "One\nTwo" if apart else "OneTwo"}
    assert total(model, provider, TEXTS) == total(model, provider, joined)


def test_json_mode_stands_in_the_prompt_of_some_hosts(total: Any) -> None:
    mode = {"type": "json_object"}
    more = {
        provider: total(GPT_OSS, provider, response_format=mode) - total(GPT_OSS, provider)
        for provider in ("groq", "baseten", "cerebras", "together")
    }
    assert more == {"groq": 24, "baseten": 13, "cerebras": 26, "together": 0}


def test_users_that_follow_each_other_are_one_message_of_deepseek(total: Any) -> None:
    first, second = {"role": "user", "content": "Hi."}, {"role": "user", "content": "Well?"}
    joined = {"role": "user", "content": "Hi.\n\nWell?"}
    model = "deepseek-v4-flash"
    assert total(model, "deepseek", first, second) == total(model, "deepseek", joined)


def test_results_as_the_template_quotes_them(total: Any, counter: Counter) -> None:
    # Without tools a round is an empty text, the call, as sent, and the result in quotation marks.
    spent = total(GPT_OSS, "cerebras", *ROUND) - total(GPT_OSS, "cerebras")
    texts = [
        "assistant to=functions.weather",
        '{"city":"Oslo"}',
        "functions.weather to=assistant",
        '"Rain"',
    ]
    assert spent == 6 + 7 + 6 + sum(counter.text(text, "o200k_harmony") for text in texts)


@pytest.mark.parametrize(
    ("model", "provider", "family", "around"),
    [
        ("moonshotai/Kimi-K2.6", "fireworks", "kimi-k2", 4 + 3 + 1),
        ("moonshotai/kimi-k2", "openrouter", "kimi-k2", 4 + 3 + 9),
        ("moonshotai/Kimi-K2-Instruct", "groq", "kimi-k2", 4 + 3 + 18),
        ("qwen/qwen-2.5-72b-instruct", "openrouter", "qwen-3", 5 + 3),
        ("qwen/qwen-2.5-7b-instruct", "openrouter", "qwen-3", 5 + 3 + 4 + 16 + 1),
        ("google/gemma-3n-e4b-it", "openrouter", "gemma-3", 1 + 5 + 3 + 7),
        ("mai-ds-r1", "azure", "deepseek-v3", 1 + 1 + 3),
        ("accounts/fireworks/models/qwen3p6-plus", "fireworks", "qwen-3.5", 5 + 3 + 2),
        ("qwen/qwen3-8b", "openrouter", "qwen-3", 5 + 3),
        ("nousresearch/hermes-3-llama-3.1-405b", "openrouter", "llama-3", 1 + 5 + 4),
        ("meta-llama/llama-3.1-405b-instruct", "openrouter", "llama-3", 1 + 5 + 4 + 25),
    ],
)
def test_what_stands_around_one_message(
    total: Any, counter: Counter, model: str, provider: str, family: str, around: int
) -> None:
    assert total(model, provider) == around + counter.text(QUESTION["content"], family)


def test_tools_of_llama_at_groq_are_sentences(total: Any, counter: Counter) -> None:
    model = "llama-3.3-70b-versatile"
    function = (
        '{"description":"Tells the weather","name":"weather","parameters":{"type":"object",'
        '"properties":{"city":{"type":"string","description":"Where"}},"required":["city"]}}'
    )
    text = f"Use the function 'weather' to 'Tells the weather'\n{function}\n\n"
    spent = total(model, "groq", tools=[TOOL]) - total(model, "groq")
    assert spent == 126 + counter.text(text, "llama-3")
    none = total(model, "groq", tools=[TOOL], tool_choice="none")
    assert none - total(model, "groq") == 27


def test_calls_of_deepseek_before_its_markup(total: Any, counter: Counter) -> None:
    model = "deepseek/deepseek-v3.1-terminus"
    # Two around all calls and three around one; two around a result, which no answer follows.
    texts = ("weather", '{"city":"Oslo"}', "Rain")
    spent = total(model, "openrouter", *ROUND) - total(model, "openrouter")
    assert spent == 3 + 5 + 2 - 2 + sum(counter.text(text, "deepseek-v3") for text in texts)


def test_tools_of_deepseek_r1_on_azure_stand_between_fences(total: Any, counter: Counter) -> None:
    fenced = f"\n```json\n{json.dumps(TOOL)}\n```\n"
    heading = (
        "\n\nMake sure the JSON is valid.## Tools\n\n### Function\n\n"
        "You have the following functions available:\n\n"
    )
    spent = total("mai-ds-r1", "azure", tools=[TOOL]) - total("mai-ds-r1", "azure")
    assert spent == 56 + counter.text(heading + fenced, "deepseek-v3")


def test_ids_of_calls_stand_in_the_prompt_of_mistral_small(total: Any) -> None:
    small, large = "mistral-small-3.2-24b-instruct", "mistral-large-latest"
    other: dict[str, Any] = {**CALL, "id": ""}
    answer = {"role": "assistant", "content": "", "tool_calls": [other]}
    sent = [QUESTION, answer, {**ROUND[2], "tool_call_id": ""}]
    assert total(small, "openrouter", *sent) < total(small, "openrouter", *ROUND)
    assert total(large, "mistral", *sent) == total(large, "mistral", *ROUND)


def test_tools_and_calls_of_minimax_stand_between_tags(total: Any, counter: Counter) -> None:
    model, provider = "MiniMax-M2.5", "minimax"
    declared = f"<tool>{json.dumps(TOOL['function'])}</tool>\n"
    plain = total(model, provider)
    assert total(model, provider, tools=[TOOL]) - plain == 96 + counter.text(declared, "minimax")
    call = '\n<invoke name="weather">\n<parameter name="city">Oslo</parameter>\n</invoke>\n'
    texts = (call, "<response>Rain</response>")
    spent = total(model, provider, *ROUND) - plain
    assert spent == 5 + 1 + 5 + 1 + sum(counter.text(text, "minimax") for text in texts)


@pytest.mark.parametrize(("provider", "tokens"), [("groq", 4), ("openrouter", 0), ("cerebras", 0)])
def test_an_empty_developer_message(
    total: Any, counter: Counter, provider: str, tokens: int
) -> None:
    around = 61 + tokens + 4 + 2
    assert total(GPT_OSS, provider) == around + counter.text(QUESTION["content"], "o200k_harmony")
