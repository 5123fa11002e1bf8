"""Requests to open models are counted as their published templates write them."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.compare_counts import target_of
from tokencost_profiles.calls.content import Tool
from tokencost_profiles.providers.requests import read
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.tokens.markup.harmony import namespace
from tokencost_profiles.tokens.prompt_formats import prompt_format_of
from tokencost_profiles.tokens.prompt_formats.llama import tiling
from tokencost_profiles.tokens.prompt_formats.mistral import image_tokens
from tokencost_profiles.tokens.prompt_formats.qwen import image_tokens as qwen_image
from tokencost_profiles.tokens.prompt_formats.qwen.tool_markup import markup

DAY = date(2026, 10, 1)
FAMILIES = ("mistral", "deepseek", "llama", "gpt_oss", "qwen", "glm", "kimi", "hosted")
MODELS = (
    ("mistral-large-latest", "mistral"),
    ("mistral-small-latest", "mistral"),
    ("deepseek-chat", "deepseek"),
    ("meta-llama/Llama-3.3-70B-Instruct", "together"),
    ("openai/gpt-oss-120b", "groq"),
    ("Qwen/Qwen3-32B", "together"),
    ("Qwen/Qwen3-Coder-480B-A35B", "together"),
    ("zai-org/GLM-4.7", "zai"),
    ("moonshotai/Kimi-K2-Instruct", "groq"),
    ("moonshotai/kimi-k2.5", "openrouter"),
    ("google.gemma-3-27b-it", "bedrock"),
)
PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Where"}},
    "required": ["city"],
}
FUNCTION = {"name": "weather", "description": "Tells the weather", "parameters": PARAMETERS}
TOOL = {"type": "function", "function": FUNCTION}
CALL = {
    "id": "call00001",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city":"Oslo"}'},
}


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache)


def body(*messages: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": text} for role, text in messages], **more}


def total(
    counter: Counter, table: PriceTable, sent: dict[str, Any], model: str, provider: str
) -> int:
    request = read(sent)
    assert request is not None
    return counter.request(request, target_of(table, model, provider, DAY)).tokens


@pytest.mark.parametrize(
    ("model", "provider", "family", "around"),
    [
        ("mistral-large-latest", "mistral", "mistral-tekken", 1 + 2),
        ("mistral-small-latest", "mistral", "mistral-tekken", 1 + 2 + 12),
        ("deepseek-chat", "deepseek", "deepseek-v3", 1 + 1 + 2),
        ("meta-llama/Llama-3.3-70B-Instruct", "together", "llama-3", 1 + 25 + 5 + 4),
        ("meta-llama/Meta-Llama-3-8B-Instruct", "together", "llama-3", 1 + 5 + 4),
        ("openai.gpt-oss-20b", "bedrock", "o200k_harmony", 61 + 4 + 2),
        ("openai/gpt-oss-20b", "groq", "o200k_harmony", 61 + 4 + 4 + 2),
        ("qwen/qwen3-32b", "groq", "qwen-3", 5 + 3),
        ("Qwen/Qwen2.5-7B-Instruct", "together", "qwen-3", 5 + 16 + 5 + 3),
        ("glm-4.7", "zai", "glm-4", 2 + 1 + 2),
        ("glm-5.2", "zai", "glm-4", 2 + 7 + 1 + 2),
        ("google.gemma-3-27b-it", "bedrock", "gemma-3", 1 + 5 + 3),
    ],
)
def test_one_message(
    counter: Counter, table: PriceTable, model: str, provider: str, family: str, around: int
) -> None:
    text = "Which river flows through Vienna?"
    tokens = total(counter, table, body(("user", text)), model, provider)
    assert tokens == counter.text(text, family) + around


def test_mistral_tools(counter: Counter, table: PriceTable) -> None:
    sent = body(("system", "Be brief."), ("user", "Weather in Oslo?"), tools=[TOOL])
    sent["messages"] += [
        {"role": "assistant", "content": "", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call00001", "content": "Rain, 8 degrees"},
    ]
    texts = [
        "Be brief.",
        json.dumps([TOOL]),
        "Weather in Oslo?",
        "weather",
        '{"city": "Oslo"}',
        "Rain, 8 degrees",
    ]
    # One to begin; two around each of system, tools, user and result; three of the call.
    expected = sum(counter.text(text, "mistral-tekken") for text in texts) + 1 + 4 * 2 + 3
    assert total(counter, table, sent, "mistral-large-latest", "mistral") == expected


def test_mistral_settings_are_left_out_of_answers_in_json(
    counter: Counter, table: PriceTable
) -> None:
    plain = body(("user", "One colour as JSON"))
    forced = {**plain, "response_format": {"type": "json_object"}}
    model = "mistral-small-latest"
    tokens = [total(counter, table, sent, model, "mistral") for sent in (plain, forced)]
    assert tokens[0] - tokens[1] == 12


def test_deepseek_results_and_the_next_question_are_one_message(
    counter: Counter, table: PriceTable
) -> None:
    sent = body(("user", "Weather in Oslo?"))
    sent["messages"] += [
        {"role": "assistant", "content": "", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call00001", "content": "Rain"},
    ]
    more = {**sent, "messages": [*sent["messages"], {"role": "user", "content": "And now?"}]}
    short, long = (total(counter, table, one, "deepseek-chat", "deepseek") for one in (sent, more))
    joined = "<tool_result>Rain</tool_result>\n\nAnd now?"
    alone = "<tool_result>Rain</tool_result>"
    assert long - short == counter.text(joined, "deepseek-v3") - counter.text(alone, "deepseek-v3")


def test_qwen_calls_and_results(counter: Counter, table: PriceTable) -> None:
    sent = body(("user", "Weather in Oslo?"), tools=[TOOL])
    first = total(counter, table, sent, "qwen/qwen3-32b", "groq")
    sent["messages"] += [
        {"role": "assistant", "content": "", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call00001", "content": "Rain"},
    ]
    call = counter.text('\n{"name": "weather", "arguments": {"city": "Oslo"}}\n', "qwen-3")
    result = counter.text("\nRain\n", "qwen-3")
    second = total(counter, table, sent, "qwen/qwen3-32b", "groq")
    assert second - first == (5 + 2 + call) + 4 + (5 + 2 + result)  # with an empty thought


def test_thinking_in_blocks_is_read(counter: Counter, table: PriceTable) -> None:
    answer = {"role": "assistant", "content": "Rain.", "reasoning": "It is autumn."}
    blocks = [{"type": "reasoning.text", "text": "It is autumn."}]
    other = {"role": "assistant", "content": "Rain.", "reasoning_details": blocks}
    counts = {
        total(counter, table, {"messages": [one]}, "z-ai/glm-5-turbo", "openrouter")
        for one in (answer, other)
    }
    assert len(counts) == 1


def test_tools_that_may_not_be_called_are_not_sent(counter: Counter, table: PriceTable) -> None:
    plain = body(("user", "Hello there"))
    sent = {**plain, "tools": [TOOL], "tool_choice": "none"}
    for model, provider in (("deepseek-chat", "deepseek"), ("qwen/qwen3-32b", "groq")):
        counts = {total(counter, table, one, model, provider) for one in (plain, sent)}
        assert len(counts) == 1, model


def test_harmony_declares_functions() -> None:
    schema = {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "Where"},
            "unit": {"type": "string", "enum": ["C", "F"], "default": "C"},
            "days": {"type": "array", "items": {"type": "integer"}},
        },
        "required": ["city"],
    }
    declared = namespace([Tool("weather", "Tells", schema), Tool("stop", "Stops")])
    assert declared == (
        "## functions\n\nnamespace functions {\n\n"
        "// Tells\ntype weather = (_: {\n// Where\ncity: string,\n"
        'unit?: "C" | "F", // default: C\ndays?: number[],\n}) => any;\n\n'
        "// Stops\ntype stop = () => any;\n\n} // namespace functions"
    )


def test_tools_as_tags() -> None:
    assert markup(Tool("weather", "Tells", PARAMETERS)) == (
        "\n<function>\n<name>weather</name>\n<description>Tells</description>\n<parameters>"
        "\n<parameter>\n<name>city</name>\n<type>string</type>\n<description>Where</description>"
        '\n</parameter>\n<type>object</type>\n<required>["city"]</required>'
        "\n</parameters>\n</function>"
    )


def test_images() -> None:
    assert image_tokens(128, 128, {"image_patch": 28}) == 5 * 6
    assert image_tokens(4000, 1000, {"image_patch": 28, "image_side": 1540}) == 14 * 56
    assert qwen_image(560, 280, {}) == 20 * 10 + 2
    assert qwen_image(10_000, 10_000, {}) <= 16384 + 2
    assert tiling(597, 566, 336, 16) == (2, 2)
    assert tiling(3008, 2000, 336, 16) == (5, 3)


HOSTILE: tuple[Any, ...] = (
    None,
    1,
    "text",
    [],
    {"properties": []},
    {"properties": {"a": None, "b": 3}},
    {"type": ["string", 4], "properties": {"a": {"type": {}, "enum": 5, "items": []}}},
    {"properties": {"a": {"type": "array", "items": {"type": "array"}}}, "required": "a"},
    {"properties": {"a": {"anyOf": [None, {"type": "null"}]}}, "required": [{}]},
)


@pytest.mark.parametrize(("model", "provider"), MODELS)
def test_no_schema_ends_in_a_traceback(
    counter: Counter, table: PriceTable, model: str, provider: str
) -> None:
    deep: Any = {"type": "string"}
    for _ in range(100):
        deep = {"type": "object", "properties": {"inner": deep}, "required": ["inner"]}
    for schema in (*HOSTILE, deep):
        tool = {"type": "function", "function": {"name": "odd", "parameters": schema}}
        odd: tuple[Any, ...] = ("{", 5, None, [])
        calls = [{"function": {"name": "odd", "arguments": value}} for value in odd]
        sent = body(("user", "Go"), tools=[tool])
        sent["messages"] += [{"role": "assistant", "content": None, "tool_calls": calls}]
        assert total(counter, table, sent, model, provider) > 0


@pytest.mark.parametrize(("model", "provider"), MODELS)
def test_answers_are_counted(
    counter: Counter, table: PriceTable, model: str, provider: str
) -> None:
    answer = read(
        {"messages": [{"role": "assistant", "content": "It rains.", "tool_calls": [CALL]}]}
    )
    assert answer is not None
    target = target_of(table, model, provider, DAY)
    least = counter.text("It rains.", target.tokenizer)
    assert least < counter.answer(answer, target).tokens < least + 80


@pytest.mark.parametrize(("model", "provider"), MODELS)
def test_long_requests_are_counted_at_once(
    counter: Counter, table: PriceTable, model: str, provider: str
) -> None:
    tools = [{**TOOL, "function": {**FUNCTION, "name": f"weather{n}"}} for n in range(40)]
    turns = [("user" if n % 2 == 0 else "assistant", f"Message number {n}") for n in range(201)]
    request = read(body(*turns, tools=tools))
    assert request is not None
    target = target_of(table, model, provider, DAY)
    counter.request(request, target)
    start = time.perf_counter()
    counter.request(request, target)
    assert time.perf_counter() - start < 0.2  # about 0.005


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("meta-llama/Llama-3.3-70B-Instruct", "llama-3"),
        ("us.meta.llama4-scout-17b-instruct-v1:0", "llama-4"),
        ("@cf/meta/llama-3.1-8b-instruct", "llama-3"),
        ("accounts/fireworks/models/deepseek-v3p1", "deepseek-v3"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "qwen-3"),
        ("deepseek-r1-distill-llama-70b", "llama-3"),
        ("Qwen/Qwen2.5-VL-7B-Instruct", "qwen-3"),
        ("Qwen3.5-397B-A17B", "qwen-3.5"),
        ("openai/gpt-oss-120b:free", "o200k_harmony"),
        ("ft:gpt-4o-mini:org::id", "o200k_base"),
        ("mistralai/Mixtral-8x7B-Instruct-v0.1", "mistral-v1"),
        ("zai-glm-4.7", "glm-4"),
        ("moonshotai/Kimi-K2-Instruct-0905:groq", "kimi-k2"),
        ("something-else", None),
        ("not-llama-3", None),
    ],
)
def test_family_by_name(table: PriceTable, name: str, family: str | None) -> None:
    assert table.tokenizer(name) == family


def test_family_by_name_agrees_with_the_table(table: PriceTable) -> None:
    models = [model for model in table.models() if model.tokenizer is not None]
    other = [one.id for one in models if table.tokenizer(one.id) not in (one.tokenizer, None)]
    assert len(other) <= len(models) // 50, other


def test_every_model_has_the_rendering_of_its_family() -> None:
    names = {prompt_format_of(model, provider).name for model, provider in MODELS}
    assert names == set(FAMILIES)
    assert prompt_format_of("gemma-3-27b-it", "google").name not in FAMILIES
    assert prompt_format_of("gpt-4o", "openai").name not in FAMILIES
