"""What Claude is billed for: the text it reads of a request, and what stands around it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_profiles.calls.content import ASSISTANT, Message, Request, Text, Tool, ToolCall
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.prompt_count import PromptCount
from tokencost_profiles.tokens.prompt_formats.anthropic import media_tokens as image_tokens
from tokencost_profiles.tokens.prompt_formats.anthropic import tools

DAY = date(2026, 10, 1)
HAIKU, SONNET_5, OPUS_5 = "claude-haiku-4-5", "claude-sonnet-5", "claude-opus-5"
FAMILIES = {HAIKU: "claude-3", SONNET_5: "claude-4.8", OPUS_5: "claude-5"}
WEATHER = {
    "name": "weather",
    "description": "Tells the weather — now.",
    "input_schema": {
        "type": "object",
        "required": ["town"],
        "properties": {"town": {"type": "string"}},
    },
}
CALL = {"type": "tool_use", "id": "c1", "name": "weather", "input": {"town": "Bonn"}}
RESULT = {"type": "tool_result", "tool_use_id": "c1", "content": "rain"}


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache)


def turns(*contents: Any) -> list[dict[str, Any]]:
    roles = ("user", "assistant")
    return [{"role": roles[at % 2], "content": content} for at, content in enumerate(contents)]


def counted(counter: Counter, model: str = HAIKU, **body: Any) -> PromptCount:
    request = requests.read({"model": model, "max_tokens": 9, **body})
    assert request is not None
    assert request.api == "anthropic"
    return counter.request(request, Target(model, "anthropic", FAMILIES.get(model), DAY))


def total(counter: Counter, *contents: Any, model: str = HAIKU, **body: Any) -> int:
    return counted(counter, model, messages=turns(*contents), **body).tokens


def only(tool: dict[str, Any]) -> Tool:
    request = requests.read({"model": HAIKU, "messages": turns("a"), "tools": [tool]})
    assert request is not None
    return request.tools[0]


@pytest.mark.parametrize(
    ("model", "contents", "expected"),
    [
        (HAIKU, ["a"], 8),
        (HAIKU, ["a", "b", "c"], 16),
        (SONNET_5, ["a"], 7),
        (SONNET_5, ["a", "b", "c"], 13),
        (HAIKU, ["a", "b"], 9),  # the answer goes on where the assistant stopped
    ],
)
def test_frame(counter: Counter, model: str, contents: list[str], expected: int) -> None:
    assert total(counter, *contents, model=model) == expected


def test_blocks_of_text_run_into_each_other(counter: Counter) -> None:
    blocks = [{"type": "text", "text": "every"}, {"type": "text", "text": "one"}]
    assert total(counter, blocks) == total(counter, "everyone")


def test_neighbours_of_one_role_are_one_turn(counter: Counter) -> None:
    messages = [{"role": "user", "content": text} for text in ("one", "two")]
    assert counted(counter, messages=messages).tokens == total(counter, "one\ntwo")


def test_a_system_prompt_costs_its_text(counter: Counter) -> None:
    alone, with_system = total(counter, "a"), total(counter, "a", system="Be kind")
    assert with_system - alone == counter.text("Be kind", "claude-3")
    newer = total(counter, "a", model=SONNET_5, system="Be kind") - 7
    assert newer == counter.text("Be kind", "claude-4.8") + 1


def test_what_a_client_says_for_the_bill_is_not_read(counter: Counter) -> None:
    header = {"type": "text", "text": "x-anthropic-billing-header: version=1;"}
    kind = {"type": "text", "text": "Be kind"}
    assert total(counter, "a", system=[header, kind]) == total(counter, "a", system=[kind])


def test_a_tool_is_one_line_of_json_with_sorted_keys() -> None:
    tool = Tool("weather", "Tells — all", {"type": "object", "properties": {}})
    assert tools.definition(tool) == (
        '<function>{"description": "Tells \\u2014 all", "name": "weather", '
        '"parameters": {"properties": {}, "type": "object"}}</function>\n'
    )


def test_tools_cost_a_fixed_text_and_their_definitions(counter: Counter) -> None:
    line = counter.text(tools.definition(only(WEATHER)), "claude-3")
    one = total(counter, "a", tools=[WEATHER])
    assert one == 8 + 497 + line
    # A line end between two definitions counts; the last one runs into what follows.
    assert total(counter, "a", tools=[WEATHER, WEATHER]) == one + line + 1


@pytest.mark.parametrize(
    ("choice", "more"),
    [
        ({"type": "auto"}, 0),
        ({"type": "none"}, 0),
        ({"type": "any"}, 92),
        ({"type": "tool", "name": "weather"}, 95),
        ({"type": "auto", "disable_parallel_tool_use": True}, -208),
    ],
)
def test_the_choice_of_a_tool(counter: Counter, choice: dict[str, Any], more: int) -> None:
    free = total(counter, "a", tools=[WEATHER])
    assert total(counter, "a", tools=[WEATHER], tool_choice=choice) - free == more


def test_a_deferred_tool_costs_nothing_until_it_is_loaded(counter: Counter) -> None:
    late = {**WEATHER, "name": "late", "defer_loading": True}
    assert total(counter, "a", tools=[WEATHER, late]) == total(counter, "a", tools=[WEATHER])
    referenced = {**RESULT, "content": [{"type": "tool_reference", "tool_name": "late"}]}
    empty = {**RESULT, "content": [{"type": "tool_reference", "tool_name": "nobody"}]}
    both = [
        total(counter, "a", [CALL], [one], tools=[WEATHER, late]) for one in (referenced, empty)
    ]
    assert both[0] - both[1] > counter.text(tools.definition(only(late)), "claude-3")


def test_calls_and_results_are_read_as_xml(counter: Counter) -> None:
    text = tools.calls_text([ToolCall("weather", '{"town": "Bonn", "days": [1, 2]}')])
    assert text.startswith("<function_calls>\n")
    assert text.count('invoke name="weather">\n') == text.count('parameter name="town">') == 1
    assert text.count(">Bonn<") == text.count(">[1, 2]<") == 1
    before = total(counter, "a", tools=[WEATHER])
    after = total(counter, "a", [CALL], [RESULT], tools=[WEATHER])
    written = tools.calls_text([ToolCall("weather", CALL["input"])])
    result = "<function_results>rain</function_results>"
    content = sum(counter.text(one, "claude-3") for one in (written, result))
    assert after - before == 2 * 3 + 3 + content


def test_several_results_are_named(counter: Counter) -> None:
    calls = [{**CALL, "id": f"c{n}"} for n in range(3)]
    results = [{**RESULT, "tool_use_id": f"c{n}"} for n in range(3)]
    one, two, three = (
        total(counter, "a", calls, results[:number], tools=[WEATHER]) for number in (1, 2, 3)
    )
    assert two - one > three - two > 20


def test_an_error_says_so(counter: Counter) -> None:
    wrong = {**RESULT, "is_error": True}
    fine, failed = (total(counter, "a", [CALL], [one], tools=[WEATHER]) for one in (RESULT, wrong))
    assert failed == fine + 8


def test_thinking_is_dropped_at_the_next_question(counter: Counter) -> None:
    thought = {"type": "thinking", "thinking": "one two three", "signature": "x"}
    on: dict[str, Any] = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    assert total(counter, "a", **on) == total(counter, "a") + 29
    answer = {"type": "text", "text": "b"}
    asked = total(counter, "a", [thought, answer], "c", **on)
    assert asked == total(counter, "a", "b", "c", **on)
    looped = total(counter, "a", [thought, CALL], [RESULT], tools=[WEATHER], **on)
    plain = total(counter, "a", [CALL], [RESULT], tools=[WEATHER], **on)
    assert looped == plain + 3 + 7


def test_the_form_of_an_answer_is_read_indented(counter: Counter) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    body: dict[str, Any] = {"output_config": {"format": {"type": "json_schema", "schema": schema}}}
    result = counted(counter, messages=turns("a"), **body)
    assert result.kinds["schema"] > 81 + counter.text("type object properties", "claude-3")


@pytest.mark.parametrize(
    ("width", "height", "expected"), [(1, 1, 1), (28, 28, 1), (29, 28, 2), (540, 360, 20 * 13)]
)
def test_an_image_is_counted_in_patches(width: int, height: int, expected: int) -> None:
    assert image_tokens.patches(width, height, 1568, 1568) == expected


def test_a_large_image_is_shrunk() -> None:
    assert image_tokens.patches(10_000, 100, 1568, 1568) == 56
    assert 1400 < image_tokens.patches(9000, 9000, 1568, 1568) <= 1568
    assert 4300 < image_tokens.patches(9000, 9000, 2576, 4784) <= 4784


def test_a_turn_of_opus_4_7_costs_more(counter: Counter) -> None:
    assert total(counter, "a", "a", "a", model="claude-opus-4-7") == 24


def test_a_space_ends_a_system_prompt_as_any_other_character_does(counter: Counter) -> None:
    model = "claude-sonnet-4-6"
    brief = total(counter, "a", model=model, system="Be brief.")
    assert total(counter, "a", model=model, system="Be brief. ") - brief == 1


def test_a_page_spells_ligatures_out(counter: Counter) -> None:
    def page(text: str) -> dict[str, Any]:
        data = {"media_type": "application/pdf", "bytes": 9, "pages": 1, "text": text}
        return {"type": "document", "source": {"type": "base64", "data": data}}

    assert total(counter, [page("of\ufb01ce")]) == total(counter, [page("office")])
    one, two = (total(counter, [page("office")] * times) for times in (1, 2))
    frame = total(counter, "a") - 1
    assert two - frame == 2 * (one - frame) + 1  # the first runs into the second


def test_images_and_documents(counter: Counter) -> None:
    source = {"type": "base64", "data": {"media_type": "image/png", "width": 56, "height": 28}}
    image = {"type": "image", "source": source}
    words = {"type": "text", "text": "a"}
    assert total(counter, [words, image]) == total(counter, "a") + 2 + 3
    assert total(counter, [image, words]) == total(counter, "a") + 2 + 3 + 1
    text = {"type": "text", "media_type": "text/plain", "data": "One. Two."}
    document = {"type": "document", "source": text}
    plain = total(counter, [words, document])
    assert plain == total(counter, "a") + 36 + counter.text("One. Two.", "claude-3")
    named = {**document, "citations": {"enabled": True}}
    assert total(counter, [words, named]) == plain + 481 + 2 * 16


def test_a_tool_of_the_provider_costs_what_was_measured(counter: Counter) -> None:
    known = {"type": "memory_20250818", "name": "memory"}
    result = counted(counter, messages=turns("a"), tools=[known])
    assert (result.kinds["tools"], result.warnings) == (497 + 1068, ())
    unknown = {"type": "levitate_20990101", "name": "levitate"}
    assert counted(counter, messages=turns("a"), tools=[unknown]).warnings


def test_a_known_answer(counter: Counter) -> None:
    call = ToolCall("weather", {"town": "Bonn"})
    written = counter.text(tools.calls_text([call]), "claude-3")
    target = Target(HAIKU, "anthropic", "claude-3", DAY)
    for blocks, choice, expected in (
        ((Text("a"),), None, 4),
        ((call,), None, written + 7),
        ((call,), "required", written - 9),
        ((call,), "weather", written - 12),
    ):
        message = Message(ASSISTANT, blocks)
        answer = Request(api="anthropic", messages=(message,), choice=choice)
        assert counter.answer(answer, target).tokens == expected


DEEP: dict[str, Any] = {}
for _ in range(300):
    DEEP = {"properties": DEEP}


@pytest.mark.parametrize("odd", [None, 1, "a", [1], {"": ""}, {"a": [{}]}, DEEP, {"enum": [None]}])
def test_nothing_that_a_body_may_hold_fails(counter: Counter, odd: Any) -> None:
    body: dict[str, Any] = {
        "system": odd,
        "tools": [odd, {"name": odd, "input_schema": odd, "type": "custom"}],
        "tool_choice": odd,
        "output_config": {"format": {"schema": odd}},
    }
    blocks = [
        odd,
        {"type": "image", "source": {"data": {"width": odd, "height": odd}}},
        {"type": "document", "title": odd, "source": {"data": {"pages": odd}}},
        {"type": "tool_use", "id": odd, "name": odd, "input": odd},
        {"type": "tool_result", "tool_use_id": odd, "content": [odd, {"type": "search_result"}]},
        {"type": "search_result", "content": odd},
        {"type": "tool_addition", "tool": odd},
    ]
    messages = [{"role": role, "content": blocks} for role in ("user", "assistant", "system")]
    for model, family in FAMILIES.items():
        request = requests.read({"model": model, "messages": messages, **body})
        assert request is not None
        assert counter.request(request, Target(model, "anthropic", family, DAY)).tokens


def test_the_last_sentence_of_a_cited_document_may_have_no_end(counter: Counter) -> None:
    def cited(text: str, *, is_cited: bool) -> int:
        source = {"type": "text", "media_type": "text/plain", "data": text}
        block = {"type": "document", "source": source, "citations": {"enabled": is_cited}}
        return total(counter, [block])

    added = cited("One. Two", is_cited=True) - cited("One. Two", is_cited=False)
    assert added == 481 + 2 * 16


@pytest.mark.parametrize(
    ("model", "day", "alone", "after"),
    [
        (HAIKU, date(2025, 11, 5), 28, 29),
        (HAIKU, DAY, 29, 30),
        ("claude-opus-4-6", DAY, 29, 29),
    ],
)
def test_thinking_by_what_stands_before_it(
    counter: Counter, model: str, day: date, alone: int, after: int
) -> None:
    def tokens(**body: Any) -> int:
        request = requests.read({"model": model, "messages": turns("a"), **body})
        assert request is not None
        return counter.request(request, Target(model, "anthropic", "claude-3", day)).tokens

    thinking = {"type": "enabled", "budget_tokens": 1024}
    assert tokens(thinking=thinking) - tokens() == alone
    assert tokens(system="b", thinking=thinking) - tokens(system="b") == after


def test_bedrock_sends_closed_objects_of_tools_on_as_open_ones(counter: Counter) -> None:
    def tokens(provider: str, **more: Any) -> int:
        schema = {
            "type": "object",
            "properties": {"town": {"type": "string"}},
            "required": ["town"],
        }
        schema.update(more)
        tool = {**WEATHER, "input_schema": schema}
        request = requests.read({"anthropic_version": "x", "messages": turns("a"), "tools": [tool]})
        assert request is not None
        return counter.request(request, Target(HAIKU, provider, "claude-3", DAY)).tokens

    assert tokens("bedrock", additionalProperties=False) < tokens("bedrock")
    assert tokens("anthropic", additionalProperties=False) > tokens("anthropic")
