"""Schemas, results and pictures as single hosts write or bill them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from host_requests import CALL, DAY, GPT_OSS, PARAMETERS, QUESTION, ROUND, TOOL
from tokencost_pricing.table import PriceTable
from tokencost_profiles.accuracy.compare_counts import target_of
from tokencost_profiles.calls.content import Media, Message, Request, Text, Tool
from tokencost_profiles.providers.requests import read
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.tokens.markup import harmony_library
from tokencost_profiles.tokens.markup.kimi_types import declarations


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
def test_images_at_perplexity_are_known_of_one_size(
    counter: Counter, table: PriceTable, size: tuple[int, int], *, is_sure: bool
) -> None:
    image = Media("image", width=size[0], height=size[1])
    request = Request(api="openai-chat", messages=(Message("user", (Text("One"), image)),))
    counted = counter.request(request, target_of(table, "sonar", "perplexity", DAY))
    assert counted.tokens == 1 + 1 + 128  # with the one token of June 2026
    assert (counted.high is not None and counted.high < 300) is is_sure
