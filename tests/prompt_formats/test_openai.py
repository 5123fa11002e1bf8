"""What OpenAI's models read of a request: functions, schemas, calls, images."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tokencost_profiles.calls.content import Media, Request, Schema, ToolCall
from tokencost_profiles.providers.requests import openai_chat, openai_responses
from tokencost_profiles.tokens import prompt_rules as rules
from tokencost_profiles.tokens.prompt_formats import Segment, Subject
from tokencost_profiles.tokens.prompt_formats.openai import PROMPT_FORMAT
from tokencost_profiles.tokens.prompt_formats.openai.calls import arguments
from tokencost_profiles.tokens.prompt_formats.openai.media_tokens import (
    image_tokens,
    media_segments,
)
from tokencost_profiles.tokens.prompt_formats.openai.schema import schema_text
from tokencost_profiles.tokens.prompt_formats.openai.typescript import function_text

DAY = date(2026, 6, 1)
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {
    "type": "function",
    "function": {"name": "look_up", "description": "Look", "parameters": CITY},
}
CALLED: dict[str, Any] = {
    "role": "assistant",
    "tool_calls": [
        {"id": "a", "function": {"name": "look_up", "arguments": '{"city": "Ulm"}'}},
    ],
}


def subject(model: str, api: str, provider: str = "openai") -> Subject:
    values = rules.values("openai", model, provider, api, DAY)
    return Subject(model, provider, api, DAY, values)


def chat(model: str, *messages: dict[str, Any], **body: Any) -> list[Segment]:
    request = openai_chat.REQUEST_FORMAT.read({"messages": list(messages), **body})
    return list(PROMPT_FORMAT.render(request, subject(model, openai_chat.NAME)))


def responses(model: str, *items: dict[str, Any], **body: Any) -> list[Segment]:
    request = openai_responses.REQUEST_FORMAT.read({"input": list(items), **body})
    return list(PROMPT_FORMAT.render(request, subject(model, openai_responses.NAME)))


def message_of(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": text}


def added(segments: list[Segment]) -> float:
    return sum(segment.tokens for segment in segments)


def texts(segments: list[Segment]) -> list[str]:
    return [segment.text for segment in segments if segment.text]


def written(schema: dict[str, Any]) -> str:
    return function_text("f", "", schema)


@pytest.mark.parametrize(("model", "start"), [("gpt-4o", 3), ("gpt-5", 2), ("o3-mini", 2)])
def test_text_has_four_tokens_around_each_message(model: str, start: int) -> None:
    segments = chat(model, message_of("system", "Be brief."), message_of("user", "Hello"))
    assert added(segments) == start + 8
    assert texts(segments) == ["Be brief.", "Hello"]


def test_texts_of_one_message_are_read_as_one() -> None:
    parts = [{"type": "text", "text": "One."}, {"type": "text", "text": "Two."}]
    assert texts(chat("gpt-4o", {"role": "user", "content": parts})) == ["One.Two."]


def test_embeddings_are_read_bare() -> None:
    request = openai_chat.REQUEST_FORMAT.read({"messages": [message_of("user", "Hello")]})
    segments = list(PROMPT_FORMAT.render(request, subject("text-embedding-3-small", "texts")))
    assert [(segment.text, segment.tokens) for segment in segments] == [("Hello", 0)]


def test_function_without_parameters() -> None:
    assert function_text("now", "The time. ", None) == "// The time.\ntype now = () => any;\n\n"


def test_parameters_without_descriptions_stand_on_one_line() -> None:
    assert written(CITY) == "type f = (_: { city: string }) => any;\n\n"


def test_parameters_with_descriptions_stand_on_separate_lines() -> None:
    schema = {
        "title": "args",
        "properties": {
            "place": {"type": "string", "description": "Where"},
            "unit": {"type": "string", "enum": ["c", "f"], "default": "c"},
            "days": {"type": "integer", "minimum": 1, "maximum": 9},
            "tags": {"type": "array", "items": {"type": ["string", "null"]}},
        },
        "required": ["place"],
    }
    assert written(schema) == (
        "type f = (_: // args\n"
        "{\n"
        "// Where\n"
        "place: string,\n"
        'unit?: "c" | "f", // default: "c"\n'
        "days?: number, // minimum: 1, maximum: 9\n"
        "tags?: (string | null)[],\n"
        "}) => any;\n\n"
    )


def test_limits_stand_above_a_property_of_earlier_models_as_decimals() -> None:
    schema = {"properties": {"age": {"type": "integer", "minimum": 0, "maximum": 9.5}}}
    tool = {"type": "function", "function": {"name": "f", "parameters": schema}}
    earlier = "(_: {\n// minimum: 0.0, maximum: 9.5\nage?: number,\n}) => any"
    assert earlier in "".join(texts(chat("gpt-4o", message_of("user", "Hi"), tools=[tool])))
    later = "(_: {\nage?: number, // minimum: 0, maximum: 9.5\n}) => any"
    assert later in "".join(texts(chat("gpt-5", message_of("user", "Hi"), tools=[tool])))


def test_the_first_models_with_functions_read_no_titles_and_each_property_on_a_line() -> None:
    age = {"type": "integer", "title": "Age"}
    inner = {"type": "object", "properties": {"age": age}}
    schema = {"properties": {"age": age, "cats": {"type": "array", "items": inner}}}
    tool = {"type": "function", "function": {"name": "f", "parameters": schema}}
    first = "".join(texts(chat("gpt-4-0613", message_of("user", "Hi"), tools=[tool])))
    assert "(_: {\nage?: number,\ncats?: {\n  age?: number,\n}[],\n}) => any" in first
    later = "".join(texts(chat("gpt-4o", message_of("user", "Hi"), tools=[tool])))
    assert "(_: {\n// Age\nage?: number,\ncats?: {\n// Age\nage?: number,\n}[],\n}) => any" in later


def test_choices_of_an_array_stand_in_brackets_and_objects_with_choices_do_not() -> None:
    choice = {"type": "string", "enum": ["a", "b"]}
    schema = {"properties": {"all": {"type": "array", "items": choice}}}
    assert '{ all?: ("a" | "b")[] }' in written(schema)
    item = {"type": "object", "properties": {"one": choice}, "required": ["one"]}
    schema = {"properties": {"all": {"type": "array", "items": item}}}
    assert '{ all?: { one: "a" | "b" }[] }' in written(schema)


def test_lines_of_a_description_are_comments_each_and_empty_ones_are_left_out() -> None:
    text = function_text("f", "\n  One\n\n    two\n", None)
    assert text.startswith("// One\n// two\ntype f")


def test_references_are_followed_and_circles_end() -> None:
    schema = {
        "properties": {"at": {"$ref": "#/$defs/Point"}, "tree": {"$ref": "#/$defs/Tree"}},
        "$defs": {
            "Point": {"type": "object", "properties": {"x": {"type": "number"}}},
            "Tree": {"type": "object", "properties": {"next": {"$ref": "#/$defs/Tree"}}},
        },
    }
    assert (
        written(schema)
        == "type f = (_: { at?: { x?: number }, tree?: { next?: any } }) => any;\n\n"
    )


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": 5, "b": None, "c": [1], "d": {"type": [3]}, "e": {"$ref": 5}}},
        {"properties": {"a": {"anyOf": [1, None]}, "b": {"type": "array", "items": [2]}}},
        {"properties": {"a": {"title": 3, "description": ["x"], "enum": []}}, "required": [{}]},
        {"properties": []},
    ],
)
def test_odd_schemas_are_written_somehow(schema: dict[str, Any]) -> None:
    assert written(schema).startswith("type f = (")
    assert schema_text(Schema(schema)).startswith("# Response Formats")


def test_deep_and_wide_schemas_end() -> None:
    deep: dict[str, Any] = {"type": "object", "properties": {}}
    schema = deep
    for _ in range(150):
        inner: dict[str, Any] = {"type": "object", "properties": {}}
        schema["properties"]["x"] = inner
        schema = inner
    assert "any" in written(deep)
    assert schema_text(Schema(deep))


def test_functions_stand_below_the_system_message_in_chat() -> None:
    alone = chat("gpt-4o", message_of("user", "Hi"), tools=[TOOL])
    below = chat(
        "gpt-4o", message_of("system", "Be brief."), message_of("user", "Hi"), tools=[TOOL]
    )
    assert "Be brief.\n\n" in texts(below)
    assert added(alone) == 3 + 4 + 9
    assert added(below) == 3 + 8 + 5
    assert texts(alone)[-1].startswith("namespace functions {\n\n// Look\ntype look_up")


def test_chat_adds_more_around_functions_of_gpt_5_than_responses() -> None:
    flat = {"type": "function", "name": "look_up", "description": "Look", "parameters": CITY}
    by_chat = chat("gpt-5", message_of("user", "Hi"), tools=[TOOL])
    by_responses = responses("gpt-5", message_of("user", "Hi"), tools=[flat])
    assert added(by_chat) - added(by_responses) == 82
    assert texts(by_chat) == texts(by_responses)


def test_a_function_that_must_be_called_is_named() -> None:
    forced = {"type": "function", "function": {"name": "look_up"}}
    free = chat("gpt-4o", message_of("user", "Hi"), tools=[TOOL])
    named = chat("gpt-4o", message_of("user", "Hi"), tools=[TOOL], tool_choice=forced)
    assert texts(named) == [*texts(free), "look_up"]
    assert added(named) - added(free) == 7


def test_calls_and_results_carry_the_name_and_compact_arguments() -> None:
    result = {"role": "tool", "tool_call_id": "a", "content": "Sunny"}
    segments = chat("gpt-4o", message_of("user", "Hi"), CALLED, result)
    assert texts(segments) == ["Hi", "functions.look_up", '{"city":"Ulm"}', "look_up", "Sunny"]
    assert added(segments) == 3 + 4 + 7 + 5


def test_calls_at_once_are_written_as_one() -> None:
    both = {**CALLED, "tool_calls": CALLED["tool_calls"] * 2}
    one = '{"recipient_name":"functions.look_up","parameters":{"city":"Ulm"}}'
    assert texts(chat("gpt-5", both)) == [f'{{"tool_uses":[{one},{one}]}}']
    spaced = one.replace('":"Ulm', '": "Ulm')
    assert texts(chat("gpt-4o", both)) == [f'{{"tool_uses":[{spaced},{spaced}]}}']


@pytest.mark.parametrize(
    ("sent", "read"),
    [('{"c":21,"sky":"clear"}', '{"c": 21, "sky": "clear"}'), ("5", "5"), ("red", '"red"')],
)
def test_results_of_calls_at_once_are_values_of_json(sent: str, read: str) -> None:
    (called,) = CALLED["tool_calls"]
    result = {"role": "tool", "tool_call_id": "a", "content": sent}
    both = {**CALLED, "tool_calls": [called, {**called, "id": "b"}]}
    assert texts(chat("gpt-4o", both, result))[-1] == read
    assert texts(chat("gpt-4o", CALLED, result))[-1] == sent
    assert texts(chat("gpt-5", both, result))[-1] == sent


def test_responses_items_of_calls_at_once_are_put_together() -> None:
    item = {"type": "function_call", "name": "f", "arguments": "{}", "call_id": "a"}
    assert len(texts(responses("gpt-5.4", item, item))) == 1
    assert len(texts(responses("gpt-5", item, item))) == 4


def test_calls_that_come_back_with_their_id_count_more() -> None:
    item = {"type": "function_call", "name": "f", "arguments": "{}", "call_id": "a"}
    plain = added(responses("gpt-4.1", message_of("user", "Hi"), item))
    assert (
        added(responses("gpt-4.1", message_of("user", "Hi"), {**item, "id": "fc_1"})) - plain == 3
    )
    items = [item, {**item, "call_id": "b"}]
    at_once = [{**one, "id": f"fc_{one['call_id']}"} for one in items]
    assert added(responses("gpt-4.1", *at_once)) == added(responses("gpt-4.1", *items))
    odd = responses("gpt-4.1", message_of("user", "Hi"), item, kept_calls="many")
    assert added(odd) == plain


def test_arguments_that_are_no_json_stay_as_they_are() -> None:
    assert arguments(ToolCall("f", '{"a": 1, "b": [2]}')) == '{"a":1,"b":[2]}'
    assert arguments(ToolCall("f", {"a": 1})) == '{"a":1}'
    assert arguments(ToolCall("f", "not { json")) == "not { json"


def test_a_schema_leaves_out_what_is_only_enforced() -> None:
    schema = {
        "type": "object",
        "properties": {"required": {"type": "string", "minLength": 2}},
        "required": ["required"],
        "additionalProperties": False,
    }
    text = schema_text(Schema(schema, "note", "A note"))
    assert text == (
        "# Response Formats\n\n## note\n\n// A note\n"
        '{"type":"object","properties":{"required":{"type":"string"}}}'
    )


def test_a_form_in_chat() -> None:
    form = {"type": "json_schema", "json_schema": {"name": "note", "schema": CITY}}
    segments = chat("gpt-4o", message_of("user", "Hi"), response_format=form)
    assert added(segments) == 3 + 4 + 6
    assert texts(segments)[-1] == "note"
    assert added(chat("gpt-5", message_of("user", "Hi"), response_format=form)) == 2 + 4 + 4


@pytest.mark.parametrize(
    ("model", "width", "height", "detail", "tokens"),
    [
        ("gpt-4o", 1, 1, None, 255),
        ("gpt-4o", 3008, 2000, None, 1105),
        ("gpt-4o", 3008, 2000, "low", 85),
        ("gpt-4o-mini", 512, 512, None, 8500),
        ("gpt-5", 50, 50, None, 210),
        ("gpt-4.1-nano", 540, 360, None, 503),
        ("gpt-5-mini", 597, 566, None, 413),
        ("gpt-4.1-mini", 10_000, 10_000, None, 2466),
        ("gpt-5.6-sol", 330, 291, "auto", 133),
        ("gpt-5.6-sol", 4096, 4096, "auto", 19_662),
        ("gpt-5.6-sol", 4096, 4096, "high", 3001),
        ("gpt-5.6-sol", 4096, 4096, "more", 19_662),
    ],
)
def test_images(model: str, width: int, height: int, detail: str | None, tokens: int) -> None:
    values = subject(model, openai_responses.NAME).rules
    media = Media("image", width=width, height=height, detail=detail)
    assert image_tokens(media, values) == tokens


def test_sound_counts_by_the_second_even_where_its_header_is_unfinished() -> None:
    values = subject("gpt-audio-mini", openai_chat.NAME).rules
    (segment,) = media_segments(Media("audio", seconds=4.32, size=69_120), values)
    assert segment.tokens == 47
    (segment,) = media_segments(Media("audio", seconds=89_478.0, size=96_000), values)
    assert segment.tokens == 23


def test_a_document_is_its_text_and_what_stands_around_it() -> None:
    values = subject("gpt-5", openai_responses.NAME).rules
    (segment,) = media_segments(Media("document", text="Report", pages=1), values)
    assert (segment.text, segment.tokens, segment.warning) == ("Report", 9, None)
    (segment,) = media_segments(Media("document"), values)
    assert segment.warning == "length of the document not known: taken as empty, 9 tokens"


def test_a_document_stands_apart_in_chat() -> None:
    document = {"type": "file", "file": {"file_data": "data:text/plain;base64,SGk="}}
    text = {"type": "text", "text": "Read this."}
    alone = added(chat("gpt-4o", {"role": "user", "content": [document]}))
    beside = added(chat("gpt-4o", {"role": "user", "content": [text, document]}))
    assert (alone, beside) == (3 + 216, 3 + 4 + 216)


def test_images_alone_count_more_than_beside_text() -> None:
    image = {"type": "input_image", "image_url": {"width": 330, "height": 291, "bytes": 9825}}
    text = {"type": "input_text", "text": "What is it?"}
    alone = added(responses("gpt-5.6", {"role": "user", "content": [image]}))
    beside = added(responses("gpt-5.6", {"role": "user", "content": [text, image]}))
    assert alone - beside == 1


def test_a_known_answer() -> None:
    call = {"function": {"name": "look_up", "arguments": '{"city": "Ulm"}'}}
    request: Request = openai_chat.REQUEST_FORMAT.read(
        {"messages": [{"role": "assistant", "content": "Sure", "tool_calls": [call]}]}
    )
    assert PROMPT_FORMAT.answer is not None
    segments = list(PROMPT_FORMAT.answer(request, subject("gpt-4o", openai_chat.NAME)))
    assert texts(segments) == ["Sure", "functions.look_up", '{"city":"Ulm"}']
    assert added(segments) == 6


def test_thinking_before_the_last_user_message_is_dropped() -> None:
    thought = {"type": "reasoning", "summary": [{"text": "Hm"}], "encrypted_content": "x" * 1200}
    dropped = responses("gpt-5", thought, message_of("user", "Hi"))
    assert texts(dropped) == ["Hi"]
    assert added(dropped) == 2 + 4
    call = {"type": "function_call", "name": "f", "arguments": "{}", "call_id": "a"}
    read = responses("gpt-5", message_of("user", "Hi"), thought, call)
    assert added(read) == pytest.approx(2 + 4 + (1200 - 800) / 6.8 + 9)
    assert any(segment.warning for segment in read)


def test_openrouter_sends_gpt_4_1_on_as_to_responses() -> None:
    def sent(model: str) -> float:
        body = {"messages": [message_of("user", "Hi"), CALLED], "tools": [TOOL]}
        values = subject(model, openai_chat.NAME, "openrouter")
        return added(list(PROMPT_FORMAT.render(openai_chat.REQUEST_FORMAT.read(body), values)))

    assert sent("gpt-4.1-mini") == 3 + 4 + 3 + 5
    assert sent("gpt-4o") == 3 + 4 + 9 + 7


def test_functions_that_are_declared_later_stand_in_a_namespace_each() -> None:
    look_up = {"type": "function", "name": "look_up", "description": "Look", "parameters": CITY}
    item = {"type": "additional_tools", "role": "developer", "tools": [look_up, "odd"]}
    *_, segment = responses("gpt-5.4", message_of("user", "Hi"), item)
    assert segment.text == (
        "namespace look_up {\n\n// Look\ntype look_up = (_: { city: string }) => any;\n\n"
        "} // namespace look_up"
    )
    assert segment.tokens == 82
    *_, odd = responses("gpt-5.4", {"type": "additional_tools", "tools": 5})
    assert odd.text == ""


def test_an_empty_answer_is_an_answer() -> None:
    empty = {"role": "assistant", "content": [{"type": "output_text", "text": ""}]}
    assert added(responses("gpt-5", empty)) == added(responses("gpt-5", message_of("user", ""))) + 2


@pytest.mark.parametrize("seal", ["<opaque chars=1480 sha256=ab>", "x" * 1480])
def test_a_seal_that_a_recording_describes_has_its_length(seal: str) -> None:
    thought = {"type": "reasoning", "summary": [], "encrypted_content": seal}
    segments = responses("gpt-5", message_of("user", "Hi"), thought)
    (segment,) = [one for one in segments if one.kind == "thinking"]
    assert segment.tokens == pytest.approx(100)


def test_thinking_without_its_content_has_a_range() -> None:
    for summary, seal in (([], ""), ([{"text": "Hm"}], ""), ([], "redacted")):
        thought = {"type": "reasoning", "summary": summary, "encrypted_content": seal}
        segments = responses("gpt-5", message_of("user", "Hi"), thought)
        (segment,) = [one for one in segments if one.kind == "thinking"]
        assert segment.low is not None
        assert segment.high is not None
        assert segment.warning
        assert 0 < segment.low <= segment.tokens < segment.high
