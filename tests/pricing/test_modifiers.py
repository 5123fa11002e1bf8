"""Surcharges hold from their first day on, and under their conditions only."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tokencost_pricing.cost import Terms, cost_of
from tokencost_pricing.offer import Conditions, Modifier
from tokencost_pricing.table import TABLES, PriceTable
from tokencost_pricing.usage import Usage

START = datetime(2026, 3, 5, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
EU: Conditions = (("region", "eu"),)

PRICES = """\
schema: 1
provider: acme
name: Acme
role: maker
currency: USD
unit: per_1m_tokens
checked: "2026-11-22"
modifiers:
  residency: {when: {region: [eu]}, multiply: "1.1", applies_to: tokens, from: "2026-03-05"}
models:
  anvil-1:
    modifiers: [residency]
    prices:
      - {from: "2026-01-01", basis: release, rates: {input: "2", output: "10"}}
"""


def residency(**wanted: object) -> Modifier:
    return Modifier("residency", wanted, Decimal("1.1"), START)


@pytest.mark.parametrize(
    ("at", "applies"), [(START - MOMENT, False), (START, True), (START + MOMENT, True)]
)
def test_a_surcharge_begins_at_its_first_moment(at: datetime, applies: bool) -> None:
    assert residency(region=["eu"]).applies({"region": "eu"}, at) is applies


@pytest.mark.parametrize(
    ("wanted", "conditions", "applies"),
    [
        ({"region": ["eu", "us"]}, {"region": "us"}, True),
        ({"region": ["eu", "us"]}, {"region": "jp"}, False),
        ({"region": ["eu"]}, {}, False),
        ({"region": {"not": ["global"]}}, {"region": "eu"}, True),
        ({"region": {"not": ["global"]}}, {"region": "global"}, False),
        ({"region": {"not": ["global"]}}, {}, False),
        ({"region": ["eu"], "deployment": ["zone"]}, {"region": "eu"}, False),
        ({"region": ["eu"], "deployment": ["zone"]}, {"region": "eu", "deployment": "zone"}, True),
    ],
)
def test_every_condition_must_hold(
    wanted: dict[str, object], conditions: dict[str, str], applies: bool
) -> None:
    assert residency(**wanted).applies(conditions, START) is applies


@pytest.mark.parametrize(
    ("day", "conditions", "cost"),
    [
        ("2026-03-04", EU, "12"),
        ("2026-03-05", EU, "13.2"),
        ("2026-03-05", (), "12"),
    ],
)
def test_a_call_pays_the_surcharge_of_its_day(
    tmp_path: Path, day: str, conditions: Conditions, cost: str
) -> None:
    shutil.copytree(TABLES, tmp_path / "tables")
    (tmp_path / "tables" / "acme.yaml").write_text(PRICES, "utf-8")
    table = PriceTable.load(folder=tmp_path / "tables")
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    usage = Usage({"input": 1_000_000, "output": 1_000_000})
    offer = table.find("anvil-1", "acme")
    assert cost_of(offer, usage, Terms(at, True, (), conditions)).total == Decimal(cost)
