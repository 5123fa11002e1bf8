"""What Gemini is billed for: texts alone, or what the model reads, by where and which it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from gemini_counts import CALL, DAY, FERRY, NEW, NEWEST, OLD, RESULT, TURN, WITH_FERRY, count, words
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.content import ASSISTANT, Message, Request, Text, Tool, ToolCall
from tokencost_profiles.providers import requests
from tokencost_profiles.tokens.counter import Counter, Target
from tokencost_profiles.tokens.prompt_formats.gemini import classic, python
from tokencost_profiles.tokens.prompt_formats.gemini import declaration as declared


@pytest.fixture(scope="module")
def counter(cache: Path) -> Counter:
    return Counter(cache)


@pytest.mark.parametrize(
    ("model", "provider", "frame"),
    [(OLD, "google", 0), (NEW, "google", 1), (NEWEST, "google", 1), (NEW, "vertex", 0)],
)
def test_a_content_with_a_role_is_framed_on_the_newer_api(
    counter: Counter, model: str, provider: str, frame: int
) -> None:
    plain = words(counter, "To Skye, please")
    assert count(counter, {"contents": [TURN]}, model, provider).tokens == plain + frame
    bare = {"contents": [TURN], "systemInstruction": {"parts": [{"text": "Be brief."}]}}
    more = words(counter, "Be brief.")
    assert count(counter, bare, model, provider).tokens == plain + more + frame


@pytest.mark.parametrize(("model", "tokens"), [(OLD, 1), (NEW, 2 + 1), (NEWEST, 2 + 1)])
def test_the_vocabulary_up_to_2_0_is_older(counter: Counter, model: str, tokens: int) -> None:
    request = requests.read({"contents": [{"role": "user", "parts": [{"text": "rainy"}]}]})
    assert request is not None
    family = PriceTable.load().find(model, "google").model.tokenizer
    assert counter.request(request, Target(model, "google", family, DAY)).tokens == tokens


def test_functions_are_python_for_2_5() -> None:
    schema = (
        b'{"required":["port","days"],"properties":{"port":{"type":"STRING","description":"From"},'
        b'"days":{"type":"ARRAY","items":{"type":"STRING","enum":["sat","sun"]}},'
        b'"car":{"type":"OBJECT","description":"A car","properties":{"long":{"type":"NUMBER"}}},'
        b'"extra":{"type":"object","additionalProperties":{"type":"integer"}}}}'
    )
    assert python.declaration("find_ferry", "Finds", schema) == (
        "@dataclasses.dataclass(kw_only=True)\nclass FindFerryCar:\n"
        '  """A car\n\n  Attributes:\n    long: \n  """\n'
        "  long: float | None = None\n"
        "def find_ferry(\n    port: str,\n    days: list[Literal['sat', 'sun']],\n"
        "    car: FindFerryCar | None = None,\n    extra: dict[str, int] | None = None,\n"
        ') -> dict:\n  """Finds\n\n  Args:\n'
        '    port: From\n    days: \n    car: A car\n    extra: \n  """\n'
    )


def test_keywords_that_no_call_holds_widen_the_range(counter: Counter) -> None:
    known = {**FERRY["parameters"], "title": "Ferry", "additionalProperties": False}
    assert declared.unsure_tokens(known) == 0
    nested = {"type": "ARRAY", "items": {"properties": {"a": {"minimum": 1}}}}
    assert 0 < declared.unsure_tokens(nested) < 5
    choice = {**FERRY["parameters"], "anyOf": [{"type": "STRING"}] * 20}
    tool = {**FERRY, "parameters": choice}
    body = {"contents": [TURN], "tools": [{"functionDeclarations": [tool]}]}
    counted = count(counter, body, NEWEST)
    assert counted.low < counted.tokens - 100 < counted.tokens + 100 < (counted.high or 0)


def test_the_form_of_an_answer_on_vertex_has_a_range(counter: Counter) -> None:
    config = {"responseSchema": FERRY["parameters"]}
    body = {"contents": [TURN], "generationConfig": config}
    counted = count(counter, body, NEWEST, "vertex")
    assert counted.kinds["schema"] > 50
    assert counted.low + 15 < counted.tokens < (counted.high or 0) - 30


