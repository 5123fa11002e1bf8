"""Generated files of prices: read line by line, laid behind the file of their provider."""

from __future__ import annotations

from pathlib import Path

import pytest

from tokencost_pricing.compile import compile_folder
from tokencost_pricing.errors import TableError
from tokencost_pricing.list_files import list_text, load_list

PROVIDER = """
schema: 1
provider: host
name: Host
role: host
currency: USD
unit: per_1m_tokens
checked: "2026-11-20"
models:
  a/by-hand:
    prices: [{basis: documented, rates: {input: "1", output: "2"}}]
"""
ROW = {"from": "2026-01-01", "basis": "list", "rates": {"input": "3", "output": "4"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lists").mkdir()
    (tmp_path / "TABLE.yaml").write_text("schema: 1\n")
    (tmp_path / "host.yaml").write_text(PROVIDER)
    return tmp_path


def test_models_of_a_list_stand_behind_those_by_hand(folder: Path) -> None:
    entry = {"lists": ["L", "G"], "prices": [ROW]}
    text = list_text("host", "2026-11-21", [("a/by-hand", entry), ("b/mirrored", entry)])
    (folder / "lists" / "host.yaml").write_text(text)
    table = compile_folder(folder)
    models = table["providers"]["host"]["models"]
    assert [(name, len(model.get("lists", []))) for name, model in models.items()] == [
        ("a/by-hand", 0),
        ("b/mirrored", 2),
    ]
    assert models["a/by-hand"]["prices"][0]["rates"]["input"] == "1"
    assert models["b/mirrored"]["prices"] == [ROW]


def test_a_list_is_yaml(folder: Path) -> None:
    from tokencost_pricing.yaml_loader import load

    path = folder / "lists" / "host.yaml"
    path.write_text(list_text("host", "2026-11-21", [("b/m", {"lists": ["L"], "prices": [ROW]})]))
    assert load(path).data == load_list(path, "host.yaml").data


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('  "b": {"prices": [}', "must be `"),
        ('  "a/x": {"prices": [{"basis": "list", "rates": {"inptu": "1"}}]}', "unknown key"),
        ('  "a/x": {"lists": ["L"]}', "needs 'prices'"),
        ('  "a/x": {"prices": [{"basis": "list", "rates": {"input": 1}}]}', "quoted decimal"),
    ],
)
def test_a_mistake_in_a_list_names_file_and_line(folder: Path, line: str, reason: str) -> None:
    good = list_text("host", "2026-11-21", [("b/m", {"lists": ["L"], "prices": [ROW]})])
    (folder / "lists" / "host.yaml").write_text(good + line + "\n")
    with pytest.raises(TableError, match=rf"lists/host.yaml:8: .*{reason}"):
        compile_folder(folder)
