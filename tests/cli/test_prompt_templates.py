"""Templates on disk: Prompty, dotprompt, LangChain, Semantic Kernel, and their values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from documents import parts, texts
from prompts import PROMPTY, Cli, items, write

DOTPROMPT = """\
{{! A licence of many words }}
---
model: googleai/gemini-2.5-flash
config: {maxOutputTokens: 400}
input: {default: {place: Ulm}}
---
{{role "system"}}
You know {{place}}.
{{role "user"}}
{{#each questions}}
- {{this}}
{{/each}}
{{shout "now"}}
"""


def test_a_prompty_file(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, **{"a.prompty": PROMPTY})
    result = cli("estimate", "a.prompty")
    assert "template: 1 placeholder open: question" in result.err
    assert result.out.startswith("a.prompty: up to 150 tokens of output")
    (item,) = items(cli, "a.prompty")
    assert (item["model"], item["provider"]) == ("gpt-4o", "azure")
    assert item["prompt"]["method"] == "estimated"
    assert (item["prompt"]["high"], set(parts(item))) == (None, {"system", "frame"})
    (filled,) = items(cli, "a.prompty", "--var", "question=How so?")
    assert filled["prompt"]["text_tokens"] == item["prompt"]["text_tokens"] + 3
    assert (parts(filled)["user"], filled["prompt"]["high"] is not None) == (3, True)
    assert filled["warnings"] == []


def test_a_dotprompt_file(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, **{"a.prompt": DOTPROMPT, "questions.json": '["Why?", "How?"]'})
    (item,) = items(cli, "a.prompt")
    assert (item["model"], item["output"]["ceiling"]) == ("gemini-2.5-flash", 400)
    assert texts(item["warnings"])[0] == "template: 2 placeholders open: questions, shout"
    (filled,) = items(cli, "a.prompt", "--var", "questions=@questions.json")
    assert texts(filled["warnings"])[0] == "template: 1 placeholder open: shout"
    assert filled["prompt"]["low"] > item["prompt"]["low"]


@pytest.mark.parametrize("ending", ["txt", "md", "j2", "hbs", "prompt", "prompty", "json", "yaml"])
def test_no_open_template_is_called_exact(cli: Cli, tmp_path: Path, ending: str) -> None:
    content: Any = "system:\nAnswer {{question}} well."
    if ending in ("json", "yaml"):
        content = {"messages": [{"role": "user", "content": "Answer {{question}} well."}]}
    write(tmp_path, **{f"a.{ending}": content})
    result = cli("estimate", f"a.{ending}", "-m", "gpt-4o")
    assert "template: 1 placeholder open: question" in result.err
    assert "exact" not in result.out
    (item,) = items(cli, f"a.{ending}", "-m", "gpt-4o", "--var", "question=How so?")
    assert (item["prompt"]["method"], item["warnings"]) == ("exact", [])
    count = json.loads(cli("count", f"a.{ending}", "-f", "json").out)["items"][0]
    assert (count["method"], count["high"]) == ("estimated", None)
    assert cli("count", f"a.{ending}", "--var", "question=x").err == ""


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--var", "question"], 2, "--var takes NAME=VALUE"),
        (["--var", "question=@none.txt"], 3, "none.txt: cannot be read"),
        (["--var", "qestion=x"], 0, "--var qestion: no prompt has a placeholder of that name; did"),
    ],
)
def test_values_that_fill_nothing(
    cli: Cli, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    write(tmp_path, **{"a.j2": "{{ question }}?"})
    result = cli("estimate", "a.j2", "-m", "gpt-4o", *arguments)
    assert (result.code, message in result.err) == (code, True)


def test_a_broken_template_names_its_line(cli: Cli, tmp_path: Path) -> None:
    write(
        tmp_path,
        **{
            "a.prompty": PROMPTY.replace("{{ question }}", "{{ question"),
            "b.prompty": "---\n: [\n---\nsystem:\nHi",
        },
    )
    assert "a.prompty:18: not Jinja2" in cli("estimate", "a.prompty", "-m", "gpt-4o").err
    result = cli("estimate", "b.prompty", "-m", "gpt-4o")
    assert (result.code, "its head is not YAML" in result.err) == (3, True)


def test_the_head_is_not_counted(cli: Cli, tmp_path: Path) -> None:
    write(
        tmp_path,
        **{
            "a.j2": "{# note #}\n---\nmodel: gpt-4o\nmax_tokens: 9\n---\nSay hi.",
            "b.j2": "Say hi.",
            "c.j2": "Say\n---\nhi.",
        },
    )
    (with_head,) = items(cli, "a.j2")
    (bare,) = items(cli, "b.j2", "-m", "gpt-4o")
    assert with_head["prompt"] == bare["prompt"]
    assert with_head["output"]["ceiling"] == 9
    assert items(cli, "c.j2", "-m", "gpt-4o")[0]["prompt"]["text_tokens"] > 3


def test_a_model_of_another_house_in_a_head(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, **{"a.prompty": PROMPTY.replace("gpt-4o", "our-deployment")})
    result = cli("estimate", "a.prompty", "--var", "question=x")
    assert result.code == 0
    assert "'azure/our-deployment', which it names, is not in the price table" in result.err


TEMPLATES = {
    "github.prompt.yml": {
        "model": "openai/gpt-4o-mini",
        "modelParameters": {"max_tokens": 60},
        "messages": [{"role": "user", "content": "Sum up {{text}}"}],
    },
    "langchain.yaml": {"_type": "prompt", "template": "Sum up {text}", "input_variables": ["text"]},
    "chat.json": {
        "lc": 1,
        "id": ["langchain", "ChatPromptTemplate"],
        "kwargs": {
            "messages": [
                {
                    "id": ["x", "SystemMessagePromptTemplate"],
                    "kwargs": {"prompt": {"kwargs": {"template": "Sum up {text}"}}},
                }
            ]
        },
    },
    "kernel.yaml": {
        "template": "Sum up {{$text}}",
        "template_format": "semantic-kernel",
        "execution_settings": {"default": {"model_id": "gpt-4o", "max_tokens": 60}},
    },
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_inside_json_and_yaml(cli: Cli, tmp_path: Path, name: str) -> None:
    write(tmp_path, **{name: TEMPLATES[name]})
    (item,) = items(cli, ".", "-m", "gpt-4o")
    assert texts(item["warnings"]) == ["template: 1 placeholder open: text"]
    (filled,) = items(cli, name, "-m", "gpt-4o", "--var", "text=this")
    assert (filled["prompt"]["text_tokens"], filled["warnings"]) == (3, [])
