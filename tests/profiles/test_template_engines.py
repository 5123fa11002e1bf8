"""Handlebars and Jinja2, as far as prompts need them: filled, left open, refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokencost_profiles.tokens.template_engines import handlebars, plain
from tokencost_profiles.tokens.template_engines import jinja as _jinja
from tokencost_profiles.tokens.template_engines.template import TemplateError, values_of

VALUES: dict[str, Any] = {
    "name": "Ann",
    "yes": True,
    "no": False,
    "none": [],
    "items": ["a", "b"],
    "user": {"name": "Bo", "tags": ["x"]},
    "rows": [{"k": 1}, {"k": 2}],
}


def hbs(source: str, values: dict[str, Any] | None = None, *, longest: bool = True) -> str:
    return handlebars.render(source, VALUES if values is None else values, longest).text


def jinja(source: str, values: dict[str, Any] | None = None, *, longest: bool = True) -> str:
    return _jinja.render(source, VALUES if values is None else values, longest).text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hi {{name}}, {{{name}}} & {{&name}}!", "Hi Ann, Ann & Ann!"),
        ("{{user.name}} {{user/name}} {{user.tags.0}} {{user.tags.length}}", "Bo Bo x 1"),
        ("{{#if yes}}A{{else}}B{{/if}}{{#if no}}A{{else}}B{{/if}}", "AB"),
        ("{{#if no}}A{{else if yes}}B{{else}}C{{/if}}", "B"),
        ("{{#unless no}}A{{/unless}}{{^no}}B{{/no}}{{#unless yes}}C{{/unless}}", "AB"),
        ("{{#each items}}{{@index}}{{this}}{{#unless @last}},{{/unless}}{{/each}}", "0a,1b"),
        ("{{#each none}}A{{else}}B{{/each}}", "B"),
        ("{{#each rows as |row at|}}{{at}}={{row.k}};{{/each}}", "0=1;1=2;"),
        ("{{#each user}}{{@key}} {{/each}}", "name tags "),
        ("{{#with user}}{{name}} of {{../name}} in {{@root.name}}{{/with}}", "Bo of Ann in Ann"),
        ("{{#items}}<{{.}}>{{/items}}{{#user}}{{name}}{{/user}}", "<a><b>Bo"),
        ("a {{! hidden }}{{!-- nor {{this}} --}}b", "a b"),
        ("a\n{{#if yes}}\nb\n{{/if}}\nc\n", "a\nb\nc\n"),
        ("a\n  {{! alone }}  \nb", "a\nb"),
        ("a  {{~name~}}  b", "aAnnb"),
        ("\\{{name}} and \\\\{{name}}", "{{name}} and \\Ann"),
        ("{{{{raw}}}}{{name}}{{{{/raw}}}}", "{{name}}"),
        ('{{"text"}} {{3}} {{true}}', "text 3 true"),
    ],
)
def test_handlebars(source: str, text: str) -> None:
    rendered = handlebars.render(source, VALUES, True)
    assert (rendered.text, rendered.open) == (text, ())


@pytest.mark.parametrize(
    ("source", "longest", "shortest", "names"),
    [
        ("Hi {{a}}{{b.c}}!", "Hi !", "Hi !", ("a", "b.c")),
        ("{{#if a}}yes{{/if}}", "yes", "", ("a",)),
        ("{{#unless a}}yes{{/unless}}", "yes", "", ("a",)),
        ("{{#each a}}- {{b}}{{/each}}", "- ", "", ("a",)),
        ("{{#with a}}{{b}}.{{/with}}", ".", "", ("a",)),
        ("{{add 1 2}}{{json a indent=2}}", "", "", ("add", "json")),
        ("{{#list a}}x{{/list}}", "x", "", ("list",)),
        ("{{> part}}{{@state.x}}", "", "", ("> part", "@state.x")),
        ('{{section "a"}}x{{/section}}', "x", "x", ("section",)),
    ],
)
def test_handlebars_leaves_open(
    source: str, longest: str, shortest: str, names: tuple[str, ...]
) -> None:
    assert handlebars.render(source, {}, True) == (longest, names)
    assert handlebars.render(source, {}, False).text == shortest


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\n{{#if b}}", 2),
        ("{{ open", 1),
        ("{{#if a}}\n{{/each}}", 2),
        ("{{f (g}}", 1),
        ("{{}}", 1),
    ],
)
def test_handlebars_names_the_line(source: str, line: int) -> None:
    with pytest.raises(TemplateError) as error:
        hbs(source)
    assert error.value.line == line


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hi {{ name }} {{ user.name|upper }} {{ user['tags'][0] }}", "Hi Ann BO x"),
        ("{% for item in items %}{{ loop.index }}{{ item }}{% endfor %}", "1a2b"),
        ("{% if yes and not no %}A{% endif %}{% set x = 3 %}{{ x }}", "A3"),
        ("{{ missing|default('x') }}", "x"),
        ("{% macro f(a) %}<{{ a }}>{% endmacro %}{{ f(name) }}", "<Ann>"),
    ],
)
def test_jinja(source: str, text: str) -> None:
    rendered = _jinja.render(source, VALUES, True)
    assert (rendered.text, rendered.open) == (text, ())


@pytest.mark.parametrize(
    ("source", "longest", "shortest", "names"),
    [
        ("Hi {{ a }} {{ b.c|upper }}", "Hi  ", "Hi  ", ("a", "b.c")),
        ("{% if a %}yes{% endif %}", "yes", "", ("a",)),
        ("{% if a == 'x' %}yes{% endif %}", "yes", "", ("a",)),
        ("{% if a is defined %}yes{% endif %}", "yes", "", ("a",)),
        ("{% for m in a %}- {{ m.b }}{% endfor %}", "- ", "", ("a",)),
        ("{% for k, v in a.items() %}{{ k }}={{ v }}{% endfor %}", "=", "", ("a",)),
        ("{{ a|tojson }}{{ a|join(', ') }}{{ a + 1 }}{{ a[0].b }}", "", "", ("a",)),
        ("{{ now() }}{{ x|odd_filter }}", "", "", ("now", "| odd_filter")),
        (
            "{% include 'h.j2' %}{% from 'm' import f %}{{ f(1) }}",
            "",
            "",
            ("include h.j2", "import m"),
        ),
        ("{% chat role='user' %}hi{% endchat %}", "hi", "hi", ("% chat",)),
    ],
)
def test_jinja_leaves_open(
    source: str, longest: str, shortest: str, names: tuple[str, ...]
) -> None:
    assert _jinja.render(source, {}, True) == (longest, names)
    assert _jinja.render(source, {}, False).text == shortest


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name.format.__globals__ }}",
        "{{ 'a' * 10**10 }}",
        "{{ 'a'|center(10**9) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ range(10**9)|list }}",
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{{ 'x' * 9999 }}{% endfor %}",
        "{{ 9**9999999 }}",
        "{{ 1 / 0 }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ unclosed",
        "{% if a %}",
    ],
)
def test_jinja_refuses(source: str) -> None:
    with pytest.raises(TemplateError):
        jinja(source, {"name": "x"}, longest=False)


def test_a_recursive_macro_over_an_open_place_ends() -> None:
    source = "{% macro f(a) %}{% if a %}x{{ f(a) }}{% endif %}{% endmacro %}{{ f(deep) }}."
    assert _jinja.render(source, {}, True).text == "."


def test_values_with_structure() -> None:
    values = values_of({"a": '[{"b": 1}, {"b": 2}]', "c.d": "x", "t": "[not json"})
    assert hbs("{{#each a}}{{b}}{{/each}} {{a}} {{c.d}} {{t}}", values) == (
        '12 [{"b": 1}, {"b": 2}] x [not json'
    )
    source = "{% for e in a %}{{ e.b }}{% endfor %} {{ a }} {{ c.d }}"
    assert jinja(source, values) == '12 [{"b": 1}, {"b": 2}] x'


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("{{a}} {{ b.c }} {d} ${e} {{$f}} {{ g | upper }}", ("a", "b.c", "d", "e", "f", "g")),
        ("{% if x %}{{y}}{% endif %}", ("% if", "y")),
        ('{"key": 1} {} {1} {A} f{x} \\frac{a}{b} ${HOME} {x: 1}', ()),
    ],
)
def test_placeholders_of_plain_text(source: str, names: tuple[str, ...]) -> None:
    assert plain.render(source, {}, True).open == names


@given(source=st.text(alphabet="{}#/^!~>&\"'()|@.= \nabifeachlsr%-", max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_text_breaks_an_engine(source: str) -> None:
    for engine in (handlebars, _jinja, plain):
        try:
            rendered = engine.render(source, {"a": "1"}, True)
        except TemplateError:
            continue
        assert isinstance(rendered.text, str)
