"""`--output-tokens @FILE` with a provider's answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli

TEXT = "The capital of Norway is Oslo."
MESSAGE = {"role": "assistant", "content": TEXT}


@pytest.mark.parametrize(
    "answer",
    [
        {"choices": [{"message": MESSAGE}], "usage": {"completion_tokens": 8}},
        {"output": {"message": {"role": "assistant", "content": [{"text": TEXT}]}}},
    ],
)
@pytest.mark.parametrize("raw", [(), ("--raw",)])
def test_the_json_of_an_answer_costs_what_its_words_do(
    cli: Cli, tmp_path: Path, answer: dict[str, Any], raw: tuple[str, ...]
) -> None:
    (tmp_path / "prompt.txt").write_text("What is the capital of Norway?")
    (tmp_path / "answer.json").write_text(json.dumps(answer))
    (tmp_path / "answer.txt").write_text(TEXT)
    items = []
    for name in ("answer.json", "answer.txt"):
        models = ("-m", "gpt-5", "-m", "claude-sonnet-4-5", "-m", "gemini-2.5-pro")
        known = ("--output-tokens", f"@{name}", *raw, "-f", "json")
        result = cli("estimate", "prompt.txt", *models, *known, folder=tmp_path)
        items.append([item["output_tokens"] for item in json.loads(result.out)["items"]])
    assert items[0] == items[1]
    assert min(items[0]) > 0


@pytest.mark.parametrize("option", ["--output-tokens=@empty.txt", "--cached-prefix=empty.txt"])
@pytest.mark.parametrize("text", ["", " \n"])
def test_a_text_to_count_that_is_empty_is_refused(
    cli: Cli, tmp_path: Path, option: str, text: str
) -> None:
    (tmp_path / "prompt.txt").write_text("Say hello.")
    (tmp_path / "empty.txt").write_text(text)
    refused = cli("estimate", "prompt.txt", "-m", "gpt-4o", option)
    assert refused.code == 3
    assert refused.err == "error: empty.txt: is empty\n"
