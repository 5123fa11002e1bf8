"""Results as tables of pandas, and as small tables in notebooks."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from conftest import Cli
from tokencost_pricing import PriceTable
from tokencost_pricing.errors import UsageError
from tokencost_pricing.money import money
from tokencost_profiles import estimate, profile, read, whatif
from tokencost_profiles.logs.profile_logs import CostProfile

pandas = pytest.importorskip("pandas")

ROOT = Path(__file__).parents[1]
LOGS = ROOT / "examples" / "logs" / "agent.jsonl"
CHAT = ROOT / "examples" / "writing-assistant" / "session.jsonl"
ROW = (
    '{{"model": "{model}", "created": {at}, '
    '"usage": {{"prompt_tokens": {tokens}, "completion_tokens": 5}}}}\n'
)
HOSTILE = "<script>alert('&')</script>\u202e"


@pytest.fixture(scope="module")
def costs(table: PriceTable) -> CostProfile:
    """The costs of a small log by model and agent."""
    return profile(LOGS, by=("model", "agent"), table=table)


def test_a_row_a_group_sums_to_the_total(costs: CostProfile) -> None:
    frame = costs.to_pandas()
    assert list(frame.columns[:3]) == ["model", "agent", "calls"]
    assert frame["calls"].sum() == costs.total.calls
    assert frame["cost"].sum() == costs.total.cost
    assert isinstance(frame["cost"][0], Decimal)
    for unit, count in costs.total.usage.items():
        assert frame[unit].sum() == count
    kinds = {frame[name].dtype.name for name in ("calls", "input", "unpriced_calls")}
    assert kinds == {"Int64"}
    assert frame["model"].dtype.name == "string"


def test_a_row_a_call_sums_to_the_total(costs: CostProfile) -> None:
    frame = costs.to_pandas("calls")
    assert len(frame) == costs.total.calls
    assert frame["cost"].sum() == costs.total.cost
    assert frame["at"].is_monotonic_increasing
    assert str(frame["at"].dt.tz) == "UTC"
    assert frame["at"][0].isoformat() == "2026-10-06T09:00:11+00:00"
    # What a call does not report is missing, and not 0.
    assert frame["cache_read"].isna().any()
    assert frame["duration_seconds"].isna().all()


def test_rows_of_calls_are_those_of_the_command(
    costs: CostProfile, cli: Cli, tmp_path: Path
) -> None:
    target = tmp_path / "calls.parquet"
    assert cli("profile", str(LOGS), "--by", "call", "-o", str(target)).code == 0
    written = pandas.read_parquet(target)
    frame = costs.to_pandas("calls", money="float")
    assert list(written.columns) == list(frame.columns)
    assert written["cost"].astype(float).tolist() == frame["cost"].tolist()
    assert pandas.to_datetime(written["at"]).tolist() == frame["at"].tolist()
    for name in ("call_id", "model", "agent", "output_tokens"):
        assert written[name].tolist() == frame[name].tolist()


def test_money_as_numbers_is_drawn_and_pivoted(table: PriceTable) -> None:
    frame = profile(LOGS, by=("day", "model"), table=table).to_pandas(money="float")
    assert frame["cost"].dtype.name == "float64"
    pivoted = frame.pivot(index="day", columns="model", values="cost")
    assert pivoted.sum(axis=None) == pytest.approx(0.2437721)


def test_what_has_no_price_is_missing(table: PriceTable, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(
        ROW.format(model="no-such", at=1_790_000_000, tokens=7)
        + ROW.format(model="gpt-4o-mini", at=1_790_000_000, tokens=1)
    )
    costs = profile(path, table=table)
    exact, drawn = costs.to_pandas(), costs.to_pandas(money="float")
    assert exact["cost"].isna().tolist() == drawn["cost"].isna().tolist() == [False, True]
    assert exact["unpriced_calls"].tolist() == [0, 1]
    page = costs._repr_html_()
    assert costs.total.cost is not None
    least = money(costs.total.cost).replace("<", "&lt;")
    assert f"<b>at least {least} (1 of 2 calls unpriced): 2 calls</b>" in page
    mixed = profile(path, by=("provider",), table=table)
    assert [group.unpriced_calls for group in mixed.groups] == [0, 1]
    assert f">≥{least}</td>" in profile(path, by=("file",), table=table)._repr_html_()


def test_estimates_and_scenarios(table: PriceTable) -> None:
    estimates = estimate("How much?", "gpt-4o-mini", "claude-haiku-4-5", table=table)
    frame = estimates.to_pandas()
    assert frame["cost"].tolist() == [one.cost for one in estimates]
    assert frame["input_tokens"].dtype.name == "Int64"
    comparison = whatif(read(CHAT, text=True, table=table).calls, "gpt-4o-mini", table=table)
    scenarios = comparison.to_pandas()
    before, after = comparison.rows
    assert scenarios["cost"].tolist() == [before.cost, after.cost]
    assert before.cost is not None
    assert after.cost is not None
    assert scenarios["change"].tolist() == [None, after.cost - before.cost]
    for result in (estimates, comparison):
        assert result._repr_html_().count("<tr>") == len(result.to_pandas()) + 1


def test_notebooks_display_as_the_terminal_does(costs: CostProfile) -> None:
    page = costs._repr_html_()
    assert costs.total.cost is not None
    assert page.startswith(f"<div><p><b>{money(costs.total.cost)}: 13 calls</b></p>")
    for group in costs.groups:
        assert group.cost is not None
        assert f'title="{group.cost.normalize():f} USD">{money(group.cost)}</td>' in page
    assert "reasoning" not in page


def test_a_small_cost_is_never_nothing(table: PriceTable, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(ROW.format(model="gpt-5-nano", at=1_790_000_000, tokens=1))
    assert "&lt;$0.0001" in profile(path, table=table)._repr_html_()


def test_names_of_others_do_nothing_and_a_page_is_small(table: PriceTable, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    rows = [
        {"model": "gpt-4o-mini", "who": f"{HOSTILE}{at}{'x' * 9000}", "tokens": 7}
        for at in range(90)
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    mapping = ("model=model", "user=who", "input=tokens")
    page = profile(
        read(path, mapping=mapping, table=table), by=("user",), table=table
    )._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    assert "70 more rows" in page
    assert len(page) < 10_000


def test_options_that_mean_nothing(costs: CostProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="rows are 'groups' or 'calls'"):
        costs.to_pandas(cast("Any", "all"))
    with pytest.raises(UsageError, match="money is 'decimal' or 'float'"):
        costs.to_pandas(money=cast("Any", "text"))
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match="needs pandas") as caught:
        costs.to_pandas()
    assert "[data]" in str(caught.value.hint)


def test_a_saved_profile_has_no_rows_of_calls(cli: Cli, table: PriceTable, tmp_path: Path) -> None:
    saved = tmp_path / "saved.tokencost"
    assert cli("profile", str(LOGS), "--save", str(saved)).code == 0
    costs = profile(saved, table=table)
    assert costs.to_pandas()["cost"].sum() == costs.total.cost
    with pytest.raises(UsageError, match="a saved profile holds sums"):
        costs.to_pandas("calls")
