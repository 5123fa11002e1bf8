"""What a folder's prompts are, and what other files are taken for."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from documents import texts
from prompts import CHAT, EXAMPLE, PROMPTY, Cli, image, items, write

LOGGED = {
    "model": "gpt-4o",
    "choices": [{"message": {"role": "assistant", "content": "Hello"}}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 1},
}

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


def test_our_reports_are_no_prompts(cli: Cli, tmp_path: Path) -> None:
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
