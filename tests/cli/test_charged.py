"""Calls that have no price of ours cost what their log states, in every form of the report."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from documents import profiled

Cli = Callable[..., Any]
UNKNOWN = "nobody/unknown-7b"


def answer(number: int, model: str, **usage: Any) -> dict[str, Any]:
    return {
        "id": f"gen-17000000{number:02}-aaaaaaaaaaaaaaaaaaaa",
        "object": "chat.completion",
        "created": 1_782_000_000 + number,
        "model": model,
        "provider": "Chutes",
        "choices": [{"message": {"role": "assistant", "content": "hello"}}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200, **usage},
    }


def routed(cost: float, *, upstream: float | None = None) -> dict[str, Any]:
    details = {"upstream_inference_cost": upstream}
    return {"cost": cost, "is_byok": upstream is not None, "cost_details": details}


ANSWERS = (
    answer(1, UNKNOWN, **routed(0.00123)),
    answer(2, UNKNOWN, **routed(0.00005, upstream=0.001)),
    answer(3, "openai/gpt-5.4-mini", **routed(0.0009)),
    answer(4, "nobody/unknown-8b"),
)
CHARGED = Decimal("0.00228")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ANSWERS))
    return path


def sides(totals: dict[str, Any]) -> Decimal:
    names = ("input_cost", "output_cost", "fee_cost", "charged_cost")
    return sum((Decimal(totals[name] or 0) for name in names), Decimal(0))


def test_a_profile_takes_our_price_and_else_what_was_charged(cli: Cli, log: Path) -> None:
    total = profiled(cli, str(log))["total"]
    assert Decimal(total["charged_cost"]) == CHARGED
    assert (total["charged_calls"], total["unpriced_calls"]) == (2, 1)
    assert set(total["costs"]) == {"input", "output"}
    assert sum(map(Decimal, total["costs"].values())) + CHARGED == Decimal(total["cost"])
    computed = profiled(cli, str(log), "--cost", "computed")["total"]
    assert Decimal(computed["cost"]) + CHARGED == Decimal(total["cost"])
    assert (computed["charged_calls"], computed["unpriced_calls"]) == (0, 3)
    assert computed["charged_cost"] is None


@pytest.mark.parametrize("by", ["model", "day", "provider", "format,model"])
def test_groups_and_sides_sum_to_the_total(cli: Cli, log: Path, by: str) -> None:
    document = profiled(cli, str(log), "--by", by)
    total, groups = document["total"], document["groups"]
    assert sides(total) == Decimal(total["cost"])
    for group in groups:
        assert group["cost"] is None or sides(group) == Decimal(group["cost"])
    assert sum(Decimal(group["cost"] or 0) for group in groups) == Decimal(total["cost"])
    assert sum(group["charged_calls"] for group in groups) == 2


def test_every_form_has_the_same_money(cli: Cli, log: Path) -> None:
    total = Decimal(profiled(cli, str(log))["total"]["cost"])
    rows = list(csv.DictReader(io.StringIO(cli("profile", str(log), "-f", "csv").out)))
    assert sum(Decimal(row["cost"] or 0) for row in rows) == total
    for form in ("table", "markdown"):
        label = cli("profile", str(log), "-f", form, "--by", "provider").out
        assert label.count("charged") == 3  # the headline figure, its row, and what it means
        assert "$0.00228" in label


def test_a_saved_profile_keeps_what_was_charged(cli: Cli, log: Path) -> None:
    file = str(log.with_name("saved.json"))
    assert cli("profile", str(log), "--cost", "computed", "--save", file).code == 0
    assert profiled(cli, file)["total"] == profiled(cli, str(log))["total"]
    computed = profiled(cli, file, "--cost", "computed")["total"]
    assert computed["charged_calls"] == 0


def test_only_what_has_neither_price_nor_charge_is_warned_of(cli: Cli, log: Path) -> None:
    result = cli("profile", str(log))
    notes = [line for line in result.out.splitlines() if "without a price:" in line]
    assert ["unknown-8b" in note for note in notes] == [True]
    assert "unknown-7b" not in notes[0]
    assert "2 calls" in next(line for line in result.out.splitlines() if "charged:" in line)


def test_percentiles_know_what_was_charged(cli: Cli, log: Path) -> None:
    auto = profiled(cli, str(log), "--percentiles")["spreads"][0]
    computed = profiled(cli, str(log), "--percentiles", "--cost", "computed")["spreads"][0]
    assert (auto["measure"], auto["count"], computed["count"]) == ("cost", 3, 1)


@pytest.mark.parametrize(
    "usage",
    [
        {"cost": 0},  # a gateway writes 0 for what it has no price of
        {"cost": -0.5},
        {"cost": "free"},
    ],
    ids=str,
)
def test_what_is_no_charge_leaves_a_call_unpriced(
    cli: Cli, tmp_path: Path, usage: dict[str, Any]
) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(answer(1, "some-unknown-model", **usage)))
    total = profiled(cli, str(path))["total"]
    assert (total["cost"], total["charged_calls"], total["unpriced_calls"]) == (None, 0, 1)


def test_the_cost_of_a_run_is_none_of_a_call(cli: Cli, tmp_path: Path) -> None:
    """What a complete run or session cost is reported, and never in the cost."""
    path = tmp_path / "run.traj"
    path.write_text(
        json.dumps(
            {
                "environment": "x",
                "trajectory": [{"action": "ls", "observation": "", "response": "ls"}],
                "history": [{"role": "user", "content": "go"}],
                "info": {
                    "model_stats": {
                        "instance_cost": 1.5,
                        "tokens_sent": 900,
                        "tokens_received": 40,
                        "api_calls": 3,
                    }
                },
            }
        )
    )
    total = profiled(cli, str(path))["total"]
    assert (total["cost"], total["charged_calls"]) == (None, 0)
    assert total["cost_reported"] == "1.5"


def write(path: Path, *answers: dict[str, Any]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in answers))
    return str(path)


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
