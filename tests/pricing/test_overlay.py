"""Prices of the user, laid over the shipped ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tokencost_pricing.cost import cost_of
from tokencost_pricing.errors import AmbiguousModelError, TableError
from tokencost_pricing.table import PriceTable
from tokencost_pricing.terms import Terms
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
            "overlay: 1\ndiscounts:\n"
            '  - {match: {provider: azure, model: gpt-4.11}, multiply: "1"}\n',
            "mine.yaml:3: discounts.0.match: no model 'gpt-4.11'; did you mean 'gpt-4.1'",
        ),
        (
            'overlay: 1\ndiscounts:\n  - {match: {modell: gpt-4.1}, multiply: "1"}\n',
            "mine.yaml:3: discounts.0.match.modell: unknown key 'modell'; did you mean 'model'",
        ),
        ("overlay: 1\ndiscount: []\n", "unknown key 'discount'; did you mean 'discounts'"),
        (
            "overlay: 1\nprovider: openai\nmodels:\n  x:\n    aliases: {exact: [ft:gpt-4o]}\n"
            "    inherits: {model: openai/gpt-4.1}\n",
            "mine.yaml: the name 'ft:gpt-4o' means both",
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


def test_aliases_fine_tunes_and_regions_of_the_user(over: Lay) -> None:
    table = over("""\
overlay: 1
label: ours
provider: openai
modifiers:
  our_zone: {when: {region: [eu]}, multiply: "1.2"}
models:
  ft:gpt-5:
    inherits: {model: openai/gpt-5, multiply: "2"}
  house-model:
    aliases: {exact: [house-alias]}
    inherits: {model: openai/gpt-4.1}
    modifiers: [our_zone]
""")
    tuned = table.find("ft:gpt-5:acme::x1", "openai")
    assert (tuned.model.id, tuned.overlay) == ("ft:gpt-5", "ours")
    assert table.find("gpt-5").model.id == "gpt-5"
    house = table.find("house-alias")
    assert house.model.id == "house-model"
    eu = NOW._replace(conditions=(("region", "eu"),))
    assert cost_of(house, Usage(input=1_000_000), NOW).total == Decimal("2")
    assert cost_of(house, Usage(input=1_000_000), eu).total == Decimal("2.4")


def test_channels_and_rules_are_added_to_those_of_a_provider(over: Lay) -> None:
    table = over("""\
overlay: 1
provider: azure
prefixes: [corp/]
own_names: ["corp-.*"]
models:
  corp-gpt:
    inherits: {model: openai/gpt-4.1}
""")
    assert table.find("corp/gpt-4.1").provider == table.find("azure/gpt-4.1").provider == "azure"
    assert table.find("azure/gpt-5.2").provider == "azure"
    assert table.find("corp-gpt").key == "azure/corp-gpt"


def test_a_contract_for_weights_does_not_say_who_bills_a_bare_name(over: Lay) -> None:
    """A price for one host is none for the name of the weights, which other hosts sell as well."""
    table = over("""\
overlay: 1
provider: groq
models:
  openai/gpt-oss-120b:
    prices: [{basis: documented, rates: {input: "0.01", output: "0.02"}}]
""")
    offer = table.find("openai/gpt-oss-120b", "groq")
    assert offer.overlay == "mine.yaml"
    with pytest.raises(AmbiguousModelError) as refused:
        table.find("gpt-oss-120b")
    assert refused.value.candidates[0].key == "groq/openai/gpt-oss-120b"


def test_hardware_of_the_user_goes_by_its_name(over: Lay) -> None:
    table = over("""\
overlay: 1
self_hosted:
  gpt-oss-120b:
    gpu: {count: 1, hourly: "2"}
    throughput: {input_tokens_per_s: 1000, output_tokens_per_s: 100}
    utilisation: "1"
""")
    assert table.find("gpt-oss-120b").provider == "self-hosted"


@pytest.mark.parametrize(
    ("model", "noted"),
    [("gpt-4o-mni", True), ("gpt-5.9", False), ("house-model", False), ("gpt-4o-mini", False)],
)
def test_a_new_id_that_looks_like_a_slip_is_named(over: Lay, model: str, noted: bool) -> None:
    table = over(f"""\
overlay: 1
provider: openai
models:
  {model}:
    prices: [{{basis: documented, rates: {{input: "1", output: "2"}}}}]
""")
    assert len(table.notes) == noted
    if noted:
        assert table.notes[0].startswith("mine.yaml:4: adds a model 'gpt-4o-mni'")
        assert "did you mean 'gpt-4o-mini'" in table.notes[0]


def test_only_the_providers_of_an_overlay_are_read(over: Lay) -> None:
    table = over("overlay: 1\nprovider: groq\nmodels: {}\n")
    assert table.sha256 != over("overlay: 1\nlabel: other\nprovider: groq\nmodels: {}\n").sha256
    assert table.find("gpt-4o").provider == "openai"


@pytest.mark.parametrize(("provider", "noted"), [("opnai", True), ("acme-gateway", False)])
def test_a_new_provider_that_looks_like_a_slip_is_named(
    over: Lay, provider: str, noted: bool
) -> None:
    table = over(f"""\
overlay: 1
provider: {provider}
models:
  house-model:
    prices: [{{basis: documented, rates: {{input: "1", output: "2"}}}}]
""")
    assert len(table.notes) == noted
    if noted:
        assert table.notes[0].startswith("mine.yaml:2: adds a provider 'opnai'")
        assert "did you mean 'openai'" in table.notes[0]
