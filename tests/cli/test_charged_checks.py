"""Calls that cost what their log states, in budgets, checks and comparisons."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from charged_logs import ANSWERS, UNKNOWN, answer, log, routed, write

__all__ = ["log"]

Cli = Callable[..., Any]


@pytest.fixture
def base(cli: Cli, tmp_path: Path) -> str:
    """A baseline of one priced call and one that was charged $0.001."""
    logs = write(
        tmp_path / "before.jsonl",
        answer(1, UNKNOWN, **routed(0.001)),
        answer(2, "openai/gpt-5.4-mini", **routed(0.002)),
    )
    file = str(tmp_path / "base.json")
    assert cli("baseline", "--logs", logs, "--save", file).code == 0
    return file


def head(tmp_path: Path, unknown: float, *, calls: int = 1, known: float = 0.002) -> str:
    """The same with other charges, and with more priced calls."""
    priced = [answer(10 + n, "openai/gpt-5.4-mini", **routed(known)) for n in range(calls)]
    return write(tmp_path / "after.jsonl", answer(1, UNKNOWN, **routed(unknown)), *priced)


def checked(cli: Cli, *arguments: str) -> tuple[int, dict[str, Any]]:
    result = cli("check", "--logs", *arguments, "-f", "json")
    return result.code, json.loads(result.out)


@pytest.mark.parametrize("unpriced", ["fail", "warn"])
def test_a_check_stays_with_our_prices(cli: Cli, base: str, tmp_path: Path, unpriced: str) -> None:
    arguments = (head(tmp_path, 0.001), "--baseline", base, "--unpriced", unpriced)
    code, document = checked(cli, *arguments, "--max-increase", "10%")
    assert code == (4 if unpriced == "fail" else 0)
    item = next(item for item in document["items"] if item["key"]["model"] == UNKNOWN)
    assert item["head"]["cost"] is None
    assert item["effects"] == []


@pytest.mark.parametrize(
    ("cost", "budget", "code"),
    [
        ("auto", "0.003", 0),
        ("auto", "0.0029", 1),
        ("reported", "0.003", 0),
        ("reported", "0.0029", 1),
    ],
)
def test_budgets_take_charged_money(
    cli: Cli, tmp_path: Path, cost: str, budget: str, code: int
) -> None:
    logs = write(tmp_path / "one.jsonl", answer(1, UNKNOWN, **routed(0.003)))
    exit_code, document = checked(cli, logs, "--cost", cost, "--budget", budget)
    assert exit_code == code
    side = document["items"][0]["head"]
    assert (side["cost"], side["charged_cost"], side["charged_calls"]) == ("0.003", "0.003", 1)


def test_budgets_of_a_run_add_priced_and_charged_calls(cli: Cli, tmp_path: Path) -> None:
    logs = head(tmp_path, 0.003, known=0.5)
    run = ("--budget-per", "run", "--budget")
    assert checked(cli, logs, "--cost", "auto", *run, "0.00465")[0] == 0
    assert checked(cli, logs, "--cost", "auto", *run, "0.0046")[0] == 1
    assert checked(cli, logs, "--cost", "reported", *run, "0.503")[0] == 0
    assert checked(cli, logs, "--cost", "reported", *run, "0.5")[0] == 1


@pytest.mark.parametrize("by", ["model", "provider"])
@pytest.mark.parametrize("cost", ["auto", "reported"])
def test_increases_of_charged_calls_are_listed_not_judged(
    cli: Cli, base: str, tmp_path: Path, cost: str, by: str
) -> None:
    limits = ("--max-increase", "1%", "--max-item-increase", "1%", "--max-increase-usd", "0.0001")
    code, document = checked(
        cli, head(tmp_path, 0.003), "--baseline", base, "--cost", cost, "--by", by, *limits
    )
    assert (code, document["verdict"]) == (0, "pass")
    (reason,) = document["reasons"]
    assert (reason["level"], reason["code"], reason["value"]) == (
        "note",
        "charged-increase",
        "0.002",
    )
    assert "not judged" in reason["text"]
    item = next(item for item in document["items"] if item["effects"])
    assert [effect["cause"] for effect in item["effects"]] == ["charged"]
    assert [effect["cost"] for effect in item["effects"]] == ["0.002"]


@pytest.mark.parametrize("by", ["model", "provider"])
@pytest.mark.parametrize("unknown", [0.003, 0.001, 0.0001])
def test_increases_of_priced_calls_beside_them_are_judged(
    cli: Cli, base: str, tmp_path: Path, unknown: float, by: str
) -> None:
    arguments = (head(tmp_path, unknown, calls=3), "--baseline", base, "--cost", "auto", "--by", by)
    code, document = checked(cli, *arguments, "--max-increase", "50%")
    assert code == 1
    assert document["reasons"][0]["code"] == "max-increase"


def test_what_was_charged_hides_no_increase_of_others(cli: Cli, base: str, tmp_path: Path) -> None:
    """A call that loses its price and is charged more is no saving of the priced calls."""
    moved = write(tmp_path / "moved.jsonl", *(answer(n, UNKNOWN, **routed(0.01)) for n in range(2)))
    arguments = (moved, "--baseline", base, "--cost", "auto", "--by", "provider")
    code, document = checked(cli, *arguments, "--max-increase", "0%")
    assert code == 0
    assert {reason["code"] for reason in document["reasons"]} == {"charged-increase"}


def test_calls_whose_log_says_no_cost_are_unpriced(cli: Cli, tmp_path: Path) -> None:
    logs = write(tmp_path / "two.jsonl", *ANSWERS)
    for cost in ("auto", "reported"):
        code, document = checked(cli, logs, "--cost", cost, "--budget", "1")
        assert code == 4
        failed = [one["key"]["model"] for one in document["items"] if one["status"] == "failed"]
        assert failed == ["nobody/unknown-8b"]


def test_cost_is_of_logs_and_of_known_words(cli: Cli, log: Path, tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text("hello")
    assert cli("check", "prompt.txt", "--cost", "auto").code == 2
    result = cli("check", "--logs", str(log), "--cost", "atuo")
    assert (result.code, "did you mean 'auto'" in result.err) == (2, True)
    (tmp_path / "tokencost.toml").write_text('[check]\ncost = "auto"\n')
    logs = write(tmp_path / "one.jsonl", answer(1, UNKNOWN, **routed(0.003)))
    assert cli("check", "--logs", logs, "--budget", "0.01").code == 0


@pytest.mark.parametrize("policy", [(), ("--unpriced", "warn"), ("--unpriced", "fail")], ids=str)
def test_unpriced_calls_end_with_4_where_that_is_asked(
    cli: Cli, base: str, tmp_path: Path, policy: tuple[str, ...]
) -> None:
    """A charged call has a price for `profile`, and for no other command."""
    logs = head(tmp_path, 0.001)
    code = 4 if "fail" in policy else 0
    commands: list[tuple[str, ...]] = [
        ("profile", logs, "--cost", "computed"),
        ("whatif", logs, "-m", "gpt-5.4-mini"),
        ("diff", base, base),
    ]
    for command in commands:
        result = cli(*command, *policy)
        assert (result.code, bool(result.out)) == (code, True), command
        assert ("no price" in result.err.splitlines()[-1]) if code else True
    assert cli("profile", logs, *policy).code == 0
    for command in commands:
        assert cli(*command, "--unpriced", "fial").code == 2


def test_diff_and_whatif_stay_with_our_prices(cli: Cli, base: str, log: Path) -> None:
    other = str(log.with_name("other.json"))
    assert cli("baseline", "--logs", str(log), "--save", other).code == 0
    document = json.loads(cli("diff", base, other, "-f", "json").out)
    failed = {one["key"]["model"] for one in document["items"] if one["status"] == "failed"}
    assert UNKNOWN in failed
    document = json.loads(cli("whatif", str(log), "-m", "gpt-5.4-mini", "-f", "json").out)
    assert document["base"]["unpriced_calls"] == 3
