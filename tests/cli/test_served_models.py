"""Models that the user serves: their files, in every command that counts prompts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Cli

EXAMPLE = Path(__file__).parents[2] / "examples" / "served-model"
TOKENIZER, TEMPLATE = str(EXAMPLE / "tokenizer.json"), str(EXAMPLE / "tokenizer_config.json")
SERVED = ("--tokenizer", TOKENIZER, "--chat-template", TEMPLATE)
PRICES = ("--prices", str(EXAMPLE.parent / "prices" / "self-hosted.yaml"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "chat.json").write_bytes((EXAMPLE / "chat.json").read_bytes())
    return tmp_path


@pytest.fixture
def tokens(cli: Cli, folder: Path) -> int:
    """The tokens that `count` reports."""
    counted = cli("count", "chat.json", *SERVED, "-f", "json", folder=folder)
    (item,) = json.loads(counted.out)["items"]
    assert (item["low"], item["high"], item["method"]) == (item["tokens"],) * 2 + ("exact",)
    return int(item["tokens"])


def test_estimate_and_check_count_what_count_does(cli: Cli, folder: Path, tokens: int) -> None:
    model = ("-m", "llama-3-70b", *PRICES, *SERVED)
    estimated = cli("estimate", "chat.json", *model, folder=folder)
    assert f"input           {tokens} " in estimated.out
    least = cli("check", "chat.json", *model, "--max-tokens", str(tokens), folder=folder)
    below = cli("check", "chat.json", *model, "--max-tokens", str(tokens - 1), folder=folder)
    assert (least.code, below.code) == (0, 1)


def test_a_baseline_and_a_change_of_it(cli: Cli, folder: Path) -> None:
    model = ("-m", "llama-3-70b", *PRICES, *SERVED)
    saved = cli("baseline", "chat.json", *model, "-o", "base.json", folder=folder)
    assert saved.code == 0
    same = cli("check", "chat.json", *model, "--baseline", "base.json", folder=folder)
    assert same.code == 0
    assert "nothing changed" in same.out


def test_whatif_counts_each_model_by_its_files(cli: Cli, folder: Path, tokens: int) -> None:
    goes_to = ("chat.json", "--base", "gpt-4o", "--model", "llama-3-70b", *PRICES)
    named = (
        "--tokenizer",
        f"llama-3-70b={TOKENIZER}",
        "--chat-template",
        f"llama-3-70b={TEMPLATE}",
    )
    compared = cli("whatif", *goes_to, *named, folder=folder)
    row = next(line for line in compared.out.splitlines() if line.startswith("llama-3-70b"))
    assert f" {tokens} " in row
    refused = cli("whatif", *goes_to, *SERVED, folder=folder)
    assert refused.code == 2
    assert "gpt-4o and llama-3-70b are counted" in refused.err


def test_a_tokenizer_alone_counts_the_texts(cli: Cli, folder: Path, tokens: int) -> None:
    model = ("-m", "llama-3-70b", *PRICES, "--tokenizer", TOKENIZER)
    texts = cli("estimate", "chat.json", *model, folder=folder)
    raw = cli("estimate", "chat.json", *model, "--chat-template", TEMPLATE, "--raw", folder=folder)
    assert "added around" not in texts.out
    assert texts.out.splitlines()[:6] == raw.out.splitlines()[:6]
    assert f" {tokens} " not in texts.out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--chat-template", TEMPLATE), 2, "--chat-template goes with --tokenizer FILE"),
        (("--tokenizer", "none.json"), 3, "none.json: --tokenizer: no such file"),
        (("--tokenizer", TOKENIZER, "--chat-template", "x.jinja"), 3, "x.jinja: --chat-template"),
        (("--tokenizer", TOKENIZER, "--tokenizer", TOKENIZER), 2, "two files for one model"),
        (("--tokenizer", "chat.json"), 3, "not a tokenizer.json"),
        (("--tokenizer", f"nobody-xyz={TOKENIZER}"), 4, "nobody-xyz"),
        (("--tokenizer", TOKENIZER, "--chat-template", "chat.json"), 3, "has no `chat_template`"),
    ],
)
def test_files_that_do_not_serve_end_in_one_line(
    cli: Cli, folder: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    refused = cli("estimate", "chat.json", "-m", "gpt-4o", *arguments, folder=folder)
    assert refused.code == code
    assert message in refused.err
    assert refused.err.count("\n") == 1


def test_logs_are_not_counted_by_files_of_prompts(cli: Cli, folder: Path) -> None:
    refused = cli("check", "--logs", "chat.json", *SERVED, folder=folder)
    assert refused.code == 2
    assert "--tokenizer and --chat-template are for prompts" in refused.err


def test_files_that_name_different_models_are_not_of_one(cli: Cli, folder: Path) -> None:
    files = ("--tokenizer", f"llama-3-70b={TOKENIZER}", "--chat-template", f"gpt-4o={TEMPLATE}")
    result = cli("estimate", "chat.json", "-m", "llama-3-70b", *PRICES, *files, folder=folder)
    assert result.code == 2
    assert "--chat-template goes with --tokenizer FILE" in result.err


def test_a_template_that_writes_nothing_is_refused(cli: Cli, folder: Path) -> None:
    (folder / "empty.jinja").write_text("{% if documents %}{{ documents }}{% endif %}\n")
    files = ("--tokenizer", TOKENIZER, "--chat-template", "empty.jinja")
    result = cli("count", "chat.json", *files, folder=folder)
    assert result.code == 3
    assert "empty.jinja: writes nothing for the conversation" in result.err
