"""What `check` says at its edges: near limits, in odd trees, with baselines that were edited."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gates import LINE, PATH, Cli, check, commit, git, repository

__all__ = ["repository"]

ONE = ["check", "prompts/support.txt", "-m", "gpt-4o", "--output-tokens", "10"]


@pytest.mark.parametrize(
    ("option", "text"),
    [
        (["--max-increase", "0.35%"], "(limit 0.35%)"),
        (["--max-tokens", "1"], "(limit 1)"),
        (["--budget", "0.000001"], "(limit $0.000001)"),
    ],
)
def test_a_limit_is_written_as_it_was_typed(
    cli: Cli, repository: Path, option: list[str], text: str
) -> None:
    (repository / "prompts/support.txt").write_text(LINE * 60)
    result = cli(*ONE, "--git", "main", *option, environment=PATH)
    assert (result.code, text in result.out) == (1, True)


def test_what_is_just_beyond_a_limit_does_not_look_like_it(cli: Cli, repository: Path) -> None:
    (repository / "prompts/support.txt").write_text(LINE * 50)
    _, data = check(cli, *ONE[1:])
    cost = data["total"]["head"]["cost"]
    assert cost == "0.0024925"
    result = cli(*ONE, "--budget", "0.0024924", environment=PATH)
    assert "costs $0.0024925 (limit $0.0024924)" in result.out


def test_a_month_is_called_a_month(cli: Cli, repository: Path) -> None:
    wanted = ["--per-day", "1000", "--budget-per", "month", "--budget", "74.77"]
    result = cli(*ONE, *wanted, environment=PATH)
    assert "fail: a month costs $74.78 (limit $74.77)" in result.out


@pytest.mark.parametrize("option", ["--max-increase", "--budget", "--max-tokens"])
def test_a_number_without_end_is_wrong_usage(cli: Cli, repository: Path, option: str) -> None:
    text = "9" * 5000 if option == "--max-tokens" else "1e9999999"
    result = cli(*ONE, option, text, environment=PATH)
    assert (result.code, result.out) == (2, "")
    assert "more than can be reached" in result.err


def test_a_link_is_the_file_it_leads_to_on_both_sides(cli: Cli, repository: Path) -> None:
    prompts = repository / "prompts"
    (prompts / "again.txt").symlink_to("support.txt")
    (prompts / "twice.txt").symlink_to("again.txt")
    (prompts / "round.md").symlink_to("round.md")
    (repository / "outside.txt").write_text("elsewhere " * 20)
    (prompts / "out.txt").symlink_to("../outside.txt")
    commit(repository)
    (prompts / "support.txt").write_text(LINE * 60)
    _, data = check(cli, "prompts", "--git", "HEAD", "-m", "gpt-4o")
    statuses = {item["path"]: item["status"] for item in data["items"]}
    assert {name: statuses[f"prompts/{name}.txt"] for name in ("again", "twice", "out")} == {
        "again": "changed",
        "twice": "changed",
        "out": "unchanged",
    }
    assert "added" not in statuses.values()


def test_a_name_with_a_line_end_stays_on_its_line(cli: Cli, repository: Path) -> None:
    (repository / "prompts/two\nlines \x1b[31m.txt").write_text("new")
    wanted = ["check", "prompts", "--git", "main", "-m", "gpt-4o", "--fail-on", "new"]
    result = cli(*wanted, environment=PATH)
    assert result.code == 1
    assert "\x1b" not in result.out
    assert "fail: prompts/two\\nlines \\x1b[31m.txt" in result.out


def test_a_clone_without_history_says_what_it_compares_with(cli: Cli, repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "other")
    (repository / "note.md").write_text("unrelated")
    commit(repository)
    result = cli("check", "prompts", "--git", "main...", "-m", "gpt-4o", environment=PATH)
    assert result.code == 0
    assert "where this branch left main is not known here" in result.err


@pytest.mark.parametrize(
    "change",
    [
        {"options": {"mode": 5}},
        {"options": {"mode": [5]}},
        {"options": {"cached_prefix": 5}},
        {"options": {"cached_tokens": "x"}},
        {"options": {"per_day": -4}},
        {"options": {"raw": "x"}},
        {"options": {"per_day": True}},
        {"items": []},
        {"requested_model": [5]},
        {"cost": "NaN"},
        {"cost": "-1"},
        {"unpriced_reason": 5},
        {"prompt": {"tokens": 1, "method": "exact", "tokenizer": [5]}},
    ],
    ids=str,
)
def test_a_baseline_that_was_edited_is_refused(
    cli: Cli, repository: Path, change: dict[str, Any]
) -> None:
    base = repository / "base.json"
    cli("baseline", "prompts", "-m", "gpt-4o", "-o", str(base))
    document = json.loads(base.read_text())
    place = document["run"] if "options" in change else document["items"][0]
    (document if "items" in change else place).update(change)
    base.write_text(json.dumps(document))
    result = cli("check", "prompts", "--baseline", "base.json", environment=PATH)
    assert (result.code, result.err.count("\n")) == (3, 1)
    assert "base.json" in result.err


def test_a_baseline_names_no_files_to_read(cli: Cli, repository: Path) -> None:
    base = repository / "base.json"
    cli("baseline", "prompts", "-m", "gpt-4o", "-o", str(base))
    document = json.loads(base.read_text())
    document["run"]["options"] |= {"prices": ["nothing.yaml"], "paths": ["elsewhere"], "later": 1}
    base.write_text(json.dumps(document))
    assert cli("check", "prompts", "--baseline", "base.json", environment=PATH).code == 0


def test_another_model_is_not_below_a_number_of_tokens(cli: Cli, repository: Path) -> None:
    base = str(repository / "base.json")
    cli("baseline", "prompts/support.txt", "-m", "gpt-4o-mini", "-o", base)
    wanted = ["--baseline", "base.json", "-m", "gpt-4o", "--max-increase", "10%"]
    code, data = check(cli, "prompts/support.txt", *wanted, "--ignore-below", "50")
    assert (code, data["verdict"]) == (1, "fail")
    assert "(model +$" in data["reasons"][0]["text"]


def _request(model: str, text: str) -> str:
    return json.dumps({"model": model, "messages": [{"role": "user", "content": text}]}) + "\n"


@pytest.mark.parametrize("models", [("gpt-4o", "gpt-4o-mini"), ("gpt-4o", "gpt-4o")])
def test_a_request_put_in_before_does_not_hide_one_that_grew(
    cli: Cli, repository: Path, models: tuple[str, str]
) -> None:
    one, other = models
    lines = [_request(one, "hello " * 10), _request(other, "there " * 30), _request(one, "you")]
    (repository / "all.jsonl").write_text("".join(lines))
    commit(repository)
    grown = [_request(one, "put in " * 10), lines[0], _request(other, "there " * 300), lines[2]]
    (repository / "all.jsonl").write_text("".join(grown))
    code, data = check(cli, "all.jsonl", "--git", "HEAD", "--max-item-increase", "10%")
    items = {item["line"]: item for item in data["items"] if item["path"] == "all.jsonl"}
    assert (items[1]["status"], items[1]["renamed_from"]) == ("added", None)
    assert (items[3]["status"], items[3]["renamed_from"]) == ("changed", "all.jsonl")
    assert items[3]["renamed_from_line"] == 2
    assert code == 1


def test_a_report_that_cannot_be_written_keeps_no_other_from_it(cli: Cli, repository: Path) -> None:
    (repository / "file").write_text("")
    reports = ["--report", "junit=file/report.xml", "--report", "json=report.json"]
    result = cli(*ONE, *reports, environment=PATH)
    assert result.code == 3
    assert "report.xml" in result.err
    assert result.out.startswith("pass: 1 prompt")
    assert json.loads((repository / "report.json").read_text())["verdict"] == "pass"


def test_a_report_is_a_file(cli: Cli, repository: Path) -> None:
    assert cli(*ONE, "--report", "json=-", environment=PATH).code == 2


def test_a_month_that_nobody_can_tell_is_a_wrong_setting(cli: Cli, repository: Path) -> None:
    settings = repository / "tokencost.toml"
    settings.write_text('[check]\nbudget = "5"\nbudget_per = "month"\n')
    result = cli(*ONE, environment=PATH)
    assert (result.code, "tokencost.toml: [check] budget_per" in result.err) == (5, True)
    settings.unlink()
    assert cli(*ONE, "--budget", "5", "--budget-per", "month", environment=PATH).code == 2


def test_a_broken_prompt_and_an_empty_baseline_are_named_once(cli: Cli, repository: Path) -> None:
    (repository / "prompts/broken.json").write_text('{"model": "gpt-4o", "messages": [')
    (repository / "empty.json").write_text("")
    malformed = cli("check", "prompts/broken.json", "-m", "gpt-4o", environment=PATH)
    assert malformed.err == "error: prompts/broken.json: line 1: not JSON: Expecting value\n"
    empty = cli(*ONE, "--baseline", "empty.json", environment=PATH)
    assert (empty.code, empty.err) == (3, "error: empty.json: is empty\n")
