"""The generated files: made again from the facts, they are the committed ones."""

from __future__ import annotations

from pathlib import Path

import pytest

import tokencost_pricing
from tokencost_pricing.imports.facts import read_facts
from tokencost_pricing.imports.generated import Import, list_texts
from tokencost_pricing.imports.hand_table import HandTable

TABLES = Path(tokencost_pricing.__file__).parent / "tables"
FACTS = Path(__file__).parents[1] / "facts" / "facts.tsv.xz"
TODAY = "2026-11-27"
# Providers whose file by hand is a header alone, so that no change of another file moves them.
PROVIDERS = ("baseten", "nebius", "novita", "sambanova", "wandb")


@pytest.fixture(scope="module")
def result() -> Import:
    return Import(read_facts(FACTS), HandTable(TABLES, TODAY))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_file_made_again_is_the_committed_one(result: Import, provider: str) -> None:
    ((_, text),) = list_texts([provider], result)
    assert text == (TABLES / "lists" / f"{provider}.yaml").read_text(encoding="utf-8")


def test_no_price_is_nothing() -> None:
    for path in (TABLES / "lists").glob("*.yaml"):
        assert '"input": "0", "output": "0"}' not in path.read_text(encoding="utf-8"), path.name
