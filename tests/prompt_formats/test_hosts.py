"""The same weights are sent a request in the way of the host that serves them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.compare_counts import target_of
from tokencost_profiles.calls.content import Media, Message, Request, Text, Tool
from tokencost_profiles.providers.requests import read
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.tokens.markup import harmony_library
from tokencost_profiles.tokens.markup.kimi_types import declarations

DAY = date(2026, 6, 1)
PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Where"}},
    "required": ["city"],
}
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "weather", "description": "Tells the weather", "parameters": PARAMETERS},
}
OTHER = {
    "type": "function",
    "function": {"name": "tides", "description": "Tells the tides", "parameters": PARAMETERS},
}
QUESTION = {"role": "user", "content": "Is it wet in Oslo?"}
CALL: dict[str, Any] = {
    "id": "call00001",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city":"Oslo"}'},
}
ROUND: list[dict[str, Any]] = [
    QUESTION,
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "call00001", "content": "Rain"},
]
TEXTS = {
    "role": "user",
    "content": [{"type": "text", "text": "One"}, {"type": "text", "text": "Two"}],
}
GPT_OSS = "openai/gpt-oss-120b"


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


def test_results_of_tools_at_groq(total: Any) -> None:
    """Six tokens where there are results, however many rounds; three around each."""
    second = [{**ROUND[1], "tool_calls": [{**CALL, "id": "b"}]}, {**ROUND[2], "tool_call_id": "b"}]
    sizes = [total(GPT_OSS, "groq", *ROUND, *second * rounds, tools=[TOOL]) for rounds in (0, 1, 2)]
    assert sizes[2] - sizes[1] == sizes[1] - sizes[0]
    first = sizes[0] - total(GPT_OSS, "groq", QUESTION, tools=[TOOL])
    assert first - (sizes[1] - sizes[0]) == 6


def test_a_tool_with_no_properties_takes_an_empty_object(total: Any) -> None:
    bare = {"name": "now", "description": "Tells the time", "parameters": {"type": "object"}}
    tool = {"type": "function", "function": bare}
    groq = total(GPT_OSS, "groq", tools=[tool]) - total(GPT_OSS, "groq", tools=[TOOL])
    plain = total(GPT_OSS, "together", tools=[tool]) - total(GPT_OSS, "together", tools=[TOOL])
    assert groq - plain == 3


@pytest.mark.parametrize(("strict", "required", "less"), [(True, (), 2), (True, ("city",), 0)])
def test_what_is_optional_in_a_strict_tool(
    total: Any, *, strict: bool, required: tuple[str, ...], less: int
) -> None:
    schema = {**PARAMETERS, "required": list(required)}
    function = {**TOOL["function"], "parameters": schema}
    loose = {"type": "function", "function": function}
    tool = {"type": "function", "function": {**function, "strict": strict}}
    counted = total(GPT_OSS, "cerebras", tools=[loose]) - total(GPT_OSS, "cerebras", tools=[tool])
    assert counted == less
    same = total(GPT_OSS, "together", tools=[loose]), total(GPT_OSS, "together", tools=[tool])
    assert same[0] == same[1]


def test_an_empty_text_before_a_call_is_a_message(total: Any) -> None:
    bare = {"role": "assistant", "tool_calls": [CALL]}
    for provider, more in (("cerebras", 6), ("groq", 0)):
        messages = [ROUND[0], bare, ROUND[2]]
        with_text = total(GPT_OSS, provider, *ROUND, tools=[TOOL])
        assert with_text - total(GPT_OSS, provider, *messages, tools=[TOOL]) == more


def test_tools_of_qwen_at_groq_have_marks_escaped(total: Any) -> None:
    names = ("it's", "its")
    for provider, more in (("groq", 5), ("alibaba", 0)):
        sizes = []
        for name in names:
            function = {**TOOL["function"], "description": f"Says {name} wet"}
            tool = {"type": "function", "function": function}
            sizes.append(total("qwen/qwen3-32b", provider, tools=[tool]))
        assert sizes[0] - sizes[1] == 1 + more


@pytest.mark.parametrize(
    ("model", "provider", "more"),
    [
        ("Qwen/Qwen3-Embedding-8B", "doubleword", 1),
        ("baai/bge-base-en-v1.5", "openrouter", 2),
        ("intfloat/e5-base-v2", "openrouter", 2),
        ("pplx-embed-v1-0.6b", "perplexity", 0),
    ],
)
def test_special_tokens_around_texts_that_are_embedded(
    counter: Counter, table: PriceTable, model: str, provider: str, more: int
) -> None:
    request = read({"model": model, "input": ["Rain", "Sun"]})
    assert request is not None
    target = target_of(table, model, provider, DAY)
    assert counter.request(request, target).tokens == 2 + 2 * more


def test_texts_alone_are_billed_by_perplexity(total: Any) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    message = {"role": "user", "content": [{"type": "text", "text": "One"}, image]}
    text = {"role": "user", "content": "One"}
    assert total("sonar", "perplexity", message) - total("sonar", "perplexity", text) == 128


def test_fields_that_hugging_face_does_not_know(total: Any) -> None:
    function = {"name": "weather", "description": "Tells the weather"}
    odd = {"type": "function", "function": {**function, "arguments": PARAMETERS}}
    stated = {"type": "function", "function": {**function, "parameters": None}}
    model = "Qwen/Qwen3-4B"
    assert total(model, "huggingface", tools=[odd]) == total(model, "huggingface", tools=[stated])


def test_schemas_of_qwen_coder_at_cerebras_have_the_usual_keys(total: Any) -> None:
    city = {**PARAMETERS["properties"]["city"], "enum": ["Oslo", "Bergen"]}
    schema = {**PARAMETERS, "properties": {"city": city}, "title": "City"}
    full = {"type": "function", "function": {**TOOL["function"], "parameters": schema}}
    for provider, same in (("cerebras", True), ("openrouter", False)):
        counts = {total("qwen3-coder-480b", provider, tools=[tool]) for tool in (full, TOOL)}
        assert (len(counts) == 1) is same


def test_limits_have_a_point_at_groq(total: Any) -> None:
    sizes = []
    for least in (1, 1.0):
        schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": least}}}
        tool = {"type": "function", "function": {**TOOL["function"], "parameters": schema}}
        sizes.append(total("qwen/qwen3-32b", "groq", tools=[tool]))
    assert sizes[0] == sizes[1]


def test_tools_of_later_kimi_are_types() -> None:
    schema = {
        "type": "object",
        "properties": {
            "unit": {"type": "string", "enum": ["C", "F"]},
            "days": {"type": "integer", "minimum": 1, "description": "How many", "default": 3},
            "at": {"type": "array", "items": {"type": "string", "description": "A port"}},
            "note": {"type": ["string", "null"]},
            "from": {"$ref": "#/$defs/Port"},
        },
        "required": ["unit", "from"],
        "additionalProperties": False,
        "$defs": {"Port": {"type": "object", "properties": {"name": {"type": "string"}}}},
    }
    bare = Tool("now", "", {"type": "object", "properties": {}})
    assert declarations([Tool("tides", "Tells\nthe tides", schema), bare]) == (
        "# Tools\n\n## functions\nnamespace functions {\n"
        "interface Port {\n  name?: string\n}\n"
        "// Tells\n// the tides\n"
        "type tides = (_: {\n  from: Port,\n"
        '  unit: "C" | "F",\n'
        "  at?: Array<\n    // A port\n    string\n  >,\n"
        "  // How many\n  // minimum: 1\n  // Default: 3\n  days?: number,\n"
        "  note?: string | null,\n"
        "  [k: string]: never\n}) => any;\n"
        "type now = (_: {}) => any;\n}\n"
    )


def test_tools_as_the_harmony_library_writes_them() -> None:
    """The expected text is that of openai-harmony 0.0.8."""
    properties = {
        "days": {"type": "integer", "default": 3, "description": "How many"},
        "unit": {"type": "string", "enum": ["C", "F"], "default": "C"},
        "note": {"type": ["string", "null"]},
        "any": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "stops": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"port": {"type": "string", "description": "P"}},
                "required": ["port"],
            },
        },
    }
    schema = {"type": "object", "properties": properties, "required": ["days"]}
    empty = Tool("now", "", {"type": "object", "properties": {}})
    tools = [Tool("tides", "Tells\nthe tides", schema), empty, Tool("bare", "No properties")]
    assert harmony_library.namespace(tools) == (
        "## functions\n\nnamespace functions {\n\n"
        "// Tells\n// the tides\ntype tides = (_: {\n"
        "// How many\ndays: number, // default: 3\n"
        'unit?: "C" | "F", // default: C\n'
        "note?: string | null,\nany?: any,\n"
        "stops?: {\n    // P\n    port: string,\n    }[],\n"
        "}) => any;\n\n"
        "type now = (_: {\n}) => any;\n\n"
        "// No properties\ntype bare = () => any;\n\n"
        "} // namespace functions"
    )


@pytest.mark.parametrize(("size", "is_sure"), [((330, 291), True), ((1024, 1024), False)])
def test_pictures_at_perplexity_are_known_of_one_size(
    counter: Counter, table: PriceTable, size: tuple[int, int], *, is_sure: bool
) -> None:
    image = Media("image", width=size[0], height=size[1])
    request = Request(api="openai-chat", messages=(Message("user", (Text("One"), image)),))
    counted = counter.request(request, target_of(table, "sonar", "perplexity", DAY))
    assert counted.tokens == 1 + 1 + 128  # with the one token of June 2026
    assert (counted.high is not None and counted.high < 300) is is_sure
