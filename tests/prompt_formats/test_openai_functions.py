"""Functions as OpenAI's models read them: a namespace of TypeScript."""

from __future__ import annotations

from typing import Any

import pytest

from openai_segments import CITY, TOOL, added, chat, message_of, responses, texts
from tokencost_profiles.calls.content import Schema
from tokencost_profiles.tokens.prompt_formats.openai.schema import schema_text
from tokencost_profiles.tokens.prompt_formats.openai.typescript import function_text


def written(schema: dict[str, Any]) -> str:
    return function_text("f", "", schema)


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