def test_what_may_be_null_is_written_without() -> None:
    schema = (
        b'{"required":["a","b"],"properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]},'
        b'"b":{"type":["integer","null"]},"c":{"anyOf":[{"type":"null"}]}}}'
    )
    written = python.declaration("go", "", schema)
    assert "(\n    a: str,\n    b: int,\n    c: None | None = None,\n)" in written


def test_a_request_that_asks_for_its_count(counter: Counter) -> None:
    asked = {"generateContentRequest": {"model": f"models/{NEW}", **WITH_FERRY}}
    assert count(counter, asked).tokens == count(counter, WITH_FERRY).tokens


def test_schemas_that_refer_to_themselves_end() -> None:
    schema = (
        b'{"$defs":{"Node":{"type":"object","properties":{"next":{"$ref":"#/$defs/Node"}}}},'
        b'"properties":{"start":{"$ref":"#/$defs/Node"}}}'
    )
    written = python.declaration("walk", "", schema)
    assert written.count("class Walk") == 5
    branching = '"N":{"anyOf":[{"$ref":"#/$defs/N"},{"$ref":"#/$defs/N"},{"$ref":"#/$defs/N"}]}'
    many = f'{{"$defs":{{{branching}}},"properties":{{"start":{{"$ref":"#/$defs/N"}}}}}}'
    assert len(python.declaration("walk", "", many.encode())) < 100_000


def test_functions_are_declarations_for_3(counter: Counter) -> None:
    request = requests.read(WITH_FERRY)
    assert request is not None
    tool = request.tools[0]
    written = declared.declaration(tool).replace(declared.SPECIAL, "|")
    assert written == (
        "|declaration:find_ferry{description:|Finds a ferry|,parameters:{properties:{"
        "cars:{type:|INTEGER|},port:{description:|Where from|,type:|STRING|}},"
        "required:[|port|],type:|OBJECT|}}|"
    )
    blocks = [block for block in written.split("|") if block]
    specials = written.count("|")
    counted = count(counter, WITH_FERRY, NEWEST)
    assert counted.tokens == 1 + words(counter, "To Skye, please", *blocks) + specials


def test_titles_count_in_raw_schemas_alone() -> None:
    schema = {"type": "object", "title": "Trip", "additionalProperties": False}
    raw = Tool("go", parameters=schema, raw={"parameters": schema})
    other = Tool("go", parameters=schema, raw={"parametersJsonSchema": schema})
    assert "title" in declared.declaration(raw)
    assert "title" not in declared.declaration(other)
    assert "additional" not in declared.declaration(raw)


def test_texts_without_punctuation_up_to_2_0(counter: Counter) -> None:
    request = requests.read(WITH_FERRY)
    assert request is not None
    tool = request.tools[0]
    leaves = [text for text in classic.declaration(tool) if text]
    assert leaves == [
        "find_ferry",
        "Finds a ferry",
        "STRING",
        "port",
        "port",
        "STRING",
        "Where from",
        "cars",
        "STRING",
    ]
    counted = count(counter, WITH_FERRY, OLD)
    assert counted.tokens == words(counter, "To Skye, please", *leaves)
    json_schema = {**FERRY, "parametersJsonSchema": FERRY["parameters"]}
    del json_schema["parameters"]
    body = {"contents": [TURN], "tools": [{"functionDeclarations": [json_schema]}]}
    assert count(counter, body, OLD).kinds["tools"] == words(counter, "find_ferry", "Finds a ferry")


@pytest.mark.parametrize(
    ("model", "texts", "specials"),
    [
        (OLD, ["find_ferry", "port", "Mallaig", "cars", "2", "find_ferry", "seat", "none"], 0),
        (
            NEW,
            [
                'print(default_api.find_ferry(port = "Mallaig", cars = 2))',
                '{"find_ferry_response": {"seat": "none"}}',
            ],
            0,
        ),
        (
            NEWEST,
            [
                "call:find_ferry{cars:2,port:",
                "Mallaig",
                "}",
                "response:find_ferry{seat:",
                "none",
                "}",
            ],
            8,
        ),
    ],
)
def test_calls_and_results(counter: Counter, model: str, texts: list[str], specials: int) -> None:
    contents = [TURN, {"role": "model", "parts": [CALL]}, {"role": "user", "parts": [RESULT]}]
    assert count(counter, {"contents": contents}, model).kinds["calls"] == (
        words(counter, *texts) + specials
    )


