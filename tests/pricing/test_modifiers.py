"""Surcharges hold from their first day on, and under their conditions only."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tokencost_pricing.cost import cost_of
from tokencost_pricing.offer import Conditions, Modifier
from tokencost_pricing.table import TABLES, PriceTable
from tokencost_pricing.terms import Terms
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


def table_of(folder: Path, text: str) -> PriceTable:
    """Return the table of one provider."""
    shutil.copy(TABLES / "TABLE.yaml", folder)
    (folder / "acme.yaml").write_text(text, "utf-8")
    return PriceTable.load(folder=folder)


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
    table = table_of(tmp_path, PRICES)
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    usage = Usage({"input": 1_000_000, "output": 1_000_000})
    offer = table.find("anvil-1", "acme")
    assert cost_of(offer, usage, Terms(at, True, (), conditions)).total == Decimal(cost)


REGIONAL = """\
schema: 1
provider: acme
name: Acme
role: host
currency: USD
unit: per_1m_tokens
checked: "2026-11-22"
prefix_regex:
  - "acme/(?P<region>[a-z]{2}-[0-9])/"
  - "acme/(?:[a-z]{2}-[0-9]/)?(?P<region>eu)\\\\.(?=anvil)"
modifiers:
  government: {when: {region: [gv-1]}, multiply: "1.2", applies_to: tokens}
models:
  anvil-1:
    modifiers: [government]
    prices:
      - basis: unknown
        rates: {input: "2", output: "10", cache_read: "0.2"}
        regions: {ap-1: {input: "2.41", output: "12.07"}, eu: {input: "2.5", output: "11"}}
    modes:
      batch: [{multiply: "0.5"}]
"""


@pytest.mark.parametrize(
    ("name", "region", "modes", "cost", "applied"),
    [
        ("acme/anvil-1", None, (), "12.2", ()),
        ("acme/us-1/anvil-1", None, (), "12.2", ()),
        # 2.41 + 12.07, and the cached input as elsewhere: 0.2.
        ("acme/ap-1/anvil-1", None, (), "14.68", ("rates of ap-1",)),
        ("acme/anvil-1", "ap-1", (), "14.68", ("rates of ap-1",)),
        ("acme/ap-1/anvil-1", None, ("batch",), "7.34", ("rates of ap-1",)),
        # The profile in the name goes before the region that the call was sent to.
        ("acme/ap-1/eu.anvil-1", None, (), "13.7", ("rates of eu",)),
        ("acme/gv-1/anvil-1", None, (), "14.64", ("government",)),
    ],
)
def test_a_region_may_have_separate_rates(
    tmp_path: Path,
    name: str,
    region: str | None,
    modes: tuple[str, ...],
    cost: str,
    applied: tuple[str, ...],
) -> None:
    table = table_of(tmp_path, REGIONAL)
    million = 1_000_000
    usage = Usage({"input": million, "output": million, "cache_read": million})
    conditions: Conditions = (("region", region),) if region else ()
    priced = cost_of(table.find(name), usage, Terms(START, True, modes, conditions))
    assert (priced.total, priced.evidence.modifiers) == (Decimal(cost), applied)


@pytest.mark.parametrize(
    ("region", "differs"), [(None, False), ("us-1", False), ("ap-1", True), ("gv-1", True)]
)
def test_an_offer_tells_where_it_differs(tmp_path: Path, region: str | None, differs: bool) -> None:
    offer = table_of(tmp_path, REGIONAL).find("acme/anvil-1")
    assert offer.differs_under({"region": region} if region else {}, START) is differs
