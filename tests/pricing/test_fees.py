"""Fees of what is not a token: by size and quality, with a minimum, in a mode, not in the table."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest

from tokencost_pricing.cost import Cost, cost_of
from tokencost_pricing.errors import TableError
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
from tokencost_pricing.usage import Usage

_AT: Final = datetime(2026, 11, 28, tzinfo=UTC)
_HEAD: Final = """schema: 1
provider: maker
name: Maker
role: maker
currency: USD
unit: per_1m_tokens
checked: "2026-11-28"
models:
"""
_TABLE: Final = (
    _HEAD
    + """
  hearing:
    kind: transcription
    prices:
      - basis: documented
        rates: {}
    fees:
      input_audio_seconds: {price: "0.04", per: 3600, minimum: 10}
    modes:
      batch:
        - multiply: "0.5"
          fees:
            input_audio_seconds: {price: "0.02", per: 3600, minimum: 10}
  drawing:
    kind: image
    prices:
      - basis: documented
        rates: {}
    fees:
      output_images:
        price: "0.04"
        per: 1
        default: standard 1024x1024
        by_size_quality:
          standard 1024x1024: "0.04"
          hd 1024x1024: "0.08"
          hd 1792x1024: "0.12"
  sketching:
    kind: image
    prices:
      - basis: documented
        rates: {output_image: "40"}
    fees:
      output_images:
        price: "0.042"
        per: 1
        by_size_quality: {low 1024x1024: "0.011", medium 1024x1024: "0.042"}
        caution: "by the image"
  reading:
    kind: ocr
    prices:
      - basis: documented
        rates: {}
    fees:
      pages: {price: "1", per: 1000}
  chatting:
    prices:
      - basis: documented
        rates: {input: "1", output: "2"}
"""
)


def _table(folder: Path, text: str = _TABLE) -> PriceTable:
    (folder / "TABLE.yaml").write_text("schema: 1\n")
    (folder / "maker.yaml").write_text(text)
    return PriceTable.load(folder=folder)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> PriceTable:
    return _table(tmp_path_factory.mktemp("table"))


def _price(
    table: PriceTable,
    model: str,
    counts: dict[str, int],
    modes: tuple[str, ...] = (),
    conditions: dict[str, str] | None = None,
) -> Cost:
    terms = Terms(_AT, modes=modes, conditions=tuple((conditions or {}).items()))
    return cost_of(table.find(model, "maker"), Usage(counts), terms)


def test_a_call_pays_for_the_minimum(table: PriceTable) -> None:
    # 10 s of 3,600 at 0.036 an hour would be exact; 0.04 is rounded to ten places once.
    assert _price(table, "hearing", {"input_audio_seconds": 3}).total == Decimal("0.0001111111")
    assert _price(table, "hearing", {"input_audio_seconds": 3600}).total == Decimal("0.04")


def test_a_mode_replaces_fees(table: PriceTable) -> None:
    batch = _price(table, "hearing", {"input_audio_seconds": 3600}, ("batch",))
    assert batch.total == Decimal("0.02")


@pytest.mark.parametrize(
    ("quality", "size", "total"),
    [("hd", "1792x1024", "0.24"), ("hd", "1024x1024", "0.16"), ("standard", "1024x1024", "0.08")],
)
def test_an_image_by_quality_and_size(
    table: PriceTable, quality: str, size: str, total: str
) -> None:
    conditions = {"media_quality": quality, "media_size": size}
    cost = _price(table, "drawing", {"output_images": 2}, conditions=conditions)
    assert cost.total == Decimal(total)
    assert cost.warnings == ()


def test_what_is_not_stated_is_the_default(table: PriceTable) -> None:
    cost = _price(table, "drawing", {"output_images": 1}, conditions={"media_quality": "hd"})
    assert cost.total == Decimal("0.08")
    assert "'hd 1024x1024' (the default) is charged" in cost.warnings[0]


def test_a_size_that_has_no_price(table: PriceTable) -> None:
    cost = _price(table, "drawing", {"output_images": 1}, conditions={"media_size": "64x64"})
    assert cost.total is None
    assert cost.unpriced == "the table has no price of images for drawing: '64x64' is not listed"


def test_a_fee_that_has_no_default(table: PriceTable) -> None:
    sized = {"media_quality": "low", "media_size": "1024x1024"}
    cost = _price(table, "sketching", {"output_images": 2}, conditions=sized)
    assert (cost.total, cost.warnings) == (Decimal("0.022"), ("images: by the image",))
    cost = _price(table, "sketching", {"output_images": 2})
    assert cost.unpriced == (
        "the table has no price of images for sketching: the log states no quality and size"
    )


def test_pages(table: PriceTable) -> None:
    assert _price(table, "reading", {"pages": 29}).total == Decimal("0.029")


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ({"input": 5}, "the table has no input rate for reading (billed by pages)"),
        ({}, "reading has no count of what it bills (billed by pages)"),
        ({"input": 0, "pages": 0}, "reading has no count of what it bills (billed by pages)"),
        ({"output_images": 1}, "the table has no price of images for reading"),
    ],
)
def test_a_model_billed_by_pages_alone(
    table: PriceTable, counts: dict[str, int], reason: str
) -> None:
    cost = _price(table, "reading", counts)
    assert (cost.total, cost.unpriced) == (None, reason)


def test_a_part_that_has_no_price_is_left_out(table: PriceTable) -> None:
    cost = _price(table, "chatting", {"input": 1000, "output_images": 1})
    assert cost.total == Decimal("0.001")
    assert cost.warnings == ("no price is known for images: 1 left out",)


def test_the_default_is_a_key(tmp_path: Path) -> None:
    text = _TABLE.replace("default: standard 1024x1024", "default: standard")
    with pytest.raises(TableError, match="'price' must be that of 'default'"):
        _table(tmp_path, text)
