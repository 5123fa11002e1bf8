"""Names that no table has: words, aliases, logs without a model; regions; what a cache can hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from documents import texts

Cli = Callable[..., Any]

USED = {"prompt_tokens": 1_000_000, "completion_tokens": 0, "total_tokens": 1_000_000}
DAY = "2026-06-01T00:00:00Z"


def document_of(result: Any) -> dict[str, Any]:
    assert result.code == 0, result.err
    document: dict[str, Any] = json.loads(result.out)
    return document


def logs(folder: Path, *rows: Any) -> None:
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def claude(model: str, day: str) -> dict[str, Any]:
    return {
        "type": "assistant",
        "sessionId": "s",
        "uuid": day,
        "parentUuid": None,
        "timestamp": day,
        "message": {
            "id": f"msg_0123456789ab{day[:10]}{model}",
            "model": model,
            "content": [],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 10, "output_tokens": 1},
        },
    }


@pytest.mark.parametrize(
    ("word", "suggested"),
    [
        ("claude", ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"]),
        ("sonnet", ["claude-sonnet-5-5"]),
        ("Opus", ["claude-opus-5-5"]),
        ("claude haiku", ["claude-haiku-5-5"]),
        ("gpt", ["gpt-6"]),
        ("grok", ["grok-4.7"]),
    ],
)
def test_a_word_suggests_todays_models(
    cli: Cli, tmp_path: Path, word: str, suggested: list[str]
) -> None:
    done = cli("estimate", "--input-tokens", "9", "-m", word)
    assert done.code == 4
    assert all(name in done.err for name in suggested)
    assert "claude-2" not in done.err


def test_the_same_word_in_a_log_of_claude_code_is_that_days_model(cli: Cli, tmp_path: Path) -> None:
    days = ("2025-12-01T00:00:00Z", "2026-11-01T00:00:00Z")
    logs(tmp_path, *(claude("sonnet", day) for day in days), claude("opus", days[0]))
    document = document_of(cli("profile", "a.jsonl", "-f", "json"))
    models = {group["key"]["model"] for group in document["groups"]}
    assert models == {"claude-sonnet-4-5", "claude-sonnet-5-5", "claude-opus-4-5"}
    assert document["total"]["unpriced_calls"] == 0
    assert any(
        "'sonnet' is taken as claude-sonnet-4-5" in text for text in texts(document["warnings"])
    )


def test_a_word_in_another_log_is_no_model(cli: Cli, tmp_path: Path) -> None:
    logs(tmp_path, {"time": DAY, "model": "sonnet", "usage": USED})
    document = document_of(cli("profile", "a.jsonl", "-f", "json"))
    assert document["total"]["unpriced_calls"] == 1


def test_a_log_without_a_model_is_taken_for_one(cli: Cli, tmp_path: Path) -> None:
    logs(tmp_path, {"time": DAY, "usage": USED}, {"time": DAY, "model": "gpt-5", "usage": USED})
    document = document_of(cli("profile", "a.jsonl", "--assume-model", "gpt-5-mini", "-f", "json"))
    assert {group["key"]["model"] for group in document["groups"]} == {"gpt-5", "gpt-5-mini"}
    assert any("taken as gpt-5-mini (1 call)" in text for text in texts(document["warnings"]))
    assert cli("profile", "a.jsonl", "--assume-model", "nonsense").code == 4


def test_an_alias_of_the_command_and_of_the_settings(cli: Cli, tmp_path: Path) -> None:
    logs(tmp_path, {"time": DAY, "provider": "house", "model": "coder-model", "usage": USED})
    target = "alibaba/qwen3-coder-plus"
    before = document_of(cli("profile", "a.jsonl", "-f", "json"))
    assert before["total"]["cost"] is None
    alias = f"coder-model={target}"
    aliased = document_of(cli("profile", "a.jsonl", "--alias", alias, "-f", "json"))
    (tmp_path / "tokencost.toml").write_text(f'[aliases]\n"coder-model" = "{target}"\n', "utf-8")
    plain = document_of(cli("profile", "a.jsonl", "-f", "json"))
    for document in (aliased, plain):
        assert document["total"]["cost"] is not None
        assert document["groups"][0]["key"] == {"model": "qwen3-coder-plus"}
        assert any(
            f"'coder-model' is your alias of {target}" in w for w in texts(document["warnings"])
        )
    checked = cli("check", "--logs", "a.jsonl", "--budget", "100")
    assert checked.code == 0
    assert "your alias" in checked.err
    assert cli("estimate", "--input-tokens", "9", "-m", "coder-model").code == 0


@pytest.mark.parametrize("text", ["x", "=gpt-5", "x="])
def test_what_is_no_alias(cli: Cli, tmp_path: Path, text: str) -> None:
    logs(tmp_path, {"time": DAY, "usage": USED})
    assert cli("profile", "a.jsonl", "--alias", text).code == 2


def test_an_alias_that_leads_nowhere_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "tokencost.toml").write_text('[aliases]\nx = "nonsense"\n', "utf-8")
    assert cli("estimate", "--input-tokens", "9", "-m", "gpt-5").code == 4
    (tmp_path / "tokencost.toml").write_text('aliases = ["x"]\n', "utf-8")
    assert cli("estimate", "--input-tokens", "9", "-m", "gpt-5").code == 5


@pytest.mark.parametrize(
    ("region", "code"),
    [
        ("mars", 2),
        ("us-moon-1", 2),
        ("", 2),
        ("us", 0),
        ("EU", 0),
        ("europe-west4", 0),
        ("ap-southeast-2", 0),
        ("eastus2", 0),
        ("swedencentral", 0),
        ("global", 0),
    ],
)
def test_a_region_that_nobody_has_is_refused(
    cli: Cli, tmp_path: Path, region: str, code: int
) -> None:
    arguments = ("--input-tokens", "9", "-m", "gpt-5", "--region", region)
    assert cli("estimate", *arguments).code == code
    assert cli("whatif", *arguments[:2], "--region", region).code == code


def test_a_region_that_has_no_price_is_stated(cli: Cli) -> None:
    arguments = ("estimate", "--input-tokens", "9", "-m", "claude-opus-5-5", "--region")
    assert "no price of its own in eu" in cli(*arguments, "eu").err
    assert "no price of its own" not in cli(*arguments, "us").err


def test_a_cached_share_is_of_prompts_that_the_cache_takes(cli: Cli) -> None:
    def read(tokens: int) -> tuple[int, list[str]]:
        document = document_of(
            cli(
                "estimate",
                "--input-tokens",
                str(tokens),
                "-m",
                "claude-sonnet-4-6",
                "--workload",
                "support-chat",
                "-f",
                "json",
            )
        )
        usage = document["items"][0]["usage"]
        return usage.get("cache_read", 0), texts(document["warnings"])

    cached, warnings = read(100)
    assert cached == 0
    assert any("caches no prefix below" in text for text in warnings)
    cached, warnings = read(100_000)
    assert cached == 80_000
    assert not any("caches no prefix" in text for text in warnings)
