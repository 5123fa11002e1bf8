"""`whatif` on real files: prompts, logs, saved profiles, wrong input."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conftest import Result

ROOT = Path(__file__).parents[2]
AGENT = ROOT / "examples" / "logs" / "agent.jsonl"
SESSION = ROOT / "examples" / "writing-assistant" / "session.jsonl"
Cli = Callable[..., Result]


def document(cli: Cli, *arguments: str) -> dict[str, Any]:
    result = cli("whatif", *arguments, "-f", "json")
    assert result.code == 0, result.err
    parsed: dict[str, Any] = json.loads(result.out)
    return parsed


def scenario(report: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in report["scenarios"] if entry["name"] == name)


def test_the_base_costs_what_profile_says(cli: Cli) -> None:
    profile = json.loads(cli("profile", str(AGENT), "-f", "json").out)
    report = document(cli, str(AGENT), "--mode", "batch")
    assert report["base"]["cost"] == profile["total"]["cost"]
    assert Decimal(scenario(report, "batch")["cost"]) * 2 == Decimal(report["base"]["cost"])


def test_a_saved_profile_compares_too(cli: Cli, tmp_path: Path) -> None:
    cli("profile", str(AGENT), "--save", "saved.tokencost")
    report = document(cli, "saved.tokencost", "--mode", "batch", "-m", "gpt-6-luna")
    assert report["base"]["cost"] == document(cli, str(AGENT), "--mode", "batch")["base"]["cost"]
    assert scenario(report, "gpt-6-luna")["estimated_calls"] == 13


def test_prompts_need_a_model_and_a_volume(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("Say what the weather is like in Ghent today. " * 30)
    options = ["p.txt", "-b", "gpt-4o", "--output-tokens", "100", "--per-day", "1000"]
    report = document(cli, *options, "-m", "gpt-4o-mini", "-m", "claude-haiku-4-5")
    assert report["calls"] == 1000
    estimated = json.loads(
        cli("estimate", "p.txt", "-m", "gpt-4o-mini", "--output-tokens", "100", "-f", "json").out
    )
    each = Decimal(estimated["items"][0]["cost"])
    assert Decimal(scenario(report, "gpt-4o-mini")["cost"]) == 1000 * each


def test_a_repeated_prompt_is_cached_from_its_second_call_on(cli: Cli, tmp_path: Path) -> None:
    body = {
        "model": "claude-sonnet-4-5",
        "max_tokens": 10,
        "system": "Answer in the voice of a patient librarian. " * 200,
        "messages": [{"role": "user", "content": "Where are the maps?"}],
    }
    (tmp_path / "body.json").write_text(json.dumps(body))
    report = document(cli, "body.json", "--per-day", "1000", "--cache", "5m")
    usage = scenario(report, "cache 5m")["usage"]
    assert usage["cache_read"] > 900 * 1500
    assert scenario(report, "cache 5m")["change"]["relative"] < -0.8


def test_a_route_of_shares(cli: Cli) -> None:
    report = document(
        cli,
        str(SESSION),
        "--route",
        "claude-haiku-4-5:0.9,claude-sonnet-4-5:0.1",
        "-m",
        "claude-haiku-4-5",
    )
    small, base = scenario(report, "claude-haiku-4-5")["cost"], report["base"]["cost"]
    mixed = scenario(report, "route claude-haiku-4-5:0.9,claude-sonnet-4-5:0.1")["cost"]
    assert Decimal(mixed) == Decimal("0.9") * Decimal(small) + Decimal("0.1") * Decimal(base)


def test_suggestions_say_what_they_need_and_risk(cli: Cli) -> None:
    report = document(cli, str(SESSION), "--suggest")
    saved = [Decimal(entry["saved_cost"]) for entry in report["suggestions"]]
    assert saved == sorted(saved, reverse=True)
    assert all(entry["needs"] and entry["risks"] for entry in report["suggestions"])
    assert Decimal(report["best"]["saved_cost"]) > saved[0]


def test_a_month_is_reported_of_a_week_of_log_or_where_requested(cli: Cli) -> None:
    short = document(cli, str(SESSION), "--suggest", "-m", "gpt-4o")
    assert not any("month_cost" in entry for entry in short["scenarios"])
    assert not any("saved_month_cost" in entry for entry in short["suggestions"])
    asked = document(cli, str(SESSION), "--suggest", "-m", "gpt-4o", "--per-month")
    for entry in asked["suggestions"]:
        assert Decimal(entry["saved_month_cost"]) == Decimal(entry["saved_cost"]) * 30
    logs = ROOT / "examples" / "logs"
    mapping = str(logs / "service.yaml")
    service = document(cli, str(logs / "service.jsonl"), "--map", mapping, "-m", "gpt-4o")
    assert service["scenarios"][0]["month_cost"] is not None
    table = cli("whatif", str(SESSION), "-m", "gpt-4o").out
    assert "a month" not in table.split("less than seven days")[0]


def test_a_mode_that_no_model_has_does_not_end_the_comparison(cli: Cli) -> None:
    compared = document(cli, str(SESSION), "--mode", "ultrafast", "--mode", "batch")
    assert scenario(compared, "ultrafast")["cost"] is None
    assert scenario(compared, "batch")["cost"] is not None


def test_shorter_prompts_are_compared_with_a_replayed_base(cli: Cli) -> None:
    compared = document(cli, str(AGENT), "--drop-results", "2", "-m", "gpt-4o")
    first, second = compared["scenarios"][:2]
    assert (first["name"], second["name"]) == ("as recorded", "as recorded, cache replayed")
    dropped = scenario(compared, "drop-results 2")
    assert (dropped["base"], dropped["cache"]) == (second["name"], "replayed")
    difference = Decimal(dropped["cost"]) - Decimal(second["cost"])
    assert Decimal(dropped["change"]["cost"]) == difference > 0
    assert scenario(compared, "gpt-4o")["base"] == "as recorded"
    notes = cli("whatif", str(AGENT), "--drop-results", "2").out
    assert "below the record: the error of the replay" in notes


def test_a_suggestion_is_a_scenario_with_what_it_needs(cli: Cli) -> None:
    report = document(cli, str(SESSION), "--suggest")
    (first, *_) = report["suggestions"]
    assert first["base"] == "as recorded"
    assert Decimal(first["change"]["cost"]) == -Decimal(first["saved_cost"])
    assert Decimal(first["cost"]) + Decimal(first["saved_cost"]) == Decimal(report["base"]["cost"])
    assert "base" not in report["base"]
    assert scenario(report, "as recorded") == report["base"]
    assert len(report["best"]["needs"]) > 1
    reasons = document(cli, str(AGENT), "--suggest")["not_tried"]
    assert reasons == ["batch: not advised, all 13 calls wait for another call of their session"]


def test_the_long_rows_of_scaled_tokens_have_a_range(cli: Cli) -> None:
    out = cli("whatif", str(SESSION), "-m", "claude-opus-5-5", "-f", "csv").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert next(iter(rows[0])) == "scenario"
    scaled = [row for row in rows if row["scenario"] == "claude-opus-5-5"]
    assert scaled
    for row in scaled:
        assert Decimal(row["cost_low"]) < Decimal(row["cost"]) < Decimal(row["cost_high"])
    recorded = [row for row in rows if row["scenario"] == "as recorded"]
    assert {row["cost_low"] for row in recorded} == {""}


def test_pareto_marks_what_nothing_beats(cli: Cli) -> None:
    result = cli(
        "whatif", str(SESSION), "-m", "claude-haiku-4-5", "-m", "claude-opus-4-5", "--pareto"
    )
    marked = [line for line in result.out.splitlines() if "best of its kind" in line]
    assert len(marked) == 1
    assert marked[0].startswith("claude-haiku-4-5")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "nothing to compare with"),
        (["-m", "no-such-model"], 4, "no price for model 'no-such-model'"),
        (["--mode", "ultrafast"], 2, "none of these models is offered in mode 'ultrafast'"),
        (["--mode", "slow"], 2, "no 'slow'"),
        (["-s", "missing.yaml"], 5, "missing.yaml: no such scenario file"),
        (["-s", "gpt-4o+colour=red"], 2, "a scenario has no 'colour'"),
        (["-m", "gpt-4o", "-m", "gpt-4o"], 2, "two scenarios are named 'gpt-4o'"),
        (["-m", "gpt-4o", "--per-day", "5"], 2, "are for prompts, not for logs"),
        (["-m", "gpt-4o", "--compressor", "3"], 2, "--compressor without --compress"),
        (["-m", "gpt-4o", "--input-tokens", "3"], 2, "--input-tokens stands in for a prompt"),
    ],
)
def test_wrong_use_is_one_line(cli: Cli, arguments: list[str], code: int, message: str) -> None:
    result = cli("whatif", str(AGENT), *arguments)
    assert result.code == code
    assert message in result.err
    assert "Traceback" not in result.err


def test_a_scenario_file_names_its_mistake(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("scenarios:\n  - name: cheap\n    modle: gpt-4o\n")
    result = cli("whatif", str(AGENT), "-s", "s.yaml")
    assert result.code == 5
    assert "s.yaml: cheap: a scenario has no 'modle'; did you mean 'mode' or 'model'?" in result.err


@pytest.mark.parametrize("format_name", ["csv", "markdown"])
def test_other_formats_hold_every_scenario(cli: Cli, format_name: str) -> None:
    result = cli("whatif", str(SESSION), "-m", "gpt-4o", "--cache", "1h", "-f", format_name)
    assert result.code == 0
    for name in ("as recorded", "as recorded, cache replayed", "gpt-4o", "cache 1h"):
        assert name in result.out


def test_a_prompt_may_come_from_standard_input(cli: Cli) -> None:
    result = cli("whatif", "-", "-b", "gpt-4o", "-m", "gpt-4o-mini", stdin=b"Where are the maps?")
    assert result.code == 0, result.err
    assert "a month" not in result.out  # one call is no day


def test_a_log_may_come_from_standard_input(cli: Cli) -> None:
    result = cli("whatif", "-", "-m", "gpt-4o", stdin=AGENT.read_bytes())
    assert "$0.244 for 13 calls" in result.out


def test_no_call_at_all_is_an_error(cli: Cli) -> None:
    result = cli("whatif", str(AGENT), "-m", "gpt-4o", "--where", "model=nothing")
    assert (result.code, result.out) == (3, "")
    assert "--where model=nothing leaves none of the calls" in result.err


def test_saved_profiles_beside_logs_are_not_lost(cli: Cli, tmp_path: Path) -> None:
    saved = str(tmp_path / "saved.json")
    cli("profile", str(AGENT), "--save", saved)
    assert document(cli, saved, str(SESSION), "--mode", "batch")["calls"] == 13 + 6


def test_options_of_logs_are_refused_for_prompts(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("Where are the maps?")
    for option in (["--where", "model=x"], ["--since", "2026-01-01"], ["--until", "2026-01-01"]):
        result = cli("whatif", "p.txt", "-m", "gpt-4o", *option)
        assert (result.code, result.out) == (2, "")
        assert "are for logs, not for prompts" in result.err


def test_the_model_of_prompts_is_stated_where_none_was_named(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("Where are the maps?")
    report = document(cli, "p.txt", "-m", "gpt-4o")
    assert report["assumptions"][0].startswith("on ")
    assert not any(
        text.startswith("on ")
        for text in document(cli, "p.txt", "-b", "gpt-4.1", "-m", "gpt-4o")["assumptions"]
    )


def test_names_of_scenarios_are_one_line_and_not_taken(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text('- {name: "two\\nlines", model: gpt-4o}\n')
    assert scenario(document(cli, str(AGENT), "-s", "s.yaml"), "two lines")
    (tmp_path / "s.yaml").write_text("- {name: as recorded, model: gpt-4o}\n")
    result = cli("whatif", str(AGENT), "-s", "s.yaml")
    assert result.code == 2
    assert "two scenarios are named 'as recorded'" in result.err


def test_no_room_is_known_on_self_hosted_hardware(cli: Cli) -> None:
    """What is dearest beats nothing: its window is not known, so it has no room to show."""
    dear = "gpus=900,usd=90,input=10,output=10"
    report = document(cli, str(AGENT), "-m", "gpt-4o-mini", "--self-hosted", dear)
    assert not scenario(report, f"self-hosted {dear}")["pareto"]


def test_a_scenario_file_may_have_any_name(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "ideas").write_text("scenarios:\n  - {name: overnight, mode: batch}\n")
    assert (
        scenario(document(cli, str(AGENT), "-s", "ideas"), "overnight")["change"]["relative"]
        == -0.5
    )
