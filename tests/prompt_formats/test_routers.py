"""Models that routers alone serve: trained further, or of no known vocabulary."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.compare_counts import target_of
from tokencost_profiles.providers.requests import read
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.tokens.prompt_formats import prompt_format_of

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("model", "frame"),
    [
        ("sao10k/l3-lunaris-8b", 10),  # Llama 3, no dates
        ("sao10k/l3.1-70b-hanami-x1", 35),  # with the dates of 3.1
        ("nousresearch/hermes-3-llama-3.1-70b", 8),
        ("nvidia/nemotron-3-nano-30b-a3b", 16),
        ("liquid/lfm-2.5-1.2b-thinking:free", 9),
        ("rekaai/reka-edge", 5),
        ("stepfun/step-3.5-flash", 12),
        ("baidu/ernie-4.5-vl-424b-a47b", 0),
    ],
)
def test_the_frame_of_the_published_template(
    cache: Path, table: PriceTable, model: str, frame: int
) -> None:
    request = read({"messages": [{"role": "user", "content": "Hello world!"}]})
    assert request is not None
    target = target_of(table, model, "openrouter", DAY)
    assert Counter(cache).request(request, target).tokens == 3 + frame


QUESTION = {"role": "user", "content": "Is it wet in Oslo?"}
CALL = {"id": "a", "type": "function", "function": {"name": "now", "arguments": "{}"}}
NOW = {"name": "now", "description": "Tells the time", "parameters": {"type": "object"}}
TOOL = {"type": "function", "function": NOW}


@pytest.fixture
def total(cache: Path, table: PriceTable) -> Any:
    counter = Counter(cache)

    def count(model: str, provider: str, *messages: Any, **more: Any) -> int:
        request = read({"messages": list(messages), **more})
        assert request is not None
        return counter.request(request, target_of(table, model, provider, DAY)).tokens

    return count


def test_a_function_of_no_properties_requires_none_at_glm(total: Any) -> None:
    stated = {**NOW, "parameters": {"type": "object", "required": []}}
    bare = total("glm-4.6", "zai", QUESTION, tools=[TOOL])
    tool = {"type": "function", "function": stated}
    assert bare == total("glm-4.6", "zai", QUESTION, tools=[tool])
    one, two = (total("glm-4.5v", "zai", QUESTION, tools=[TOOL] * number) for number in (1, 2))
    plain = total("glm-4.6", "zai", QUESTION, tools=[TOOL] * 2) - bare
    assert two - one == plain + 5


def test_answers_that_call_are_left_out_where_no_tool_may_be_called(total: Any) -> None:
    result = {"role": "tool", "tool_call_id": "a", "content": "Noon"}
    rounds = [QUESTION, {"role": "assistant", "tool_calls": [CALL]}, result]
    forbidden = {"tools": [TOOL], "tool_choice": "none"}
    expected = total("qwen3-vl-flash", "dashscope", QUESTION, result)
    assert total("qwen3-vl-flash", "dashscope", *rounds, **forbidden) == expected


def test_deepseek_keeps_thoughts_where_tools_are_declared(total: Any) -> None:
    answer = {"role": "assistant", "content": "", "reasoning_content": "Hm", "tool_calls": [CALL]}
    result = {"role": "tool", "tool_call_id": "a", "content": "Noon"}
    bare = {name: answer[name] for name in answer if name != "reasoning_content"}
    forbidden = {"tools": [TOOL], "tool_choice": "none"}
    messages = [[QUESTION, one, result] for one in (answer, bare)]
    counts = [total("deepseek-v4-flash", "deepseek", *one, **forbidden) for one in messages]
    assert counts[0] > counts[1]


@pytest.mark.parametrize("name", ["openai/gpt-4o-mini:batch", "openai/gpt-4o-mini"])
def test_a_name_with_its_maker_and_terms_has_the_rules_of_the_name(total: Any, name: str) -> None:
    assert total(name, "openrouter", QUESTION) == total("gpt-4o-mini", "openai", QUESTION)


def test_names_that_a_router_alone_has_are_read_as_their_maker_reads_them(
    table: PriceTable, cache: Path
) -> None:
    target = target_of(table, "openai/gpt-6.2-astra", "openrouter", DAY)
    assert prompt_format_of(target.model, target.provider, cache).name == "openai"


def test_dashscope_writes_the_type_of_a_tool_behind_its_function(total: Any) -> None:
    tools = [{"function": NOW, "type": "function"}]
    turned = [{"type": "function", "function": NOW}]
    assert total("qwen3-vl-flash", "dashscope", QUESTION, tools=turned) == total(
        "qwen3-vl-flash", "dashscope", QUESTION, tools=tools
    )


def test_a_line_ends_the_results_of_qwen_coder(total: Any) -> None:
    call = {"role": "assistant", "content": "", "tool_calls": [CALL]}
    result = {"role": "tool", "tool_call_id": "a", "content": "Noon"}
    after = [
        total(model, "openrouter", QUESTION, call, result)
        - total(model, "openrouter", QUESTION, call)
        for model in ("qwen/qwen3-coder", "qwen/qwen3-30b-a3b-instruct-2507")
    ]
    assert after[0] == after[1] + 1
