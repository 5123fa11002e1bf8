"""What an import proposes: nothing where nothing is new, a row more where two lists moved."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

import tokencost_pricing
from tokencost_pricing.imports.facts import Fact, read_facts
from tokencost_pricing.imports.generated import Import
from tokencost_pricing.imports.hand_table import HandTable
from tokencost_pricing.imports.proposals import Proposal, proposal_text, proposals, write
from tokencost_pricing.list_files import load_list

TABLES = Path(tokencost_pricing.__file__).parent / "tables"
FACTS = Path(__file__).parents[1] / "facts" / "facts.tsv.xz"
MODEL = "deepseek/deepseek-v3.2"
LISTS = (("litellm", "L"), ("genai-prices", "G"))


@pytest.fixture(scope="module")
def known() -> list[Fact]:
    return [fact for fact in read_facts(FACTS) if fact.provider == "novita"]


@pytest.fixture(scope="module")
def hand() -> HandTable:
    return HandTable(TABLES, "2026-12-05")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(TABLES / "lists", tmp_path / "lists")
    return tmp_path


def moved(*lists: tuple[str, str], times: str) -> list[Fact]:
    """Return what lists hold of a model on a later day: its price, times a factor."""
    (row,) = load_list(TABLES / "lists" / "novita.yaml", "").data["models"][MODEL]["prices"][-1:]
    return [
        Fact(
            name,
            family,
            "novita",
            MODEL,
            kind,
            Decimal(row["rates"][kind]) * Decimal(times),
            "2026-12-04",
        )
        for name, family in lists
        for kind in ("input", "output")
    ]


def run(folder: Path, facts: list[Fact], hand: HandTable) -> Proposal:
    (proposal,) = proposals(folder, Import(facts, hand))
    return proposal


def test_the_facts_of_the_table_propose_nothing(
    folder: Path, known: list[Fact], hand: HandTable
) -> None:
    assert run(folder, known, hand).changes == ()


def test_a_change_of_two_families_is_a_row_more_and_then_nothing(
    folder: Path, known: list[Fact], hand: HandTable
) -> None:
    facts = [*known, *moved(*LISTS, times="0.8")]
    path = folder / "lists" / "novita.yaml"
    past = load_list(path, "").data["models"][MODEL]["prices"]
    proposal = run(folder, facts, hand)
    (change,) = proposal.changes
    assert (change.model, change.new["from"], change.doubt) == (MODEL, "2026-12-04", "")
    assert f"| `{MODEL}` |" in proposal_text([proposal])
    assert write(folder, [proposal]) == [path]
    rows = load_list(path, "").data["models"][MODEL]["prices"]
    assert rows == [*past, change.new]
    again = run(folder, facts, hand)
    assert again.changes == ()
    assert write(folder, [again]) == []


def test_one_family_moves_nothing(folder: Path, known: list[Fact], hand: HandTable) -> None:
    facts = [*known, *moved(LISTS[0], times="0.8")]
    assert [change.model for change in run(folder, facts, hand).changes] == []


def test_a_tenfold_price_waits_for_a_person(
    folder: Path, known: list[Fact], hand: HandTable
) -> None:
    proposal = run(folder, [*known, *moved(*LISTS, times="10")], hand)
    (change,) = proposal.changes
    assert "times apart" in change.doubt
    assert write(folder, [proposal]) == []


def test_a_model_that_lists_leave_out_stays(
    folder: Path, known: list[Fact], hand: HandTable
) -> None:
    fewer = [fact for fact in known if fact.id != MODEL]
    proposal = run(folder, fewer, hand)
    assert MODEL in proposal.models
    assert write(folder, [proposal]) == []
