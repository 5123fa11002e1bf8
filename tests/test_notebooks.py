"""The notebooks of the examples run from top to bottom, and display what they say."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tokencost_pricing import PriceTable
from tokencost_pricing.money import money
from tokencost_profiles import profile

pytest.importorskip("ipykernel")
nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("pandas")
pytest.importorskip("plotly")

EXAMPLES = Path(__file__).parents[1] / "examples"


def executed(path: Path, folder: Path) -> list[Any]:
    """Return the code cells of a notebook after it ran in a copy of its folder."""
    copy = shutil.copytree(path.parent, folder / path.parent.name)
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(copy)}}
    ).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def display_of(cell: Any, kind: str) -> Any:
    """Return what a cell displays, in one form."""
    return next(output.data[kind] for output in cell.outputs if kind in output.get("data", {}))


def test_a_month_is_grouped_pivoted_and_drawn(table: PriceTable, tmp_path: Path) -> None:
    drawn, by_model, by_weekday, scenarios = executed(EXAMPLES / "month" / "month.ipynb", tmp_path)
    figure = display_of(drawn, "application/vnd.plotly.v1+json")
    assert {trace["name"] for trace in figure["data"]} == {"gpt-4o-mini", "gpt-5.4", "gpt-5.4-mini"}
    costs = profile(EXAMPLES / "month" / "calls.jsonl", table=table)
    assert costs.total.cost is not None
    assert f"<b>{money(costs.total.cost)}: 103 calls</b>" in display_of(by_model, "text/html")
    assert "Friday" in display_of(by_weekday, "text/plain")
    assert "batch" in display_of(scenarios, "text/html")


def test_notebooks_are_kept_without_what_they_displayed() -> None:
    for path in EXAMPLES.rglob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        assert not [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")]
