"""Mistakes in price files show when they are compiled, with file, line and a way out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
import yaml

from tokencost_pricing.canonical import canonical
from tokencost_pricing.compile import compile_folder
from tokencost_pricing.errors import TableError
from tokencost_pricing.schema import editor_schema
from tokencost_pricing.table import TABLES, PriceTable
from tokencost_pricing.table_files import provider_files

GOOD = """\
schema: 1
provider: acme
name: Acme
role: maker
currency: USD
unit: per_1m_tokens
checked: "2026-11-22"
models:
  acme-1:
    prices:
      - from: "2026-01-01"
        basis: documented
        rates: {input: "1", output: "2"}
      - from: "2026-06-01"
        basis: documented
        rates: {input: "0.5", output: "1"}
"""


# Fees that are wrong only together, or in a way of fees.
OLD = '{from: "2026-02-01", price: "1", per: 1}'
NEW = '{from: "2026-01-01", price: "2", per: 1}'
CONTEXT = '{price: "3", per: 1, by_search_context: {low: "1", high: "2"}}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "TABLE.yaml").write_text("schema: 1\n")
    (tmp_path / "acme.yaml").write_text(GOOD)
    return tmp_path


def test_a_good_file_compiles(folder: Path) -> None:
    content = compile_folder(folder)
    assert content["table"] == f"2026.11.22+{content['sha256'][:8]}"
    assert list(content["providers"]) == ["acme"]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ('input: "1"', "input: 1", 13, 'must be a quoted decimal such as "2.5"'),
        ('input: "1"', 'input: "1e-6"', 13, "must be a quoted decimal"),
        ('input: "1"', 'inptu: "1"', 13, "unknown key 'inptu'; did you mean 'input'"),
        ('input: "1"', 'cached_write: "1"', 13, "unknown key 'cached_write'"),
        ("role: maker", "role: makr", 4, "did you mean 'maker'"),
        ("basis: documented", "basis: guessed", 12, "is not one of"),
        ('from: "2026-06-01"', 'from: "2025-06-01"', 14, "does not come after '2026-01-01'"),
        ('from: "2026-01-01"', "from: 2026-13-01", 11, "must be a quoted day"),
        ("name: Acme\n", "", 1, "the key 'name' is missing"),
        ("provider: acme", "provider: acne", 2, "the file of 'acne' must be acne.yaml"),
        ("schema: 1\nprovider", "schema: 2\nprovider", 1, "reads schema 1, the file says 2"),
        ('"2"}\n', '"2"}\n        schedule: night\n', 14, "no schedule 'night'"),
        ("  acme-1:\n", "  acme-1:\n    modifiers: [us]\n", 10, "no modifier 'us'"),
        ("  acme-1:\n", "  acme-1:\n    cache: {profile: x}\n", 10, "no cache profile 'x'"),
        ("models:\n", "fees: {web_search: {price: '1'}}\nmodels:\n", 8, "'per' is missing"),
        ("models:\n", "fees: {web_search: [{per: 1}]}\nmodels:\n", 8, "needs 'price' and 'per'"),
        ("models:\n", f"fees: {{requests: [{OLD}, {NEW}]}}\nmodels:\n", 8, "does not come after"),
        ("models:\n", f"fees: {{requests: {CONTEXT}}}\nmodels:\n", 8, "one search context"),
    ],
)
def test_a_mistake_names_its_line(
    folder: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in GOOD
    (folder / "acme.yaml").write_text(GOOD.replace(old, new, 1))
    with pytest.raises(TableError) as caught:
        compile_folder(folder)
    assert str(caught.value).startswith(f"acme.yaml:{line}:"), str(caught.value)
    assert message in str(caught.value)


def test_the_hash_is_of_the_meaning_not_of_the_spelling(folder: Path) -> None:
    before = compile_folder(folder)["sha256"]
    (folder / "acme.yaml").write_text("# a comment\n" + GOOD.replace("role: maker", "role:  maker"))
    assert compile_folder(folder)["sha256"] == before
    (folder / "acme.yaml").write_text(GOOD.replace('output: "1"', 'output: "1.01"'))
    assert compile_folder(folder)["sha256"] != before


def test_the_canonical_form_is_sorted_and_tight() -> None:
    assert canonical({"b": "é", "a": [1]}) == '{"a":[1],"b":"é"}'.encode()


def test_a_price_is_added_by_one_entry(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert (
        PriceTable.load(folder=folder, cache=cache).find("acme-1").model.prices[-1].since
        == "2026-06-01"
    )
    entry = """\
      - from: "2026-12-01"
        basis: documented
        rates: {input: "0.25", output: "0.75"}
"""
    (folder / "acme.yaml").write_text(GOOD + entry)
    assert (
        PriceTable.load(folder=folder, cache=cache).find("acme-1").model.prices[-1].since
        == "2026-12-01"
    )


def test_inherited_rows_are_multiplied_and_those_of_the_model_follow(folder: Path) -> None:
    child = """\
  acme-1-eu:
    inherits: {model: acme/acme-1, multiply: "1.1"}
    prices:
      - from: "2026-09-01"
        basis: documented
        rates: {input: "9", output: "9"}
"""
    (folder / "acme.yaml").write_text(GOOD + child)
    prices = PriceTable.load(folder=folder).find("acme-1-eu").model.prices
    assert [str(price.rates["input"]) for price in prices] == ["1.1", "0.55", "9"]


def test_a_cache_is_written_once_and_may_be_unwritable(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    PriceTable.load(folder=folder, cache=cache)
    files = list(cache.iterdir())
    PriceTable.load(folder=folder, cache=cache)
    assert list(cache.iterdir()) == files
    blocked = tmp_path / "a file"
    blocked.write_text("")
    assert PriceTable.load(folder=folder, cache=blocked).find("acme-1")


def test_the_editor_schema_is_what_the_repository_holds() -> None:
    held = json.loads((TABLES.parent / "schema" / "price.schema.json").read_text())
    assert held == editor_schema(), "run scripts/make_schema.py"


def test_the_editor_schema_accepts_our_files_and_refuses_slips(folder: Path) -> None:
    validator = jsonschema.Draft202012Validator(editor_schema())
    for path in provider_files(TABLES):
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        assert not list(validator.iter_errors(document)), path.name
    malformed = yaml.safe_load(GOOD.replace('input: "1"', "input: 1"))
    assert list(validator.iter_errors(malformed))


def test_the_shipped_files_stand_in_order() -> None:
    for path in TABLES.glob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        if "models:" in lines:
            after = lines[lines.index("models:") :]
            ids = [x[2:].rstrip(":").strip('"') for x in after if x[:2] == "  " and x[2] != " "]
            assert ids == sorted(ids, key=str.casefold), path.name


def test_a_table_can_be_copied_and_edited(tmp_path: Path, cache: Path) -> None:
    copy = tmp_path / "tables"
    shutil.copytree(TABLES, copy)
    before = PriceTable.load(folder=copy, cache=cache)
    path = copy / "openai.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('rates: {input: "10", output: "50"', 'rates: {input: "11", output: "50"', 1)
    )
    after = PriceTable.load(folder=copy, cache=cache)
    assert before.sha256 != after.sha256
