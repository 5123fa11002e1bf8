"""What OpenAI's models read of a request: functions, schemas, calls, images."""

from __future__ import annotations

import pytest

from openai_segments import CALLED, CITY, TOOL, added, chat, message_of, responses, subject, texts
from tokencost_profiles.calls.content import Media, Request, Schema, ToolCall
from tokencost_profiles.providers.requests import openai_chat, openai_responses
from tokencost_profiles.tokens.prompt_formats.openai import PROMPT_FORMAT
from tokencost_profiles.tokens.prompt_formats.openai.calls import arguments
from tokencost_profiles.tokens.prompt_formats.openai.media_tokens import (
    image_tokens,
    media_segments,
)
from tokencost_profiles.tokens.prompt_formats.openai.schema import schema_text


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
