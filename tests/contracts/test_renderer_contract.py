"""What every renderer promises."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tokencost_cli.options import completion
from tokencost_cli.output.renderers import Style, by_ending, names, renderer
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Column, Lines, Table

PAGE = (Path(__file__).parents[2] / "docs" / "outputs.md").read_text("utf-8")
COLUMNS = (Column("model", "model"), Column("cost", "cost", "money"))
REPORTS = {
    "an empty table": Report("tokencost.estimate/2", {}, (Table(COLUMNS, (), main=True),)),
    "lines and a table": Report(
        "tokencost.estimate/2",
        {"rows": []},
        (
            Lines(("3 prompts",)),
            Table(COLUMNS, (("größe\x1b", Decimal("0.5")), (None, None)), main=True),
        ),
        ("no price",),
    ),
}
EVERY_COMMAND = [name for name in names() if not renderer(name).commands]


def row_of(name: str) -> str:
    """Return the row that docs/outputs.md should have for a format."""
    chosen = renderer(name)
    endings = ", ".join(f"`.{ending}`" for ending in chosen.endings)
    commands = ", ".join(f"`{command}`" for command in chosen.commands) or "all"
    return f"| `{name}` | {endings} | {commands} |".replace("|  |", "| |")


@pytest.mark.parametrize("name", names())
def test_the_page_lists_it(name: str) -> None:
    assert row_of(name) in PAGE, f"{name}: docs/outputs.md has no row {row_of(name)}"


@pytest.mark.parametrize("name", names())
def test_it_is_chosen_by_ending_and_completed(name: str) -> None:
    command = (*renderer(name).commands, "estimate")[0]
    for ending in renderer(name).endings:
        assert by_ending(f"report.{ending}", command) == name
    context = cast("Any", SimpleNamespace(info_name=command))
    assert name in completion.formats(context, name[:2])


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_it_writes_a_report(name: str, report: Report) -> None:
    written = renderer(name).render(report, Style())
    assert written == renderer(name).render(report, Style())
    if isinstance(written, str):
        assert "\x1b" not in written
        assert not written or written.endswith("\n")
