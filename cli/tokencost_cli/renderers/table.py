"""`--format table`: for the terminal, drawn by rich."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from tokencost_cli.formatting import cell
from tokencost_cli.renderers.base import Style
from tokencost_cli.report import RIGHT_ALIGNED, Cell, Report, Table

if TYPE_CHECKING:
    from rich.console import Console

_STYLES: Final = {
    "headline": "bold", "note": "dim", "good": "green", "bad": "red", "dim": "dim",
}  # fmt: skip
_BAR: Final = 14  # characters of a full bar
_GAP: Final = 2  # between columns


class Terminal:
    """Writes aligned columns, in colour where the terminal wants it."""

    extension: Final = "txt"

    def render(self, report: Report, style: Style) -> str:
        """Return every section, one blank line apart."""
        from rich.console import Console
        from rich.text import Text

        out = io.StringIO()
        console = Console(
            file=out, width=style.width, force_terminal=style.colour, no_color=not style.colour,
            color_system="standard" if style.colour else None, highlight=False,
            legacy_windows=False, safe_box=not style.unicode,
        )  # fmt: skip
        for at, section in enumerate(report.sections):
            if at:
                console.print()
            if isinstance(section, Table):
                _draw(section, console, style)
            else:
                for line in section.lines:
                    console.print(Text(line, style=_STYLES.get(section.style, "")), soft_wrap=True)
        lines = [line.rstrip() for line in out.getvalue().rstrip("\n").split("\n")]
        return "\n".join(lines) + "\n"


def _draw(table: Table, console: Console, style: Style) -> None:
    from rich.box import ASCII2, SIMPLE_HEAD
    from rich.table import Table as Grid
    from rich.text import Text

    lines = [[_cell(row[at], table, at, style) for at in range(len(row))] for row in table.rows]
    footer = ["" if cell is None else cell for cell in table.footer or ()]
    last = [_cell(value, table, at, style) for at, value in enumerate(footer)]
    widths = _widths(table, [*lines, last] if last else lines)
    shown = _fitting(table, widths, style)
    grid = Grid(
        box=SIMPLE_HEAD if style.unicode else ASCII2, show_edge=False, pad_edge=False,
        padding=(0, 1, 0, 0), title=table.title or None, title_justify="left",
        title_style="bold", header_style="dim", footer_style="bold",
        show_footer=table.footer is not None,
    )  # fmt: skip
    for at in shown:
        column = table.columns[at]
        right = column.kind in RIGHT_ALIGNED
        grid.add_column(
            Text(column.title), justify="right" if right else "left",
            no_wrap=right or at == 0, overflow="ellipsis", width=widths[at],
            footer=Text(last[at]) if last else "",
        )  # fmt: skip
    for position, line in enumerate(lines):
        mark = table.marks[position] if position < len(table.marks) else ""
        cells = [
            Text(line[at], style="cyan" if table.columns[at].kind == "bar" else "") for at in shown
        ]
        grid.add_row(*cells, style=_STYLES.get(mark, ""))
    console.print(grid)


def _widths(table: Table, lines: list[list[str]]) -> list[int]:
    from rich.cells import cell_len

    return [
        max(cell_len(column.title), *(cell_len(line[at]) for line in lines), 0)
        for at, column in enumerate(table.columns)
    ]


def _fitting(table: Table, widths: list[int], style: Style) -> list[int]:
    """Return the columns that fit the width, leaving out the most spare ones first.

    A spare column that counts nothing in any row says nothing, and goes too.
    """
    shown = [
        at for at, column in enumerate(table.columns)
        if not column.spare or column.kind != "count" or any(row[at] for row in table.rows)
    ]  # fmt: skip
    while sum(widths[at] + _GAP for at in shown) > style.width:
        spare = max(table.columns[at].spare for at in shown)
        if spare == 0:
            _squeeze(table, widths, shown, style)
            break
        shown = [at for at in shown if table.columns[at].spare != spare]
    return shown


def _squeeze(table: Table, widths: list[int], shown: list[int], style: Style) -> None:
    """Take what does not fit from the widest column of text: numbers are never cut."""
    excess = sum(widths[at] + _GAP for at in shown) - style.width
    texts = [at for at in shown if table.columns[at].kind not in RIGHT_ALIGNED]
    if texts:
        widest = max(texts, key=lambda at: widths[at])
        widths[widest] = max(8, widths[widest] - excess)


def _cell(value: Cell, table: Table, at: int, style: Style) -> str:
    kind = table.columns[at].kind
    if kind == "bar" and isinstance(value, float):
        return _bar(value, style)
    return cell(value, kind)


def _bar(share: float, style: Style) -> str:
    """Draw a share of 1, to an eighth of a character."""
    eighths = round(max(0.0, min(1.0, share)) * _BAR * 8)
    if not style.unicode:
        return "#" * (eighths // 8)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


RENDERER: Final = Terminal()
