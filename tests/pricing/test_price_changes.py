"""Differences of tables and days, the rows of a model, and what a table needs on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tokencost_pricing.price_changes import Side, rate_changes, row_changes
from tokencost_pricing.table import PriceTable
from tokencost_pricing.table_health import findings

FILE = """
schema: 1
provider: maker
name: Maker
role: maker
currency: USD
unit: per_1m_tokens
checked: "2026-06-01"
models:
  steady:
    prices: [{from: "2026-01-01", basis: documented, rates: {input: "1", output: "2"}}]
  cheaper:
    prices:
      - {from: "2026-01-01", basis: documented, rates: {input: "4", output: "8"}}
      - {from: "2026-03-01", basis: documented, rates: {input: "2", output: "8", cache_read: "1"}}
      - {from: "2026-07-01", basis: documented, announced: true, rates: {input: "3", output: "9"}}
  ends:
    retires: "2026-07-20"
    prices: [{from: "2026-02-10", basis: documented, rates: {input: "1", output: "1"}}]
"""


def table_of(folder: Path, text: str) -> PriceTable:
    folder.mkdir()
    (folder / "TABLE.yaml").write_text("schema: 1\n")
    (folder / "maker.yaml").write_text(text)
    return PriceTable.load(folder=folder)


@pytest.fixture
def table(tmp_path: Path) -> PriceTable:
    return table_of(tmp_path / "tables", FILE)


def on(month: int, day: int) -> datetime:
    return datetime(2026, month, day, tzinfo=UTC)


def test_two_days_of_a_table(table: PriceTable) -> None:
    changes = list(rate_changes(Side(table, on(2, 1)), Side(table, on(4, 1))))
    assert [(one.model, one.status, one.rate, one.before, one.after) for one in changes] == [
        ("cheaper", "changed", "input", Decimal(4), Decimal(2)),
        ("cheaper", "changed", "cache_read", None, Decimal(1)),
        ("ends", "added", "input", None, Decimal(1)),
        ("ends", "added", "output", None, Decimal(1)),
    ]
    assert [one.relative for one in changes[:2]] == [Decimal("-0.5"), None]


def test_two_tables(table: PriceTable, tmp_path: Path) -> None:
    changed = FILE.replace('input: "1", output: "2"', 'input: "1.5", output: "2"')
    newer = table_of(tmp_path / "newer", changed.replace("  ends:\n", "  follows:\n"))
    changes = list(rate_changes(Side(table, on(4, 1)), Side(newer, on(4, 1))))
    assert {(one.model, one.status) for one in changes} == {
        ("steady", "changed"),
        ("follows", "added"),
        ("ends", "removed"),
    }
    assert list(rate_changes(Side(table, on(4, 1)), Side(table, on(4, 1)))) == []


def test_the_rows_of_a_model_with_their_changes(table: PriceTable) -> None:
    rows = row_changes(table.model("maker", "cheaper"))
    assert [(one.input_change, one.output_change) for one in rows] == [
        (None, None),
        (Decimal("-0.5"), Decimal(0)),
        (Decimal("0.5"), Decimal("0.125")),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-05-31", set()),
        ("2026-06-02", {("price-change", "maker/cheaper"), ("retires-soon", "maker/ends")}),
        ("2026-07-01", {("announced-due", "maker/cheaper"), ("retires-soon", "maker/ends")}),
        ("2026-07-02", {("table-age", ""), ("announced-due", "maker/cheaper")}),
        ("2026-07-20", {("ended", "maker"), ("table-age", "")}),
        ("2026-08-30", {("table-age", "")}),
        ("2026-08-31", {("unchecked", "maker"), ("ended", "maker")}),
    ],
)
def test_what_a_table_needs_on_a_day(
    table: PriceTable, day: str, expected: set[tuple[str, str]]
) -> None:
    due = {
        (one.check, one.subject.replace(table.version, ""))
        for one in findings(table, date.fromisoformat(day))
    }
    if day == "2026-05-31":  # 31 days before the announced price, 50 before the end
        assert due == {("retires-soon", "maker/ends")}
    else:
        assert expected <= due


def test_models_past_their_announced_end_are_named(tmp_path: Path) -> None:
    prices = '[{basis: documented, rates: {input: "1"}}]'
    ends = "".join(
        f'  m{day}: {{retires: "2026-07-{day}", prices: {prices}}}\n' for day in (10, 11, 12, 13)
    )
    table = table_of(tmp_path / "ends", FILE + ends)
    (one,) = (one for one in findings(table, date(2026, 7, 19)) if one.check == "ended")
    assert one.text == (
        "listed as served, announced end has passed: "
        "m13 (2026-07-13), m12 (2026-07-12), m11 (2026-07-11) and 1 more"
    )


def test_a_calendar_that_runs_out() -> None:
    table = PriceTable.load()
    ends = {one.subject: one.day for one in findings(table, date(2026, 12, 15))}
    assert ends["cn"] == date(2026, 12, 31)
    assert "cn" not in {one.subject for one in findings(table, date(2026, 11, 1))}
