"""A name that points to another model from day to day is priced as that of the call's day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tokencost_pricing.errors import UnknownModelError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer

_TABLE = """\
schema: 1
provider: acme
name: Acme
role: maker
currency: USD
unit: per_1m_tokens
checked: "2026-11-20"
floating:
  acme-latest: [{to: acme-1, from: "2026-01-01"}, {to: acme-2, from: "2026-06-01T12:00:00Z"}]
models:
  acme-1:
    prices: [{basis: documented, rates: {input: "1", output: "2"}}]
"""
_LISTED = """\
schema: 1
provider: acme
checked: "2026-11-20"
models:
  "acme-2": {"prices": [{"basis": "list", "rates": {"input": "3", "output": "4"}}]}
"""


@pytest.fixture
def acme(tmp_path: Path) -> PriceTable:
    (tmp_path / "TABLE.yaml").write_text("schema: 1\n")
    (tmp_path / "acme.yaml").write_text(_TABLE)
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "acme.yaml").write_text(_LISTED)
    return PriceTable.load(folder=tmp_path)


def _at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "model"),
    [
        (_at(2026, 1, 1), "acme-1"),
        (_at(2026, 6, 1, 11, 59), "acme-1"),
        (_at(2026, 6, 1, 12), "acme-2"),
        (_at(2027, 1, 1), "acme-2"),
        (None, "acme-2"),  # the day on which the table was checked
    ],
)
def test_a_pointer_leads_where_it_did_on_the_day(
    acme: PriceTable, at: datetime | None, model: str
) -> None:
    for _ in range(2):  # also where it is known already
        offer = acme.find("acme-latest", at=at)
        assert offer.model.id == model
        assert "floating 'acme-latest'" in offer.rule


def test_a_pointer_has_no_meaning_before_its_first_day(acme: PriceTable) -> None:
    with pytest.raises(UnknownModelError, match="is known from 2026-01-01 on"):
        acme.find("acme-latest", at=_at(2025, 12, 31))


def test_calls_of_one_name_are_priced_each_on_its_day(acme: PriceTable) -> None:
    pricer = Pricer(acme, now=_at(2026, 11, 22))
    days = [_at(2025, 12, 1), _at(2026, 2, 1), _at(2026, 7, 1), _at(2026, 3, 1), _at(2025, 12, 2)]
    rated = [pricer.rate(Call(model="acme-latest", at=day.timestamp())) for day in days]
    models = [one.model if one.card.unpriced is None else None for one in rated]
    assert models == [None, "acme-1", "acme-2", "acme-1", None]
    assert {key[1] for key in pricer.offers()} == {"acme-1", "acme-2"}
