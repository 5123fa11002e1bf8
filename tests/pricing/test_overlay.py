"""Prices of the user, laid over the shipped ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tokencost_pricing.cost import Terms, cost_of
from tokencost_pricing.errors import TableError
from tokencost_pricing.table import PriceTable
from tokencost_pricing.usage import Usage

NOW = Terms(datetime(2026, 11, 22, tzinfo=UTC), timed=False)
MILLION = Usage(input=1_000_000, output=1_000_000)
# From the text of an overlay the table that it is laid over.
Lay = Callable[[str], PriceTable]


@pytest.fixture
def over(tmp_path: Path, cache: Path) -> Lay:
    def make(text: str) -> PriceTable:
        path = tmp_path / "mine.yaml"
        path.write_text(text)
        return PriceTable.load(cache=cache, overlays={"mine.yaml": path})

    return make


def test_a_model_of_the_user(over: Lay) -> None:
    table = over("""\
overlay: 1
label: contract 2026
provider: openai
models:
  ft:gpt-4.1:acme:
    inherits: {model: openai/gpt-4.1, multiply: "1.5"}
""")
    offer = table.find("ft:gpt-4.1:acme")
    assert cost_of(offer, Usage(input=1_000_000), NOW).total == Decimal("3")
    assert offer.overlay == "contract 2026"
    assert table.overlays == ("contract 2026",)
    assert table.find("gpt-4.1").model.provider == "openai"


def test_a_discount_has_a_beginning_and_an_end(over: Lay) -> None:
    table = over("""\
overlay: 1
discounts:
  - {match: {provider: azure}, multiply: "0.88", from: "2026-04-01", until: "2027-04-01", note: EA}
""")

    def on(day: int, month: int, year: int) -> Decimal | None:
        terms = Terms(datetime(year, month, day, tzinfo=UTC))
        return cost_of(table.find("azure/gpt-4.1"), Usage(input=1_000_000), terms).total

    assert on(31, 3, 2026) == Decimal("2")
    assert on(1, 4, 2026) == on(31, 3, 2027) == Decimal("1.76")
    assert on(1, 4, 2027) == Decimal("2")


def test_hardware_becomes_a_price(over: Lay) -> None:
    table = over("""\
overlay: 1
self_hosted:
  llama-h100:
    gpu: {count: 4, hourly: "2.49"}
    throughput: {input_tokens_per_s: 12000, output_tokens_per_s: 1500}
    utilisation: "0.45"
    overhead: "1.15"
""")
    cost = cost_of(table.find("llama-h100"), MILLION, NOW)
    assert [line.rate for line in cost.lines] == [Decimal("0.5891975309"), Decimal("4.7135802469")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("overlay: 2\n", "mine.yaml:1: overlay: this tokencost reads schema 1"),
        ("models: {}\n", "the key 'overlay' is missing"),
        (
            "overlay: 1\nmodels:\n  x:\n    prices: [{basis: documented, rates: {}}]\n",
            "mine.yaml:2: models: name the 'provider'",
        ),
        (
            "overlay: 1\nprovider: openai\nmodels:\n  x:\n    inherits: {model: openai/gpt-4}\n"
            "  y:\n    inherits: {model: openai/gpt-44}\n",
            "mine.yaml:7: models.y.inherits: no model 'openai/gpt-44'; did you mean 'openai/gpt-4'",
        ),
        (
            'overlay: 1\ndiscounts:\n  - {match: {provider: azzure}, multiply: "1"}\n',
            "mine.yaml:3: discounts.0: no provider 'azzure'; did you mean 'azure'",
        ),
        (
            'overlay: 1\nself_hosted:\n  m:\n    gpu: {count: 0, hourly: "1"}\n    throughput: '
            '{input_tokens_per_s: 1, output_tokens_per_s: 1}\n    utilisation: "1"\n',
            "GPU count and throughput must be above 0",
        ),
    ],
)
def test_a_wrong_overlay_names_its_line(over: Lay, text: str, message: str) -> None:
    with pytest.raises(TableError) as caught:
        over(text)
    assert message in str(caught.value)
    assert caught.value.exit_code == 5
