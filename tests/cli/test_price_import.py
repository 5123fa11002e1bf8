"""`prices import` with a poisoned list: no generated file takes what it holds."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from price_archives import litellm
from tokencost_pricing.imports.facts import Fact, facts_text, read_facts

Cli = Callable[..., Any]
NOVITA = """
schema: 1
provider: novita
name: Novita
role: host
currency: USD
unit: per_1m_tokens
checked: "2026-11-01"
models:
  by-hand:
    prices: [{from: "2026-01-01", basis: documented, rates: {input: "1", output: "2"}}]
"""


def fact(name: str, model: str, field: str, value: str, day: str = "2026-09-01") -> Fact:
    return Fact(name, name[0].upper(), "novita", model, field, Decimal(value), day)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of price files, and facts of two families about one model."""
    tables = tmp_path / "tables"
    tables.mkdir()
    (tables / "TABLE.yaml").write_text("schema: 1\n")
    (tables / "novita.yaml").write_text(NOVITA)
    facts = [
        fact(name, model, field, value)
        for name in ("genai-prices", "litellm")
        for model in ("qwen/qwen3", "by-hand")
        for field, value in (("input", "0.1"), ("output", "0.4"))
    ]
    facts.append(fact("litellm", "alone", "input", "7"))
    (tmp_path / "facts.tsv").write_text(facts_text(facts))
    return tmp_path


def listed(folder: Path) -> str:
    return (folder / "tables/lists/novita.yaml").read_text()


def test_writing_twice_changes_nothing(folder: Path, cli: Cli) -> None:
    command = (
        "prices",
        "import",
        str(folder / "facts.tsv"),
        "--tables",
        str(folder / "tables"),
        "--write",
    )
    cli(*command)
    first = listed(folder)
    assert "0 files written" in cli(*command).out
    assert listed(folder) == first


@pytest.mark.parametrize(
    "rates",
    [
        {"input_cost_per_token": 1e-06, "output_cost_per_token": 4e-06},
        {"input_cost_per_token": 1e-04, "output_cost_per_token": 4e-04},
        {"input_cost_per_token": -1e-07, "output_cost_per_token": -4e-07},
        {"input_cost_per_token": 4e-07, "output_cost_per_token": 1e-07},
        {
            "input_cost_per_token": 1.2e-07,
            "output_cost_per_token": 4e-07,
            "cache_read_input_token_cost": 2e-07,
        },
    ],
    ids=["10x", "1000x", "negative", "swapped", "cached above input"],
)
def test_a_poisoned_list_changes_no_file(folder: Path, cli: Cli, rates: dict[str, float]) -> None:
    """Not even where another family holds the same poison."""
    cli(
        "prices", "import", str(folder / "facts.tsv"), "--tables", str(folder / "tables"), "--write"
    )
    before = listed(folder)
    assert '"qwen/qwen3": {' in before
    key = "novita/qwen/qwen3"
    poison = [
        *read_facts(folder / "facts.tsv"),
        *(
            fact("pi-ai", "qwen/qwen3", field, f"{rate * 1_000_000:f}", "2026-10-20")
            for field, rate in zip(("input", "output", "cache_read"), rates.values(), strict=False)
        ),
    ]
    (folder / "poison.tsv").write_text(facts_text(poison))
    archive = litellm(folder, {key: {"litellm_provider": "novita", **rates}})
    files = (str(folder / "poison.tsv"), str(archive))
    answer = cli("prices", "import", *files, "--tables", str(folder / "tables"), "--write")
    assert "wait for a person" in answer.out
    assert listed(folder) == before


def test_a_withdrawn_model_stays(folder: Path, cli: Cli) -> None:
    cli(
        "prices", "import", str(folder / "facts.tsv"), "--tables", str(folder / "tables"), "--write"
    )
    before = listed(folder)
    assert '"qwen/qwen3": {' in before
    archive = litellm(folder, {"novita/x": {"litellm_provider": "novita"}})
    files = (str(folder / "facts.tsv"), str(archive))
    answer = cli("prices", "import", *files, "--tables", str(folder / "tables"), "--write")
    assert "0 files written" in answer.out
    assert listed(folder) == before


def test_saved_facts_hold_the_newer_release(folder: Path, cli: Cli) -> None:
    entry = {"litellm_provider": "novita", "output_cost_per_token": 4e-07}
    archive = litellm(folder, {"novita/qwen/qwen3": {**entry, "input_cost_per_token": 1.1e-07}})
    saved = [folder / "first.tsv.xz", folder / "second.tsv.xz"]
    tables = ("--tables", str(folder / "tables"), "--save-facts")
    cli("prices", "import", str(folder / "facts.tsv"), str(archive), *tables, str(saved[0]))
    again = cli("prices", "import", str(saved[0]), str(archive), *tables, str(saved[1]))
    assert "Not newer than the facts, so nothing of them counts: litellm.\n" in again.out
    assert saved[0].read_bytes() == saved[1].read_bytes()
    facts = [one for one in read_facts(saved[0]) if one[0] == "litellm" and one.id == "qwen/qwen3"]
    spans = {(one.field, str(one.value)): one.last_seen for one in facts}
    assert spans == {
        ("input", "0.1"): "2026-09-01",
        ("input", "0.11"): None,
        ("output", "0.4"): None,
    }


def test_a_list_of_the_future_ends_in_one_line(folder: Path, cli: Cli) -> None:
    entry = {"litellm_provider": "novita", "input_cost_per_token": 1e-07}
    archive = litellm(folder, {"novita/x": entry}, year=2031)
    answer = cli("prices", "import", str(archive), "--tables", str(folder / "tables"))
    assert answer.code == 3
    assert "its day, 2031-11-20, has not come" in answer.err
