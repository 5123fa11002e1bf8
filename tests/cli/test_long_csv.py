"""CSV of usage is long: one row a key and unit, which sum to what JSON says."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
AGENT = str(ROOT / "examples" / "logs" / "agent.jsonl")
SERVICE = str(ROOT / "examples" / "logs" / "service.jsonl")
MAPPING = str(ROOT / "examples" / "logs" / "service.yaml")
GATE = ROOT / "tests" / "golden" / "files" / "gate"
NUMBERS = ["calls", "unit", "tokens", "rate", "per", "cost", "cost_low", "cost_high"]

Cli = Callable[..., Any]
Row = dict[str, str]


def rows(cli: Cli, *arguments: str, code: int = 0) -> list[Row]:
    result = cli(*arguments, "-f", "csv", "-q", folder=ROOT)
    assert result.code == code, result.err
    return list(csv.DictReader(io.StringIO(result.out)))


def document(cli: Cli, *arguments: str) -> dict[str, Any]:
    result = cli(*arguments, "-f", "json", "-q", folder=ROOT)
    loaded: dict[str, Any] = json.loads(result.out)
    return loaded


def costs(lines: list[Row]) -> Decimal:
    return sum((Decimal(row["cost"]) for row in lines if row["cost"]), Decimal(0))


def usage(lines: list[Row]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in lines:
        if row["tokens"]:
            sums[row["unit"]] = sums.get(row["unit"], 0) + int(row["tokens"])
    return sums


@pytest.mark.parametrize(
    "arguments",
    [
        ("profile", AGENT, "--by", "model"),
        ("profile", AGENT, "--by", "tool", "--by", "agent"),
        ("profile", SERVICE, "--map", MAPPING, "--by", "team,day"),
    ],
)
def test_rows_of_a_profile_sum_to_its_total(cli: Cli, arguments: tuple[str, ...]) -> None:
    written, total = rows(cli, *arguments), document(cli, *arguments)["total"]
    assert list(written[0])[-len(NUMBERS) :] == NUMBERS
    assert costs(written) == Decimal(total["cost"])
    assert usage(written) == {unit: n for unit, n in total["usage"].items() if n}


def test_a_rate_is_left_out_where_there_are_several(cli: Cli) -> None:
    by_model = rows(cli, "profile", AGENT, "--by", "model")
    assert all(Decimal(row["rate"]) > 0 for row in by_model)
    for row in by_model:
        assert int(row["tokens"]) * Decimal(row["rate"]) / int(row["per"]) == Decimal(row["cost"])
    together = {row["unit"]: row["rate"] for row in rows(cli, "profile", AGENT, "--by", "format")}
    assert together["input"] == together["output"] == ""
    assert together["cache_read"] == "0.2"


def test_calls_that_their_log_charges_have_a_row_and_no_unit(cli: Cli, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(
        '{"m": "nobody-sells-this", "in": 100, "cost": 0.25}\n{"m": "gpt-4o", "in": 1000}\n'
    )
    fields = ("--map", "input=in", "--map", "model=m", "--map", "cost=cost", "--by", "provider")
    written = rows(cli, "profile", str(log), *fields)
    (charged,) = [row for row in written if row["unit"] == "charged"]
    assert (charged["tokens"], charged["rate"], charged["cost"]) == ("", "", "0.25")
    assert costs(written) == Decimal(document(cli, "profile", str(log), *fields)["total"]["cost"])


def test_rows_of_an_estimate_sum_to_its_items(cli: Cli) -> None:
    arguments = ("estimate", "examples/prompts", "-m", "gpt-4o", "-m", "claude-sonnet-5-5")
    written = rows(cli, *arguments)
    items = document(cli, *arguments)["items"]
    assert costs(written) == sum(Decimal(item["cost"]) for item in items)
    keys = {(row["path"], row["provider"], row["model"]) for row in written}
    assert len(keys) == len(items)


def test_an_estimate_that_is_not_sure_states_its_range(cli: Cli) -> None:
    written = rows(cli, "estimate", "examples/prompts/support.txt", "-m", "grok-4.7")
    (row,) = [row for row in written if row["unit"] == "input"]
    assert Decimal(row["cost_low"]) < Decimal(row["cost"]) < Decimal(row["cost_high"])
    exact = rows(cli, "estimate", "examples/prompts/support.txt", "-m", "gpt-4o")
    assert {(row["cost_low"], row["cost_high"]) for row in exact} == {("", "")}


def test_rows_of_what_if_start_with_the_scenario(cli: Cli) -> None:
    arguments = ("whatif", AGENT, "--mode", "batch", "-m", "gpt-4o", "--drop-results", "2")
    written = rows(cli, *arguments)
    assert next(iter(written[0])) == "scenario"
    for scenario in document(cli, *arguments)["scenarios"]:
        of_scenario = [row for row in written if row["scenario"] == scenario["name"]]
        assert costs(of_scenario) == Decimal(scenario["cost"])


def test_rows_of_a_comparison_name_their_side(cli: Cli) -> None:
    arguments = ("diff", str(GATE / "base.json"), str(GATE / "head.json"))
    written = rows(cli, *arguments)
    sides = {"base": Decimal(0), "head": Decimal(0)}
    for item in document(cli, *arguments)["items"]:
        for side in sides:
            sides[side] += Decimal(item[side]["cost"])
    for side, cost in sides.items():
        assert costs([row for row in written if row["side"] == side]) == cost


def test_single_calls_are_wide(cli: Cli) -> None:
    written = rows(cli, "profile", AGENT, "--by", "call")
    total = document(cli, "profile", AGENT)["total"]
    assert len({row["call_id"] for row in written}) == len(written) == total["calls"]
    assert costs(written) == Decimal(total["cost"])
    assert sum(int(row["output_tokens"]) for row in written) == total["usage"]["output"]
    assert all(row["at"].endswith("Z") for row in written)
    assert [row["at"] for row in written] == sorted(row["at"] for row in written)
    for row in written:
        parts = ("uncached_input_tokens", "cache_read_tokens", "cache_write_tokens")
        assert int(row["input_tokens"]) == sum(int(row[part]) for part in parts)
    groups = document(cli, "profile", AGENT, "--by", "call")["groups"]
    assert [group["key"]["call"] for group in groups] == [row["call_id"] for row in written]


def test_single_calls_in_parquet(cli: Cli, tmp_path: Path) -> None:
    from pyarrow import parquet

    target = tmp_path / "calls.parquet"
    assert cli("profile", AGENT, "--by", "call", "-o", str(target)).code == 0
    table = parquet.read_table(target)
    assert table.num_rows == 13
    assert sum(table["cost"].to_pylist()) == Decimal("0.2437721")
    assert str(table.schema.field("duration_seconds").type) == "double"


def test_single_calls_need_the_logs_and_stand_alone(cli: Cli, tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    cli("profile", AGENT, "--save", str(saved))
    result = cli("profile", str(saved), "--by", "call")
    assert (result.code, "needs the logs" in result.err) == (2, True)
    result = cli("profile", AGENT, "--by", "call,model")
    assert (result.code, "stands alone" in result.err) == (2, True)
