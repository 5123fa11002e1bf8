"""How long the answer to a prompt is taken to be, and what a request allows."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from documents import texts

Cli = Callable[..., Any]

CHAT = {"messages": [{"role": "user", "content": "Hi"}]}
CONTENTS = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}
CONVERSE = {"messages": [{"role": "user", "content": [{"text": "Hi"}]}]}

# One way of saying "at most 40 tokens" for each API.
SPELLINGS = {
    "chat": {**CHAT, "max_tokens": 40},
    "chat-reasoning": {**CHAT, "max_completion_tokens": 40},
    "responses": {"input": "Hi", "max_output_tokens": 40},
    "anthropic": {**CHAT, "system": "Be brief.", "max_tokens": 40},
    "gemini": {**CONTENTS, "generationConfig": {"maxOutputTokens": 40}},
    "gemini-snake": {**CONTENTS, "generation_config": {"max_output_tokens": 40}},
    "gemini-sdk": {**CONTENTS, "config": {"maxOutputTokens": 40}},
    "converse": {**CONVERSE, "inferenceConfig": {"maxTokens": 40}},
    "nova": {**CONVERSE, "inferenceConfig": {"max_new_tokens": 40}},
    "ollama-chat": {**CHAT, "options": {"num_predict": 40}},
    "ollama-generate": {"prompt": "Hi", "options": {"num_predict": 40}},
    "llama": {"prompt": "Hi", "max_gen_len": 40},
    "titan": {"inputText": "Hi", "textGenerationConfig": {"maxTokenCount": 40}},
    "tgi": {"inputs": "Hi", "parameters": {"max_new_tokens": 40}},
    "claude-2": {"prompt": "Hi", "max_tokens_to_sample": 40},
    "cohere": {"message": "Hi", "preamble": "Be brief.", "max_tokens": 40},
    "as-float": {**CHAT, "max_tokens": 40.0},
    "lowest-of-two": {**CHAT, "max_tokens": 900, "max_completion_tokens": 40},
}


def item(cli: Cli, folder: Path, body: Any, *arguments: str) -> dict[str, Any]:
    (folder / "body.json").write_text(json.dumps(body))
    result = cli("estimate", "body.json", "-m", "gpt-4o", "-f", "json", *arguments)
    assert result.code == 0, result.err
    (item_read,) = json.loads(result.out)["items"]
    return dict(item_read)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_the_ceiling(cli: Cli, tmp_path: Path, spelling: str) -> None:
    item_read = item(cli, tmp_path, SPELLINGS[spelling])
    assert item_read["output"] == {
        "tokens": 40,
        "low": None,
        "high": 40,
        "source": "ceiling",
        "ceiling": 40,
    }
    assert item_read["usage"]["output"] == 40


@pytest.mark.parametrize(
    "body",
    [
        CHAT,
        {**CHAT, "options": {"num_predict": -1}},
        {**CHAT, "max_tokens": None},
        {**CHAT, "max_tokens": "40"},
        {**CHAT, "max_tokens": True},
    ],
)
def test_no_ceiling(cli: Cli, tmp_path: Path, body: dict[str, Any]) -> None:
    assert item(cli, tmp_path, body)["output"] == {
        "tokens": 500,
        "low": None,
        "high": None,
        "source": "assumed",
        "ceiling": None,
    }


def test_above_the_default_both_costs_stand_in_the_table(cli: Cli, tmp_path: Path) -> None:
    item_read = item(cli, tmp_path, {**CHAT, "max_tokens": 2000})
    assert item_read["output"] == {
        "tokens": 500,
        "low": None,
        "high": 2000,
        "source": "assumed",
        "ceiling": 2000,
    }
    result = cli("estimate", "body.json", "-m", "gpt-4o")
    lines = result.out.splitlines()
    assert lines[0] == "body.json: 500 tokens of output (assumed), up to 2,000"
    assert lines[2].split()[-3:] == ["up", "to", "2,000"]
    assert next(line for line in lines if line.startswith("output")).split() == [
        "output",
        "500",
        "$10.00",
        "$0.005",
        "$0.02",
    ]
    written = cli("estimate", "body.json", "-m", "gpt-4o", "-f", "csv").out.splitlines()
    (row,) = [row for row in csv.DictReader(written) if row["unit"] == "output"]
    assert Decimal(row["cost_high"]) - Decimal(row["cost"]) == Decimal("0.015")


def test_several_ceilings_in_one_table(cli: Cli, tmp_path: Path) -> None:
    bodies = [{"model": "gpt-4o", **CHAT, "max_tokens": most} for most in (100, 3000)]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, bodies)))
    lines = cli("estimate", "rows.jsonl").out.splitlines()
    assert lines[0] == (
        "2 prompts: 500 tokens of output (assumed), up to each limit (100 to 3,000)"
    )
    costs = [line.split()[3:5] for line in lines if line.startswith("rows.jsonl:")]
    assert costs == [["$0.00102", "$0.00102"], ["$0.00502", "$0.03"]]


def test_an_answer_without_a_limit_has_no_most(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "limited.json").write_text(json.dumps({**CHAT, "max_tokens": 2000}))
    (tmp_path / "open.txt").write_text("Hi")
    lines = cli("estimate", ".", "-m", "gpt-4o").out.splitlines()
    assert lines[0].endswith("(assumed), up to 2,000, where a request sets a limit")
    assert [line.split()[3:5] for line in lines if line.startswith(("limited", "open"))] == [
        ["$0.00502", "$0.02"],
        ["$0.00502", "-"],
    ]


@pytest.mark.parametrize("most", [150, 4000])
def test_max_takes_the_ceiling_as_the_answer(cli: Cli, tmp_path: Path, most: int) -> None:
    item_read = item(cli, tmp_path, {**CHAT, "max_tokens": most}, "--output-tokens", "max")
    assert item_read["output"] == {
        "tokens": most,
        "low": most,
        "high": most,
        "source": "given",
        "ceiling": most,
    }
    assert item_read["usage"]["output"] == most


def test_max_without_a_ceiling_is_what_the_model_writes_at_most(cli: Cli, tmp_path: Path) -> None:
    item_read = item(cli, tmp_path, CHAT, "--output-tokens", "max")
    assert item_read["output"]["tokens"] == 16_384
    assert (item_read["output"]["source"], item_read["output"]["ceiling"]) == ("given", None)


def test_a_longer_answer_than_allowed_is_stated(cli: Cli, tmp_path: Path) -> None:
    item_read = item(cli, tmp_path, {**CHAT, "max_tokens": 100}, "--output-tokens", "300")
    assert item_read["output"]["source"] == "given"
    assert texts(item_read["warnings"]) == [
        "the request allows an answer of 100 tokens at most; 300 were asked for"
    ]


def test_where_the_length_comes_from(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "answer.txt").write_text("A fox, a dog.\n")
    sources = {
        flags: item(cli, tmp_path, CHAT, *flags.split())["output"]["source"]
        for flags in (
            "",
            "--output-tokens 20",
            "--output-tokens 2x",
            "--workload translate",
            "--output-tokens @answer.txt",
        )
    }
    assert list(sources.values()) == ["assumed", "given", "given", "workload", "given"]


def test_the_length_stands_beside_the_items_where_it_is_one(cli: Cli, tmp_path: Path) -> None:
    item(cli, tmp_path, CHAT)
    result = cli("estimate", "body.json", "-m", "gpt-4o", "-m", "gpt-4.1-mini", "-f", "json")
    document = json.loads(result.out)
    assert document["output"]["source"] == "assumed"
    assert document["output"]["tokens"] == 500
