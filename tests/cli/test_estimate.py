"""`estimate`: what it counts, what it assumes, and the machine's form."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "p.txt").write_text("The quick brown fox jumps over the lazy dog.\n")
    (tmp_path / "answer.txt").write_text("A fox, a dog.\n")
    return tmp_path


def document(cli: Cli, *arguments: str, **options: Any) -> dict[str, Any]:
    result = cli("estimate", *arguments, "-f", "json", **options)
    assert result.code == 0, result.err
    loaded: dict[str, Any] = json.loads(result.out)
    return loaded


def tokens(item: dict[str, Any]) -> tuple[int, int, int]:
    prompt = item["prompt"]
    return prompt["text_tokens"], prompt["added_tokens"], prompt["tokens"]


def test_the_document_keeps_its_contract(cli: Cli, files: Path) -> None:
    data = document(cli, "p.txt", "-m", "gpt-4o")
    assert data["format"] == "tokencost.estimate/2"
    assert set(data["prices"]) == {"table", "sha256", "as_of", "overlays", "lock"}
    (item,) = data["items"]
    assert {
        "path",
        "model",
        "provider",
        "prompt",
        "usage",
        "cost",
        "lines",
        "evidence",
        "unpriced_reason",
    } <= set(item)
    assert (item["prompt"]["method"], item["unpriced_reason"]) == ("exact", None)
    assert {"unit", "tokens", "rate", "cost"} <= set(item["lines"][0])
    assert sum(Decimal(line["cost"]) for line in item["lines"]) == Decimal(item["cost"])
    assert data["total"]["cost"] == item["cost"]
    assert data["total"]["usage"] == item["usage"]
    assert data["warnings"] == []


def test_added_tokens_are_listed_apart_and_raw_leaves_them_out(cli: Cli, files: Path) -> None:
    (item,) = document(cli, "p.txt", "-m", "gpt-4o")["items"]
    assert tokens(item) == (10, 7, 17)
    (raw,) = document(cli, "p.txt", "-m", "gpt-4o", "--raw")["items"]
    assert tokens(raw) == (10, 0, 10)


@pytest.mark.parametrize(
    ("length", "output"), [("300", 300), ("2x", 34), ("0.5x", 9), ("@answer.txt", 6)]
)
def test_the_length_of_an_answer(cli: Cli, files: Path, length: str, output: int) -> None:
    data = document(cli, "p.txt", "-m", "gpt-4o", "--output-tokens", length)
    assert data["items"][0]["usage"]["output"] == output
    assert data["output"]["source"] == "given"


@pytest.mark.parametrize("wrong", ["many", "-3", "1.5", "x", ""])
def test_a_wrong_length_is_wrong_usage(cli: Cli, files: Path, wrong: str) -> None:
    result = cli("estimate", "p.txt", f"--output-tokens={wrong}")
    assert result.code == 2


def test_an_assumed_answer_obeys_the_limit_of_the_body(cli: Cli, files: Path) -> None:
    body = {"model": "gpt-4o", "max_tokens": 42, "messages": [{"role": "user", "content": "Hi"}]}
    (files / "body.json").write_text(json.dumps(body))
    data = document(cli, "body.json")
    assert data["output"]["source"] == "ceiling"
    assert data["items"][0]["usage"] == {"input": 8, "output": 42}


def test_cached_input_is_not_also_fresh(cli: Cli, files: Path) -> None:
    (item,) = document(cli, "p.txt", "-m", "gpt-4o", "--cached-tokens", "10")["items"]
    assert item["usage"] == {"input": 7, "cache_read": 10, "output": 500}
    data = document(cli, "p.txt", "-m", "gpt-4o", "--cached-tokens", "99")
    assert data["items"][0]["usage"]["input"] == 0
    assert "more than the input" in data["warnings"][0]["text"]


def test_bodies_are_priced_on_the_model_they_name(cli: Cli, files: Path) -> None:
    for name, model in (("a", "gpt-4o"), ("b", "gpt-5-mini")):
        body = {"model": model, "messages": [{"role": "user", "content": "Hi"}]}
        (files / f"{name}.json").write_text(json.dumps(body))
    data = document(cli, "a.json", "b.json")
    assert [(item["path"], item["model"]) for item in data["items"]] == [
        ("a.json", "gpt-4o"),
        ("b.json", "gpt-5-mini"),
    ]
    assert "total" not in data


def test_what_is_not_counted_is_stated(cli: Cli, files: Path) -> None:
    body = {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": [{"type": "hologram", "data": "x"}]}],
    }
    (files / "body.json").write_text(json.dumps(body))
    (warning,) = document(cli, "body.json")["warnings"]
    text = "messages[0].content[0]: 'hologram' is counted as text"
    assert warning["text"] == f"body.json: {text}"
    assert (warning["code"], warning["file"]) == ("count", "body.json")


def test_a_prompt_that_does_not_fit_is_stated(cli: Cli) -> None:
    result = cli("estimate", "--input-tokens", "200000", "-m", "gpt-4o", "-f", "json")
    assert "does not fit the context window" in json.loads(result.out)["warnings"][0]["text"]


def test_a_large_file_is_counted_in_blocks(cli: Cli, files: Path) -> None:
    line = "The miller's daughter wrote 17 letters, none of them short.\n"
    with (files / "large.txt").open("w") as file:
        for _ in range(400_000):
            file.write(line)
    (item,) = document(cli, "large.txt", "-m", "gpt-4o", "--raw")["items"]
    (one,) = document(cli, "p.txt", "-m", "gpt-4o", "--raw")["items"]
    assert one["usage"]["input"] == 10
    assert item["usage"]["input"] == 400_000 * 14


def test_folders_leave_out_what_git_ignores(cli: Cli, tmp_path: Path) -> None:
    root = tmp_path / "prompts"
    (root / "sub" / "build").mkdir(parents=True)
    (root / ".hidden").mkdir()
    for name in (
        "a.txt",
        "b.md",
        "sub/c.txt",
        "sub/d.md",
        "sub/keep.md",
        "sub/build/e.txt",
        ".hidden/f.txt",
    ):
        (root / name).write_text("text")
    (root / ".gitignore").write_text("*.md\nbuild/\n")
    (root / "sub" / ".gitignore").write_text("!keep.md\n")
    paths = [item["path"] for item in document(cli, "prompts", "-m", "gpt-4o")["items"]]
    assert paths == ["prompts/a.txt", "prompts/sub/c.txt", "prompts/sub/keep.md"]


def test_each_file_is_counted_once(cli: Cli, files: Path) -> None:
    data = document(cli, "p.txt", "*.txt", "p.txt", "-m", "gpt-4o")
    assert [item["path"] for item in data["items"]] == ["p.txt", "answer.txt"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("utf8-mark.txt", "\ufeffThe quick".encode()),
        ("utf16.txt", "The quick".encode("utf-16")),
        ("utf32.txt", "The quick".encode("utf-32")),
    ],
)
def test_marked_encodings_are_read(cli: Cli, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert document(cli, name, "-m", "gpt-4o", "--raw")["items"][0]["usage"]["input"] == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("deep.json", b"[" * 100_000, "nested too deeply"),
        ("cut.json", b'{"messages": [{"role": "user"', "cut.json:1: not JSON"),
        ("late.txt", b"fine\n" * 5000 + b"caf\xe9\n", "late.txt:5001: not utf-8"),
        ("lines.jsonl", b'{"messages": []}\n{"a":\n', "lines.jsonl:2: not JSON"),
        ("other.jsonl", b'{"messages": []}\n{"a": 1}\n', "other.jsonl:2: not a request"),
        ("blank.txt", b" \n\t\n", "is empty"),
    ],
)
def test_bad_input_ends_in_one_line(
    cli: Cli, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    result = cli("estimate", name, "-m", "gpt-4o")
    assert result.code == 3
    assert message in result.err
    assert len(result.err.splitlines()) == 1


@pytest.mark.skipif(os.getuid() == 0, reason="root reads everything")
def test_a_file_without_permission(cli: Cli, files: Path) -> None:
    (files / "p.txt").chmod(0)
    result = cli("estimate", "p.txt", "-m", "gpt-4o")
    assert (result.code, "cannot be read" in result.err) == (3, True)


def test_unpriced_is_never_zero(cli: Cli, files: Path) -> None:
    result = cli("estimate", "p.txt", "-m", "claude-3-opus-20240229", "--mode", "flex")
    assert result.code == 4
    assert "$0" not in result.out


def test_json_arrays_and_other_json_are_text(cli: Cli, files: Path) -> None:
    (files / "data.json").write_text('{"a": [1, 2, 3]}')
    (item,) = document(cli, "data.json", "-m", "gpt-4o", "--raw")["items"]
    assert item["usage"]["input"] == 12


def test_a_bare_conversation_is_a_request(cli: Cli, files: Path) -> None:
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    (files / "turns.json").write_text(json.dumps(turns))
    (item,) = document(cli, "turns.json", "-m", "gpt-4o")["items"]
    assert tokens(item) == (2, 11, 13)