def test_the_form_of_the_answer(counter: Counter) -> None:
    config = {"responseMimeType": "application/json", "responseSchema": FERRY["parameters"]}
    body = {"contents": [TURN], "generationConfig": config}
    assert count(counter, body, NEW).kinds.get("schema", 0) == 0
    assert count(counter, body, OLD).kinds["schema"] > 0
    config = {"responseJsonSchema": FERRY["parameters"]}
    assert count(counter, {**body, "generationConfig": config}, OLD).kinds.get("schema", 0) == 0


def test_thoughts(counter: Counter) -> None:
    sealed = {**CALL, "thoughtSignature": "A" * 1000}
    loop = [TURN, {"role": "model", "parts": [sealed]}, {"role": "user", "parts": [RESULT]}]
    counted = count(counter, {"contents": loop}, NEWEST)
    assert 150 < counted.kinds["thinking"] < 220
    assert any("guessed" in warning for warning in counted.warnings)
    assert count(counter, {"contents": [*loop, TURN]}, NEWEST).kinds.get("thinking", 0) == 0
    thought = {"role": "model", "parts": [{"text": "Let me see", "thought": True}]}
    counted = count(counter, {"contents": [TURN, thought]}, NEW)
    assert counted.kinds["thinking"] == words(counter, "Let me see")


def sealed_turn(size: int) -> list[dict[str, Any]]:
    call = {**CALL, "thoughtSignature": f"<opaque chars={size} sha256=ab>"}
    return [TURN, {"role": "model", "parts": [call]}, {"role": "user", "parts": [RESULT]}]


def recorded(
    counter: Counter, model: str, provider: str, contents: list[dict[str, Any]], streamed: bool
) -> float:
    request = requests.read({"contents": contents})
    assert request is not None
    if streamed:
        options = {**request.options, "streamed": True}
        request = msgspec.structs.replace(request, options=options)
    counted = counter.request(request, Target(model, provider, "gemini", DAY))
    return counted.kinds.get("thinking", 0)


@pytest.mark.parametrize(
    ("model", "provider", "streamed", "current", "earlier"),
    [
        (NEW, "google", False, False, False),
        (NEW, "google", True, True, False),
        (NEW, "vertex", False, True, True),
        (NEW, "vertex", True, True, False),
        (NEWEST, "google", False, True, False),
        ("gemini-3.6-flash", "google", False, True, True),
    ],
)
def test_whose_sealed_thoughts_are_billed(
    counter: Counter, model: str, provider: str, streamed: bool, current: bool, earlier: bool
) -> None:
    loop = sealed_turn(1000)
    assert bool(recorded(counter, model, provider, loop, streamed)) == current
    assert bool(recorded(counter, model, provider, [*loop, TURN], streamed)) == earlier


def test_what_the_provider_ran_is_not_billed_again(counter: Counter) -> None:
    code = {"executableCode": {"language": "PYTHON", "code": "print(1)"}}
    parts = [code, {"codeExecutionResult": {"output": "1"}}, {"toolResponse": {"response": {}}}]
    body = {"contents": [TURN, {"role": "model", "parts": parts}, TURN]}
    bare = {"contents": [TURN, {"role": "model", "parts": []}, TURN]}
    assert count(counter, body, NEWEST).tokens == count(counter, bare, NEWEST).tokens


def test_what_stands_in_for_a_signature(counter: Counter) -> None:
    empty = {"role": "model", "parts": [{"thought": True, "thoughtSignature": "A" * 400}]}
    assert count(counter, {"contents": [TURN, empty, TURN]}, NEWEST).kinds.get("thinking", 0) == 0
    loop = sealed_turn(44)  # a stand-in that the API accepts: nothing was thought
    assert recorded(counter, NEWEST, "google", loop, False) == 0
    loop[1]["parts"][0]["thoughtSignature"] = "signature_REDACTED_1"
    assert 50 < recorded(counter, NEW, "google", loop, True) < 100


