"""What a folder's prompts are, and what templates, batches and attachments are taken for."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from documents import parts, texts

Cli = Callable[..., Any]

CHAT = {"messages": [{"role": "user", "content": "Hi there"}]}
LOGGED = {
    "model": "gpt-4o",
    "choices": [{"message": {"role": "assistant", "content": "Hello"}}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 1},
}
EXAMPLE = {"messages": [*CHAT["messages"], {"role": "assistant", "content": "Hello"}]}

PROMPTY = """\
# Copyright: nobody

---
name: Answer
model:
  api: chat
  configuration: {type: azure_openai, azure_deployment: gpt-4o}
  parameters: {max_tokens: 150}
inputs:
  tone: {type: string, default: kind}
  question: {type: string, sample: Why?}
sample: {question: How so?}
---
system:
You answer in a {{tone}} way.

user:
{{ question }}
"""
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


def write(folder: Path, **files: Any) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, (str, bytes)) else json.dumps(content)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def items(cli: Cli, *arguments: str) -> list[dict[str, Any]]:
    result = cli("estimate", *arguments, "-f", "json")
    assert result.code == 0, result.err
    return list(json.loads(result.out)["items"])


def image(width: int, height: int, kind: str = "PNG") -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (width, height)).save(stream, kind)
    return stream.getvalue()


PROMPTS = {
    "a.txt": "One",
    "b.md": "Two",
    "deep/c.j2": "Three",
    "d.jinja": "Four",
    "e.hbs": "Five",
    "f.prompt": "Six",
    "g.prompty": "system:\nSeven",
    "h.json": CHAT,
    "i.yaml": CHAT,
    "j.jsonl": CHAT,
    "k.json": CHAT["messages"],
}
OTHERS = {
    "README.md": "# No",
    "LICENSE": "MIT",
    "LICENSE.txt": "MIT",
    "CHANGELOG.md": "# No",
    "package-lock.json": {"packages": {}},
    "poetry.lock": "x",
    "main.py": "print()",
    "requirements.txt": "rich",
    "data.json": {"a": 1},
    "rows.jsonl": {"a": 1},
    "c.yaml": "a: 1",
    "Makefile": "all:",
    "broken.yaml": "a: [",
    "list.csv": "a,b",
}


def test_a_folder_holds_prompts_and_other_files(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, **PROMPTS, **OTHERS)
    result = cli("estimate", ".", "-m", "gpt-4o", "-f", "json")
    assert result.code == 0
    assert [item["path"] for item in json.loads(result.out)["items"]] == sorted(PROMPTS)
    (line,) = result.err.splitlines()
    assert line.startswith(f"warning: passed over {len(OTHERS)} files that are no prompts: ")
    counted = json.loads(cli("count", ".", "-f", "json").out)["items"]
    assert [item["path"] for item in counted] == sorted(PROMPTS)


@pytest.mark.parametrize("name", ["data.json", "c.yaml", "main.py", "LICENSE", "rows.jsonl"])
def test_named_by_the_user_other_files_are_text(cli: Cli, tmp_path: Path, name: str) -> None:
    write(tmp_path, **OTHERS)
    (item,) = items(cli, name, "-m", "gpt-4o", "--raw")
    assert (item["prompt"]["method"], item["usage"]["input"] > 0) == ("exact", True)


def test_what_cannot_be_read_is_passed_over_with_a_line(cli: Cli, tmp_path: Path) -> None:
    write(
        tmp_path,
        **{
            "good.txt": "Good",
            "log.jsonl": json.dumps(LOGGED),
            "latin.txt": b"caf\xe9",
            "photo.png": image(8, 8),
            "paper.pdf": b"%PDF-1.4",
            "cut.json": '{"messages": [',
            "empty.md": "",
            "half.j2": "{{ a",
            "tune.jsonl": "\n".join([json.dumps(EXAMPLE)] * 3),
            "utf16.txt": "Grüße".encode("utf-16-le"),
        },
    )
    result = cli("estimate", ".", "-m", "gpt-4o")
    assert result.code == 0
    assert "good.txt" in result.out
    expected = {
        "cut.json:1": "not JSON",
        "empty.md": "is empty",
        "half.j2:1": "not Jinja2",
        "latin.txt:1": "not utf-8",
        "log.jsonl": "tokencost profile",
        "paper.pdf": "PDF",
        "photo.png": "an image",
        "tune.jsonl": "fine-tuning file (3 examples)",
        "utf16.txt": "binary",
    }
    lines = result.err.splitlines()
    assert len(lines) == len(expected)
    for place, words in expected.items():
        (line,) = (one for one in lines if one.startswith(f"warning: passed over: {place}: "))
        assert words in line


def test_many_lines_end_in_a_number(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, **{"good.txt": "Good"}, **{f"{at:02}.png": image(8, 8) for at in range(30)})
    result = cli("estimate", ".", "-m", "gpt-4o")
    assert len(result.err.splitlines()) == 21
    assert result.err.splitlines()[-1].endswith("20.png, 21.png, 22.png and 7 more")


def test_a_folder_without_prompts_is_an_error(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, **{"main.py": "print()"})
    for command in ("estimate", "count", "check"):
        result = cli(command, ".", *(["--budget", "1"] if command == "check" else []))
        assert (result.code, "no prompt was found" in result.err) == (3, True)


@pytest.mark.parametrize("command", ["estimate", "check", "baseline"])
def test_a_log_is_sent_to_profile(cli: Cli, tmp_path: Path, command: str) -> None:
    write(tmp_path, **{"log.jsonl": json.dumps(LOGGED)})
    result = cli(command, "log.jsonl", "-m", "gpt-4o")
    assert result.code == 3
    assert "tokencost profile log.jsonl" in result.err + result.out
    piped = cli("estimate", "-", stdin=f"{json.dumps(LOGGED)}\n{json.dumps(LOGGED)}\n".encode())
    assert (piped.code, "tokencost profile" in piped.err) == (3, True)


LOGS = {
    "stream.txt": f"data: {json.dumps(LOGGED)}\n\ndata: [DONE]\n",
    "session.json": {
        "messages": [
            {"role": "user", "content": "Hi"},
            {
                "role": "assistant",
                "content": "Hello",
                "model": "gpt-4o",
                "usage": {"prompt_tokens": 9, "completion_tokens": 1},
            },
        ]
    },
    "logged.json": {"request": {"model": "gpt-4o", **CHAT}, "response": LOGGED},
}


@pytest.mark.parametrize("name", LOGS)
def test_logs_that_look_like_prompts(cli: Cli, tmp_path: Path, name: str) -> None:
    write(tmp_path, **{name: LOGS[name], "b.txt": "Good"})
    result = cli("estimate", name, "-m", "gpt-4o")
    assert (result.code, f"tokencost profile {name}" in result.err) == (3, True)
    assert f"passed over: {name}: a log" in cli("estimate", ".", "-m", "gpt-4o").err


def test_a_request_that_speaks_of_usage_is_a_request(cli: Cli, tmp_path: Path) -> None:
    tool = {
        "name": "bill",
        "parameters": {
            "type": "object",
            "properties": {
                "usage": {"type": "object", "properties": {"input_tokens": {"type": "integer"}}}
            },
        },
    }
    body = {**CHAT, "tools": [{"type": "function", "function": tool}]}
    write(tmp_path, **{"body.json": body, "rows.jsonl": f"{json.dumps(body)}\n{json.dumps(body)}"})
    assert len(items(cli, ".", "-m", "gpt-4o")) == 3


FINE_TUNING = {
    "chat": EXAMPLE,
    "weights": {"messages": [*CHAT["messages"], {"role": "assistant", "content": "", "weight": 0}]},
    "pairs": {"prompt": "Hi", "completion": "Hello"},
    "alpaca": {"instruction": "Hi", "input": "", "output": "Hello"},
    "sharegpt": {"conversations": [{"from": "user", "value": "Hi"}, {"from": "gpt", "value": "H"}]},
    "vertex": {"contents": [{"role": "user", "parts": []}, {"role": "model", "parts": []}]},
    "preference": {"input": CHAT, "preferred_output": [], "non_preferred_output": []},
    "dpo": {"prompt": "Hi", "chosen": "a", "rejected": "b"},
}


@pytest.mark.parametrize("shape", FINE_TUNING)
def test_fine_tuning_files_are_refused_by_name(cli: Cli, tmp_path: Path, shape: str) -> None:
    rows = "\n".join([json.dumps(FINE_TUNING[shape])] * 2)
    write(tmp_path, **{"tune.jsonl": rows, "tune.json": f"[{rows.replace(chr(10), ',')}]"})
    for name in ("tune.jsonl", "tune.json"):
        result = cli("estimate", name, "-m", "gpt-4o")
        assert result.code == 3
        assert f"{name}: a fine-tuning file (2 examples)" in result.err
    assert cli("count", "tune.jsonl").code == 0


BATCHES = {
    "openai": {
        "custom_id": "a",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": "gpt-4o", **CHAT},
    },
    "mistral": {"custom_id": "a", "body": {"model": "gpt-4o", **CHAT}},
    "anthropic": {"custom_id": "a", "params": {"model": "gpt-4o", "max_tokens": 9, **CHAT}},
    "bedrock": {"recordId": "a", "modelInput": {"max_tokens": 9, **CHAT}},
    "gemini": {"key": "a", "request": {"contents": [{"parts": [{"text": "Hi there"}]}]}},
}


@pytest.mark.parametrize("form", BATCHES)
def test_batch_files_are_offered_the_batch_price(cli: Cli, tmp_path: Path, form: str) -> None:
    write(tmp_path, **{"rows.jsonl": "\n".join([json.dumps(BATCHES[form])] * 2)})
    result = cli("estimate", "rows.jsonl", "-m", "gpt-4o")
    assert "rows.jsonl: a batch request file: --mode batch" in result.err
    assert result.out.startswith("2 prompts")
    assert (
        cli("check", "rows.jsonl", "-m", "gpt-4o", "--budget", "1").err.count("--mode batch") == 1
    )
    batch = cli("estimate", "rows.jsonl", "-m", "gpt-4o", "--mode", "batch", "-f", "json")
    assert batch.err == ""
    full = json.loads(cli("estimate", "rows.jsonl", "-m", "gpt-4o", "-f", "json").out)
    half = json.loads(batch.out)
    assert (len(full["warnings"]), half["warnings"]) == (1, [])
    assert float(half["total"]["cost"]) * 2 == pytest.approx(float(full["total"]["cost"]))


def test_a_batch_in_one_document(cli: Cli, tmp_path: Path) -> None:
    requests = [
        {"custom_id": at, "params": {"model": "claude-sonnet-4-5", "max_tokens": 9, **CHAT}}
        for at in "ab"
    ]
    write(tmp_path, **{"batch.json": {"requests": requests}})
    places = [(item["path"], item["line"]) for item in items(cli, "batch.json")]
    assert places == [("batch.json", 1), ("batch.json", 2)]


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


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_an_image_is_measured_as_an_attachment(cli: Cli, tmp_path: Path, kind: str) -> None:
    write(tmp_path, photo=image(1024, 1024, kind))
    (item,) = items(cli, "photo", "-m", "gpt-4o")
    assert parts(item) == {"attachment": 765, "frame": 7}
    assert item["warnings"] == []
    result = cli("count", "photo")
    assert (result.code, "depend on the model" in result.err) == (3, True)


def test_a_pdf_is_measured_as_an_attachment(cli: Cli, tmp_path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(612, 792)
    writer.write(tmp_path / "paper.pdf")
    (item,) = items(cli, "paper.pdf", "-m", "gemini-2.5-flash")
    assert parts(item)["attachment"] == 3 * 258


def test_images_of_a_prompty_file_stand_beside_it(cli: Cli, tmp_path: Path) -> None:
    write(
        tmp_path, **{"a.prompty": "user:\nLook: ![it](photo.png)\n", "photo.png": image(512, 512)}
    )
    (item,) = items(cli, "a.prompty", "-m", "gpt-4o")
    assert parts(item)["attachment"] == 255
    assert item["warnings"] == []


def test_the_gate_reads_prompts_through_the_same_door(cli: Cli, tmp_path: Path) -> None:
    write(
        tmp_path,
        **{
            "p/a.prompty": PROMPTY,
            "p/data.json": {"a": 1},
            "p/photo.png": image(8, 8),
            "p/log.jsonl": json.dumps(LOGGED),
        },
    )
    run = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*run, *command], cwd=tmp_path, check=True)
    (tmp_path / "p/a.prompty").write_text(PROMPTY.replace("kind way", "kind and lengthy way"))
    variables = ["--var", "question=How so?"]
    result = cli("check", "p", "--git", "main", "--max-increase", "50%", *variables, "-f", "json")
    data = json.loads(result.out)
    assert result.code == 0
    assert [item["path"] for item in data["items"]] == ["p/a.prompty"]
    assert "p/log.jsonl: a log" in result.err
    saved = cli("baseline", "p", "-o", str(tmp_path / "base.json"), *variables)
    assert saved.code == 0
    again = cli("check", "p", "--baseline", "base.json", "--max-increase", "0%", "-f", "json")
    assert (again.code, json.loads(again.out)["items"][0]["status"]) == (0, "unchanged")


def test_a_prompt_that_cannot_be_read_fails_the_gate(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, **{"p/a.txt": "Good", "p/b.txt": b"caf\xe9"})
    result = cli("check", "p", "--budget", "1", "-m", "gpt-4o")
    assert (result.code, "p/b.txt" in result.out) == (3, True)


def test_our_own_reports_are_no_prompts(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, **{"p/a.txt": "Good"})
    assert cli("baseline", "p", "-m", "gpt-4o", "-o", str(tmp_path / "p/base.json")).code == 0
    result = cli("estimate", "p", "-m", "gpt-4o")
    assert result.err == "warning: passed over: p/base.json: a report of tokencost, not a prompt\n"
    assert cli("estimate", "p/base.json", "-m", "gpt-4o").code == 3


REFERENCES = {
    "previous_response_id": {"input": "And then?", "previous_response_id": "resp_1", "store": True},
    "conversation": {"input": "And then?", "conversation": "conv_1", "store": True},
    "prompt.id": {"input": "And then?", "prompt": {"id": "pmpt_1"}, "store": True},
    "cachedContent": {"contents": [{"parts": [{"text": "And?"}]}], "cachedContent": "cached/1"},
}


@pytest.mark.parametrize("name", REFERENCES)
def test_what_a_request_refers_to_is_not_counted(cli: Cli, tmp_path: Path, name: str) -> None:
    write(tmp_path, **{"a.json": REFERENCES[name]})
    (item,) = items(cli, "a.json", "-m", "gpt-4o")
    assert texts(item["warnings"]) == [f"{name}: what it refers to is not counted"]
    assert (item["prompt"]["high"], item["prompt"]["method"]) == (None, "estimated")
