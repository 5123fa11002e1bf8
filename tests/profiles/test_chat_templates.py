"""Chat templates of users: what they write, what they may not do, and how it is counted."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tokencost_pricing.errors import InputError, TokencostError, UsageError
from tokencost_profiles.calls.content import Request
from tokencost_profiles.providers.requests import read
from tokencost_profiles.tokens.chat_templates import sandbox
from tokencost_profiles.tokens.chat_templates.chat_template import ChatTemplate
from tokencost_profiles.tokens.chat_templates.template_file import TemplateFile, read_template
from tokencost_profiles.tokens.served_model import ServedModels, served_model

DAY = date(2026, 10, 1)
EXAMPLE = Path(__file__).parents[2] / "examples" / "served-model"
TOOL = {
    "type": "function",
    "function": {"name": "weather", "parameters": {"type": "object", "title": "Ort"}},
}
CALL = {
    "id": "a1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"city":"Oslo"}'},
}


def request(*messages: dict[str, Any], **more: Any) -> Request:
    asked = read({"messages": list(messages), **more})
    assert asked is not None
    return asked


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def write(source: str, asked: Request, **tokens: str) -> str:
    file = TemplateFile("chat.jinja", {"default": source}, tokens)
    return ChatTemplate(file).text(asked, DAY)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ bos_token }}{{ messages[0].content }}", "<s>Grüße <b>"),
        ("{%- for m in messages %}\n{{ m.role }}\n{%- endfor %}\n", "user"),
        ("{% if tools %}\n  x\n{% endif %}\n{{ tools | tojson }}", "null"),
        ("{{ messages | tojson }}", '[{"role": "user", "content": "Grüße <b>"}]'),
        ("{{ strftime_now('%d %b %Y') }}", "01 Oct 2026"),
        ("{% generation %}{{ messages[0].role }}{% endgeneration %}!", "user!"),
        ("{% for i in [1, 2] %}{% if i > 1 %}{% break %}{% endif %}{{ i }}{% endfor %}", "1"),
        ("{{ add_generation_prompt }} {{ documents }} {{ eos_token }}", "True None "),
        ("{{ 'a' ~ messages[0].role ~ 1 }}", "auser1"),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(messages | length) }}", "<1>"),
    ],
)
def test_names_of_a_template(source: str, text: str) -> None:
    assert write(source, request(user("Grüße <b>")), bos_token="<s>") == text


def test_a_template_gets_settings_of_the_body() -> None:
    settings = {"chat_template_kwargs": {"enable_thinking": False}, "documents": [{"text": "d"}]}
    asked = request(user("a"), **settings)
    assert write("{{ enable_thinking }} {{ documents[0].text }}", asked) == "False d"


def test_an_answer_that_goes_on_ends_where_it_ended() -> None:
    source = "{% for m in messages %}[{{ m.content }}]\n{% endfor %}>"
    answer = {"role": "assistant", "content": "Once upon"}
    asked = request(user("a"), answer, continue_final_message=True)
    assert write(source, asked) == "[a]\n[Once upon"


def test_parts_are_joined_unless_the_template_goes_through_them() -> None:
    asked = request(user([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]))
    assert write("{{ messages[0].content }}", asked) == "a\nb"
    looping = "{% for part in messages[0]['content'] %}({{ part.text }}){% endfor %}"
    assert write(looping, asked) == "(a)(b)"


def test_arguments_of_calls_are_values_and_text_where_the_template_needs_that() -> None:
    asked = request(user("a"), {"role": "assistant", "content": None, "tool_calls": [CALL]})
    value = "{{ messages[1].tool_calls[0].function.arguments.city }}"
    assert write(value, asked) == "Oslo"
    text = "{{ 'x' + messages[1].tool_calls[0].function.arguments }}"
    assert write(text, asked) == 'x{"city":"Oslo"}'


def test_the_body_is_not_changed_by_a_template() -> None:
    asked = request(user("a"), tools=[TOOL])
    source = "{% set _ = tools.append(1) %}{{ tools | length }}"
    assert [write(source, asked), write(source, asked)] == ["2", "2"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{% if %}", "chat.jinja:1: not a chat template"),
        ("a\n{% endfor %}", "chat.jinja:2: not a chat template"),
        ("{{ raise_exception('no such role') }}", "refuses the conversation: no such role"),
        ("{{ missing.name }}", "cannot be rendered"),
        ("{% include 'other' %}", "cannot be rendered"),
        ("{{ ''.__class__ }}", "asks for too much"),
        ("{{ messages.__class__.__mro__ }}", "asks for too much"),
        ("{% for i in range(100000) %}" * 3 + "x" + "{% endfor %}" * 3, "unbounded loops"),
        ("{% for i in range(10 ** 9) %}{% endfor %}", "chat.jinja: "),
        ("{{ 'x' * 10 ** 9 }}", "chat.jinja: "),
        ("{% set ns = namespace(t='xy') %}" + "{% set ns.t = ns.t ~ ns.t %}" * 40, "MB of text"),
        ("{% set t = 'xy' %}" + "{% set t %}{{ t }}{{ t }}{% endset %}" * 40, "MB of text"),
        ("{% set t = 'x' * 9999 %}{{ t.replace('x', t).replace('x', t) }}", "MB of text"),
        ("{% set t = 'x' * 9999 %}{{ t | replace('x', t) | replace('x', t) }}", "MB of text"),
        ("{{ '{:>999999999}'.format(1) }}", "unbounded width"),
        ("{{ 'a'.ljust(999999999) }}", "unbounded width"),
        ("{{ 'a' | center(999999999) }}", "unbounded width"),
        ("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", "chat.jinja: "),
    ],
)
def test_what_a_template_may_not_do_ends_in_one_line(source: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        write(source, request(user("a")))
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_time_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 6))
    monkeypatch.setattr(f"{sandbox.__name__}.monotonic", lambda: next(clock))
    with pytest.raises(InputError, match="more than 10 seconds for one conversation"):
        write("{% for m in [1, 2, 3] %}{{ m }}{% endfor %}", request(user("a")))


def test_of_several_templates_that_for_tools_is_taken(tmp_path: Path) -> None:
    named = [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "tools"}]
    path = tmp_path / "tokenizer_config.json"
    path.write_text(json.dumps({"chat_template": named}), "utf-8")
    template = ChatTemplate(read_template(path, "c.json"))
    assert template.text(request(user("a")), DAY) == "plain"
    assert template.text(request(user("a"), tools=[TOOL]), DAY) == "tools"
    path.write_text(json.dumps({"chat_template": named[1:]}), "utf-8")
    with pytest.raises(InputError, match="no template named 'default', only tool_use"):
        ChatTemplate(read_template(path, "c.json")).text(request(user("a")), DAY)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("t.json", b"{}", "has no `chat_template`"),
        ("t.json", b"[]", "not a tokenizer_config.json"),
        ("t.json", b"{", "t.json:1: not JSON"),
        ("t.jinja", b"\xff\xfe", "not UTF-8"),
        ("t.exe", b"", "no chat template by its name"),
    ],
)
def test_files_that_are_no_templates(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_template(path, name)
    assert reason in str(caught.value)


def test_special_tokens_are_those_of_the_config_beside(tmp_path: Path) -> None:
    path = tmp_path / "chat.jinja"
    path.write_text("{{ bos_token }}{{ image_token }}{{ additional_special_tokens[0] }}", "utf-8")
    bare = ChatTemplate(read_template(path, "chat.jinja"))
    assert "special tokens are not known" in bare.warnings[0]
    config = {
        "bos_token": {"content": "<s>"},
        "add_bos_token": True,
        "additional_special_tokens": ["<x>"],
        "extra_special_tokens": {"image_token": "<img>"},
    }
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
    known = ChatTemplate(read_template(path, "chat.jinja"))
    assert (known.warnings, known.text(request(user("a")), DAY)) == ((), "<s><img><x>")


def test_a_request_is_counted_as_its_text_is_encoded() -> None:
    tokenizers = pytest.importorskip("tokenizers")
    body = json.loads((EXAMPLE / "chat.json").read_text("utf-8"))
    served = served_model(
        (EXAMPLE / "tokenizer.json", "t.json"), (EXAMPLE / "tokenizer_config.json", "c.json")
    )
    asked = request(*body["messages"], tools=body["tools"])
    assert served.template is not None
    text = served.template.text(asked, DAY)
    assert text.startswith("<|begin|><|turn|>tools{")
    assert text.endswith("<|turn|>assistant\n")
    encoding = tokenizers.Tokenizer.from_file(str(EXAMPLE / "tokenizer.json"))
    counted = served.prompt(asked, DAY)
    assert counted.tokens == len(encoding.encode(text, add_special_tokens=False).ids)
    assert (counted.low, counted.high, counted.method) == (counted.tokens,) * 2 + ("exact",)
    assert sum(counted.parts.values()) == counted.tokens
    raw = served.prompt(asked, DAY, raw=True)
    assert raw.tokens == counted.content
    assert raw.added == 0


def test_tokens_that_the_config_adds_are_one_each(tmp_path: Path) -> None:
    config = json.loads((EXAMPLE / "tokenizer_config.json").read_text("utf-8"))
    config["chat_template"] = "<|fresh|>{{ messages[0].content }}"
    path = tmp_path / "tokenizer_config.json"

    def tokens(added: dict[str, Any]) -> int:
        path.write_text(json.dumps({**config, "added_tokens_decoder": added}), "utf-8")
        served = served_model((EXAMPLE / "tokenizer.json", "t.json"), (path, "c.json"))
        return served.prompt(request(user("a")), DAY).tokens

    assert tokens({"900": {"content": "<|fresh|>"}}) == 2
    assert tokens({}) > 2


def test_what_no_server_agrees_on_and_what_is_not_counted_has_a_range() -> None:
    served = served_model(
        (EXAMPLE / "tokenizer.json", "t.json"), (EXAMPLE / "tokenizer_config.json", "c.json")
    )
    asked = request(user("a"), tools=[TOOL], tool_choice="none")
    counted = served.prompt(asked, DAY)
    assert counted.low == served.prompt(request(user("a")), DAY).tokens
    assert counted.high == counted.tokens
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    pictured = served.prompt(request(user([image])), DAY)
    assert pictured.high is None
    assert "image not counted" in pictured.warnings[0]


def test_files_that_name_no_model_serve_one() -> None:
    served = served_model((EXAMPLE / "tokenizer.json", "t.json"), None)
    models = ServedModels({"": served})
    assert [models.of("a"), models.of("a", "a")] == [served, served]
    with pytest.raises(UsageError, match="a and b are counted"):
        models.of("b")
    named = ServedModels({"a": served})
    assert [named.of("a"), named.of("b")] == [served, None]


@pytest.mark.parametrize("tokenizer", [None, (EXAMPLE / "x.tiktoken", "x.tiktoken")])
def test_a_template_needs_a_tokenizer_with_special_tokens(tokenizer: Any) -> None:
    with pytest.raises(TokencostError) as caught:
        served_model(tokenizer, (EXAMPLE / "tokenizer_config.json", "c.json"))
    assert "--chat-template goes with" in str(caught.value)
