"""Lock files: what they hold, and how they refuse other prices."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tokencost_pricing.errors import TableError, UnknownModelError, UnpricedError
from tokencost_pricing.lock import check, lock_of, lock_text, overlay_hash, read_lock
from tokencost_pricing.table import PriceTable

AT = datetime(2026, 11, 22, tzinfo=UTC)
OVERLAY = """
overlay: 1
provider: openai
models:
  gpt-4o:
    prices: [{basis: documented, rates: {input: "3", output: "10"}}]
"""


@pytest.fixture
def table() -> PriceTable:
    return PriceTable.load()


def test_a_lock_holds_the_rates_of_its_day(table: PriceTable, tmp_path: Path) -> None:
    path = tmp_path / "tokencost.lock"
    path.write_text(lock_text(lock_of(table, ["gpt-4o", "gemini-2.5-pro"], AT, None)))
    lock = read_lock(path, "tokencost.lock")
    assert (lock.table, lock.sha256, lock.as_of) == (table.version, table.sha256, AT)
    assert lock.models["gpt-4o"].rates["input"] == Decimal("2.5")
    assert lock.models["gemini-2.5-pro"].rates["input from 200001"] == Decimal("2.5")
    check(lock, table, None, "tokencost.lock")
    before = lock_of(table, ["gpt-4o"], datetime(2024, 6, 1, tzinfo=UTC), None)
    assert before.models["gpt-4o"].rates["input"] == Decimal(5)


def test_other_prices_are_refused_with_a_line_a_rate(table: PriceTable, tmp_path: Path) -> None:
    overlay = tmp_path / "prices.yaml"
    overlay.write_text(OVERLAY)
    other = PriceTable.load(overlays={"prices.yaml": overlay})
    lock = lock_of(table, ["gpt-4o", "gpt-4.1"], AT, None)
    with pytest.raises(TableError, match="price files laid over it changed") as error:
        check(lock, other, overlay_hash([overlay]), "tokencost.lock")
    assert error.value.exit_code == 5
    assert error.value.also == ("gpt-4o input: $2.5 -> $3", "gpt-4o cache_read: $1.25 -> none")
    with pytest.raises(TableError, match="no rate of a locked model differs"):
        check(lock_of(table, ["gpt-4.1"], AT, None), other, None, "tokencost.lock")


def test_a_model_that_is_gone_is_a_line(table: PriceTable) -> None:
    lock = lock_of(table, ["gpt-4o"], AT, None)
    lock = lock._replace(sha256="other", models={"gpt-gone": lock.models["gpt-4o"]})
    with pytest.raises(TableError) as error:
        check(lock, table, None, "tokencost.lock")
    assert error.value.also[0].startswith("gpt-gone: no price for model 'gpt-gone'")


def test_what_has_no_price_cannot_be_locked(table: PriceTable) -> None:
    with pytest.raises(UnknownModelError):
        lock_of(table, ["no-such-model"], AT, None)
    with pytest.raises(UnpricedError, match="no price of openai/gpt-4o on 2020-01-01"):
        lock_of(table, ["openai/gpt-4o"], datetime(2020, 1, 1, tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not a lock file"),
        ("[]", "version 1, not None"),
        ('{"lock": 2}', "version 1, not 2"),
        ('{"lock": 1, "table": "x"}', "not a complete lock file"),
        (
            json.dumps(
                {
                    "lock": 1,
                    "table": "x",
                    "sha256": "x",
                    "overlay_sha256": None,
                    "as_of": "2026-11-22",
                    "resolved": {"m": {"provider": "p", "model": "m", "rates": {"input": "two"}}},
                }
            ),
            "not a complete lock file",
        ),
    ],
)
def test_a_lock_that_cannot_be_read_ends_in_one_line(
    tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "tokencost.lock"
    path.write_text(text)
    with pytest.raises(TableError, match=rf"tokencost.lock: .*{reason}"):
        read_lock(path, "tokencost.lock")