def test_the_order_of_properties_and_what_is_returned(counter: Counter) -> None:
    ordered = {**FERRY["parameters"], "propertyOrdering": ["port", "cars"]}
    returned = {"type": "OBJECT", "properties": {"seat": {"type": "STRING"}}}
    plain = Tool("go", parameters=FERRY["parameters"], raw={"parameters": 1})
    both = Tool("go", parameters=ordered, raw={"parameters": 1, "response": returned})
    written = declared.declaration(both).replace(declared.SPECIAL, "|")
    assert "Ordering" not in written
    assert written.endswith(",response:{properties:{seat:{type:|STRING|}},type:|OBJECT|}}|")
    texts = [text for text in classic.declaration(both) if text]
    assert texts[-3:] == ["STRING", "seat", "STRING"]
    assert len(texts) == len([text for text in classic.declaration(plain) if text]) + 2 + 3
    assert ") -> bool:" in python.declaration("go", "", b"{}", b'{"type":"BOOLEAN"}')


def test_numbers_of_a_schema_count_up_to_2_0() -> None:
    schema = {"type": "INTEGER", "minimum": 1, "maximum": 90, "example": 3, "title": "Age"}
    assert [text for text in classic.schema(schema) if text] == ["STRING", "Age", "3", "1", "90"]
    assert [text for text in classic.schema(schema, False) if text] == ["STRING", "Age", "3"]


def test_arguments_are_written_as_python_for_2_5() -> None:
    arguments = {"to": ["Rum", "Eigg"], "car": None, "back": True, "who": {"name": "Jo", "age": 9}}
    assert python.call(ToolCall("go", arguments)) == (
        'print(default_api.go(to = ["Rum", "Eigg"], car = None, back = True,'
        ' who = {"name": "Jo", "age": 9}))'
    )


def test_on_vertex_the_names_of_the_fields_count_since_2026(counter: Counter) -> None:
    bare = {"name": "go", "description": "Goes", "parametersJsonSchema": {"type": "object"}}
    body = {"contents": [TURN], "tools": [{"functionDeclarations": [bare, bare]}]}
    tools = words(counter, "go", "Goes", "type", "object")
    assert count(counter, body, NEWEST, "vertex").kinds["tools"] == 2 * tools + 3 + 2 * 3
    contents = [TURN, {"role": "model", "parts": [CALL]}, {"role": "user", "parts": [RESULT]}]
    texts = ("find_ferry", "port", "Mallaig", "cars", "2", "find_ferry", "seat", "none")
    counted = count(counter, {"contents": contents}, NEWEST, "vertex")
    assert counted.kinds["calls"] == words(counter, *texts) + 4 + 4


def test_answers(counter: Counter) -> None:
    blocks = (Text("Done."), ToolCall("find_ferry", {"port": "Mallaig"}))
    answer = Request(api="gemini", messages=(Message(ASSISTANT, blocks),))
    assert counter.answer(answer, Target(NEW, "google", "gemini", DAY)).tokens == words(
        counter, "Done.", 'print(default_api.find_ferry(port = "Mallaig"))'
    )
    assert counter.answer(answer, Target(NEWEST, "google", "gemini", DAY)).tokens == (
        words(counter, "Done.", "call:find_ferry{port:", "Mallaig", "}") + 4 + 2
    )


@pytest.mark.parametrize("model", [OLD, NEW, NEWEST])
def test_nothing_in_a_body_makes_it_fail(counter: Counter, model: str) -> None:
    deep: dict[str, Any] = {}
    for _ in range(120):
        deep = {"type": "object", "properties": {"x": deep}}
    odd = {"type": ["a", 3], "properties": [1], "required": {"a": 1}, "enum": 5, "anyOf": {"x": 1}}
    mixed = {"properties": {"a": 5, "b": None, "c": {"enum": [{"x": 1}, None], "type": 7}}}
    for schema in (deep, odd, mixed):
        tools = [{"functionDeclarations": [{"name": "f", "parameters": schema}]}]
        config = {"responseSchema": schema, "mediaResolution": 5}
        body = {"contents": [TURN], "tools": tools, "generationConfig": config}
        assert count(counter, body, model).tokens > 0
    parts = [None, 7, {"functionCall": {"name": 5, "args": [1]}}, {"inlineData": {"data": 5}}]
    body = {"contents": [5, None, {"parts": 5}, {"parts": parts}], "systemInstruction": 5}
    assert count(counter, body, model).tokens >= 0
