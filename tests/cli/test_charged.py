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

from charged_logs import CHARGED, answer, log
from documents import profiled

__all__ = ["log"]

Cli = Callable[..., Any]


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
