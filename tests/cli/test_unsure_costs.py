"""Logs that do not say who billed, in every form of the report."""

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
from hosts import WEIGHTS, HostTable, hosts
from tokencost_pricing.table import PriceTable

__all__ = ["hosts"]

Cli = Callable[..., Any]
MAP = ("--map", "model=model", "--map", "provider=provider", "--map", "time=time")
USAGE = ("--map", "input=in", "--map", "output=out")
ROWS = (
    {"model": WEIGHTS, "time": "2026-10-01T00:00:00Z", "in": 1_000_000, "out": 0},
    {"model": WEIGHTS, "time": "2026-10-01T00:01:00Z", "in": 0, "out": 1_000_000},
    {
        "model": WEIGHTS,
        "provider": "dear",
        "time": "2026-10-01T00:02:00Z",
        "in": 1_000_000,
        "out": 0,
    },
)
LOW, HIGH = Decimal("1.6"), Decimal(5)  # 0.1 + 0.5 + 1; 1 + 3 + 1


@pytest.fixture(autouse=True)
def use_hosts(monkeypatch: pytest.MonkeyPatch, hosts: HostTable) -> None:
    monkeypatch.setattr(PriceTable, "load", lambda **_: hosts)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "calls.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return path


def ends(totals: dict[str, Any]) -> tuple[Decimal, Decimal]:
    return Decimal(totals["cost_low"]), Decimal(totals["cost_high"])


def test_json_holds_the_range_and_one_warning_a_model(cli: Cli, log: Path) -> None:
    document = profiled(cli, "calls.jsonl", *MAP, *USAGE, "--by", "provider")
    total = document["total"]
    assert (Decimal(total["cost"]), total["unpriced_calls"]) == (Decimal(1), 2)
    assert ends(total) == (LOW, HIGH)
    groups = {group["key"]["provider"]: group for group in document["groups"]}
    assert ends(groups[None]) == (LOW - 1, HIGH - 1)
    assert groups[None]["cost"] is None
    assert "cost_low" not in groups["dear"]
    assert ends(document["unpriced"][0]) == (LOW - 1, HIGH - 1)
    (warning,) = [one for one in document["warnings"] if one["code"] == "ambiguous-model"]
    assert warning["model"] == WEIGHTS
    assert "2 calls, $0.60 to $4.00" in warning["text"]


def test_the_table_says_at_least_and_the_range(cli: Cli, log: Path) -> None:
    result = cli("profile", "calls.jsonl", *MAP, *USAGE)
    assert "at least $1.60 (2 of 3 calls unpriced)" in result.out
    assert "between $1.60 and $5.00" in result.out
    assert "--provider" in result.out


def test_csv_holds_the_range_a_unit(cli: Cli, log: Path) -> None:
    result = cli("profile", "calls.jsonl", *MAP, *USAGE, "--by", "provider", "-f", "csv")
    rows = [row for row in csv.DictReader(io.StringIO(result.out)) if not row["provider"]]
    amounts = {row["unit"]: (row["cost"], row["cost_low"], row["cost_high"]) for row in rows}
    assert amounts == {"input": ("", "0.1", "1"), "output": ("", "0.5", "3")}


def test_a_saved_profile_has_the_same_range(cli: Cli, log: Path) -> None:
    document = profiled(cli, "calls.jsonl", *MAP, *USAGE, "--save", "p.tokencost")
    saved = profiled(cli, "p.tokencost")
    assert ends(saved["total"]) == ends(document["total"])
    assert saved["unpriced"] == document["unpriced"]


CHECK = ("check", "calls.jsonl", *MAP, *USAGE, "--logs")


@pytest.mark.parametrize(
    ("budget", "unpriced", "code"),
    [
        ("1.6", "warn", 0),  # at the least, which is no more than the limit
        ("1.59", "warn", 1),
        ("1.6", "fail", 4),
        ("1.59", "fail", 4),
    ],
)
def test_a_budget_is_judged_on_the_least(
    cli: Cli, log: Path, budget: str, unpriced: str, code: int
) -> None:
    terms = ("--by", "provider", "--budget-per", "run", "--budget", budget)
    result = cli(*CHECK, *terms, "--unpriced", unpriced)
    assert result.code == code, result.err
    assert "at least $1.60 (" in result.out
    assert ("a run costs at least $1.60" in result.out) == (budget == "1.59")


def test_the_gate_says_at_least_where_nothing_else_has_a_price(cli: Cli, log: Path) -> None:
    log.write_text("".join(json.dumps(row) + "\n" for row in ROWS[:2]))
    result = cli(*CHECK, "--unpriced", "warn")
    assert "1 group: the cost is at least $0.60, at most $4.00" in result.out
    assert "not known" not in result.out


def test_a_budget_of_a_group_is_judged_on_the_least(cli: Cli, log: Path) -> None:
    terms = ("--unpriced", "warn", "--budget-per", "item", "--budget", "1.5")
    result = cli(*CHECK, *terms)
    assert result.code == 1
    assert "costs at least $1.60 (limit $1.50)" in result.out


def test_whatif_says_that_the_name_does_not_say_who_bills(cli: Cli, log: Path) -> None:
    result = cli("whatif", "calls.jsonl", *MAP, *USAGE, "-m", f"dear/{WEIGHTS}")
    assert result.code == 0, result.err
    assert f"{WEIGHTS} does not say who bills: its tokens are taken as they are" in result.out
