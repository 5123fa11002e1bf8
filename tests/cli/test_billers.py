"""Who bills: by a flag, by a setting, by what the log says, by the router's answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from documents import profiled

Cli = Callable[..., Any]
MAP = ("model", "provider", "host", "time")
WEIGHTS = "gpt-oss-120b"


def log(folder: Path, *rows: dict[str, Any]) -> tuple[str, ...]:
    usage = {"in": 1_000_000, "out": 0, "time": "2026-11-20T00:00:00Z"}
    lines = [json.dumps({**usage, **row}) + "\n" for row in rows]
    (folder / "calls.jsonl").write_text("".join(lines))
    fields = [f"{name}={name}" for name in MAP] + ["input=in", "output=out"]
    return ("calls.jsonl", *(part for field in fields for part in ("--map", field)))


def test_a_typed_name_of_weights_needs_a_provider(cli: Cli) -> None:
    result = cli("estimate", "--input-tokens", "1000", "-m", WEIGHTS)
    assert result.code == 4
    assert "--provider" in result.err
    assert "deepinfra" in result.err
    named = cli("estimate", "--input-tokens", "1000", "-m", WEIGHTS, "--provider", "groq")
    assert named.code == 0
    assert "$0.15" in named.out


@pytest.mark.parametrize(("provider", "code"), [("groq", 4), ("grog", 2)])
def test_a_provider_that_does_not_sell_a_typed_model_is_refused(
    cli: Cli, provider: str, code: int
) -> None:
    command = ("estimate", "--input-tokens", "1", "-m", "gpt-4o", "--provider", provider)
    assert cli(*command).code == code


def test_whatif_to_a_name_of_weights_needs_a_provider(cli: Cli, tmp_path: Path) -> None:
    calls = log(tmp_path, {"model": "gpt-4o", "provider": "openai"})
    assert cli("whatif", *calls, "-m", WEIGHTS).code == 4
    assert cli("whatif", *calls, "-m", WEIGHTS, "--provider", "groq").code == 0


def test_the_flag_decides_calls_whose_log_names_nobody(cli: Cli, tmp_path: Path) -> None:
    calls = log(
        tmp_path,
        {"model": WEIGHTS},
        {"model": WEIGHTS, "provider": "openai"},  # who made it
        {"model": "gpt-4o"},
    )
    unsure = profiled(cli, *calls)["total"]
    assert (unsure["cost"], unsure["unpriced_calls"]) == ("2.5", 2)
    settled = profiled(cli, *calls, "--provider", "groq")["total"]
    assert (settled["cost"], settled["unpriced_calls"]) == ("2.8", 0)  # 0.15 twice, and 2.5
    assert "cost_low" not in settled


def test_a_setting_decides_by_patterns_of_names(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "tokencost.toml").write_text('[provider]\n"gpt-oss-*" = "groq"\n')
    calls = log(tmp_path, {"model": WEIGHTS}, {"model": "gpt-4o"})
    assert profiled(cli, *calls)["total"]["cost"] == "2.65"


def test_a_log_that_names_a_host_without_a_table_has_no_range(cli: Cli, tmp_path: Path) -> None:
    total = profiled(cli, *log(tmp_path, {"model": WEIGHTS, "provider": "my-gateway"}))["total"]
    assert (total["cost"], total["unpriced_calls"]) == (None, 1)
    assert "cost_low" not in total


def test_a_router_charges_what_the_host_asks_that_answered(cli: Cli, tmp_path: Path) -> None:
    model = "openai/gpt-oss-120b"
    groq = {"model": model, "provider": "openrouter", "host": "Groq"}
    total = profiled(cli, *log(tmp_path, groq))["total"]
    assert total["cost"] == "0.15"
    assert "cost_low" not in total
    unknown = profiled(cli, *log(tmp_path, {**groq, "host": None}))["total"]
    assert Decimal(unknown["cost_low"]) < Decimal(unknown["cost"]) < Decimal(unknown["cost_high"])


def test_a_makers_model_costs_the_makers_price_whoever_answers(cli: Cli, tmp_path: Path) -> None:
    row = {"model": "openai/gpt-4o", "provider": "openrouter", "host": "Azure"}
    assert profiled(cli, *log(tmp_path, row))["total"]["cost"] == "2.5"


def codes(document: dict[str, Any]) -> set[str]:
    return {warning["code"] for warning in document["warnings"]}


def test_a_call_after_the_end_of_its_model_is_noted(cli: Cli, tmp_path: Path) -> None:
    row = {"model": "deepseek-chat", "provider": "deepseek"}
    after = profiled(cli, *log(tmp_path, {**row, "time": "2026-08-20T00:00:00Z"}))
    assert "retired-model" in codes(after)
    before = profiled(cli, *log(tmp_path, {**row, "time": "2026-03-20T00:00:00Z"}))
    assert "retired-model" not in codes(before)


@pytest.mark.parametrize(("day", "is_noted"), [("2026-11-20", True), ("2026-12-02", False)])
def test_a_price_that_changes_soon_is_noted(cli: Cli, day: str, is_noted: bool) -> None:
    command = ("estimate", "--input-tokens", "1", "-m", "gemini-4-argon", "--as-of", day)
    result = cli(*command)
    assert ("doubles on 2026-12-01" in result.err) is is_noted
    assert ("price-change" in codes(json.loads(cli(*command, "-f", "json").out))) is is_noted


def test_a_local_model_is_free_and_says_where(cli: Cli) -> None:
    result = cli("estimate", "--input-tokens", "1", "-m", "ollama/llama3")
    assert result.code == 0
    assert "your own hardware" in result.err


def test_many_notes_of_a_kind_are_one_line(cli: Cli) -> None:
    models = [f"openrouter/{name}" for name in ROUTED]
    flags = [part for name in models for part in ("-m", name)]
    result = cli("estimate", "--input-tokens", "1", *flags)
    assert result.code == 0, result.err
    assert result.out.count("rest on one public list") + result.err.count("one public list") == 1
    document = json.loads(cli("estimate", "--input-tokens", "1", *flags, "-f", "json").out)
    notes = [one for one in document["warnings"] if one["code"] == "one-source"]
    assert len(notes) == len(models)


ROUTED = (
    "openai/gpt-oss-120b",
    "openai/gpt-oss-20b",
    "qwen/qwen3-30b-a3b",
    "meta-llama/llama-3.3-70b-instruct",
)


@pytest.mark.parametrize(
    ("model", "maker"), [("gpt-4.1-fast", "openai"), ("claude-haiku-3.5", "anthropic")]
)
def test_a_closed_model_that_its_maker_does_not_sell_has_no_price_of_others(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, maker: str
) -> None:
    monkeypatch.chdir(tmp_path)
    document = profiled(cli, *log(tmp_path, {"model": model, "provider": maker}))
    total = document["total"]
    assert (total["cost"], total.get("cost_low"), total["unpriced_calls"]) == (None, None, 1)
    assert f"not in the table of '{maker}'" in document["unpriced"][0]["reason"]


@pytest.mark.parametrize(
    ("model", "maker"),
    [(WEIGHTS, "openai"), ("kimi-k2", "moonshotai"), ("gemma-2-27b-it", "google")],
)
def test_open_weights_that_their_maker_does_not_sell_have_a_range(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, maker: str
) -> None:
    monkeypatch.chdir(tmp_path)
    total = profiled(cli, *log(tmp_path, {"model": model, "provider": maker}))["total"]
    assert Decimal(total["cost_low"]) < Decimal(total["cost_high"])


@pytest.mark.parametrize("name", ["openrouter/auto", "openrouter/openrouter/auto"])
def test_a_name_that_a_router_chooses_for_says_how_to_price_its_log(cli: Cli, name: str) -> None:
    result = cli("estimate", "--input-tokens", "1000", "-m", name)
    assert result.code == 4
    assert "the answer names it" in result.err
    assert "tokencost profile LOG" in result.err
