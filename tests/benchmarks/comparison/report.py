"""The results as JSON, and as the part of docs/benchmarks.md between two marks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from benchmarks.comparison.rows import Line, Row, row_of

_BEGIN: Final = "<!-- written by benchmarks.run -->"
_END: Final = "<!-- end of what benchmarks.run writes -->"
_VERDICTS: Final = {"goal": "yes, and the goal", "yes": "yes", "no": "no"}


def read_results(path: Path) -> dict[str, Row]:
    """Return the rows of a results file, by name."""
    if not path.is_file():
        return {}
    return {row["name"]: row_of(row) for row in json.loads(path.read_text("utf-8"))}


def save_results(path: Path, rows: Iterable[Row]) -> None:
    """Write a results file."""
    documents = [row.document() for row in rows]
    path.write_text(json.dumps(documents, indent=1) + "\n", "utf-8")


def write_docs(path: Path, rows: Iterable[Row]) -> None:
    """Replace what stands between the marks."""
    text = path.read_text("utf-8")
    before, rest = text.split(_BEGIN)
    _, after = rest.split(_END)
    path.write_text(f"{before}{_BEGIN}\n\n{markdown(list(rows))}\n{_END}{after}", "utf-8")


def markdown(rows: list[Row]) -> str:
    """Return a table of all rows, and one of the programs of each."""
    lines = [
        "| what | measured | at least | goal | reached | totals |",
        "|---|---:|---:|---:|---|---|",
    ]
    lines += [
        f"| {row.what} (`{row.name}`) | {row.value} | {row.least} | {row.goal} "
        f"| {_VERDICTS.get(row.verdict, '')} | {_totals(row)} |"
        for row in rows
    ]
    for row in rows:
        if row.lines or row.notes:
            lines += ["", *_details(row)]
    return "\n".join(lines) + "\n"


def _totals(row: Row) -> str:
    texts = [line.totals for line in row.lines if line.totals]
    if not texts or all(text.endswith("tokens") for text in texts):
        return ""
    return "equal" if all(text == "equal" for text in texts) else "see below"


def _details(row: Row) -> list[str]:
    lines = [f"### `{row.name}`", ""]
    if row.run:
        lines += [_circumstances(row), ""]
    if row.lines:
        lines += [
            "| | CPU s | wall s | memory of a process, MB | totals |",
            "|---|---:|---:|---:|---|",
            *map(_line, row.lines),
        ]
    if row.notes:
        lines += [*([""] if row.lines else []), *row.notes]
    return lines


def _circumstances(row: Row) -> str:
    run = row.run
    load = f"{run['load'][0]:.1f} before and {run['load'][1]:.1f} after"
    return (
        f"{run['day']}, {run['scale']:g} of the full size, medians of {run['repeat']}. Processes "
        f"that wanted one of the {run['cores']} cores in the minute: {load}."
    )


def _line(line: Line) -> str:
    memory = f"{max(line.peak, line.parent) / 1e6:.0f}"
    if line.parent and line.parent < line.peak * 0.9:
        memory = f"{line.parent / 1e6:.0f}, the largest {line.peak / 1e6:.0f}"
    cpu, wall = (f"{seconds:.3g}" if seconds else "" for seconds in (line.cpu, line.wall))
    return f"| {line.label} | {cpu} | {wall} | {memory} | {line.totals} |"
