"""`--format table`: aligned columns for the terminal.

Drawn here and not by rich: its tables cost more time than reading 50 MB of logs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tokencost_cli.output.formatting import cell
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.safe_text import visible
from tokencost_cli.output.tables import (
    GAP,
    RIGHT_ALIGNED,
    Cell,
    Table,
    cut_middle,
    display_width,
    fit,
    folded,
)

_STYLES: Final = {  # SGR codes
    "headline": "1",
    "note": "2",
    "good": "32",
    "warn": "33",
    "bad": "31",
    "dim": "2",
    "bar": "36",
}
# A verdict stands at the beginning of its headline, up to a colon.
_VERDICTS: Final = {
    "pass": "1;32",
    "warn": "1;33",
    "inconclusive": "1;33",
    "fail": "1;31",
    "error": "1;31",
}
# Signs of ours where there is no Unicode. Names of others are left to the stream.
_ASCII: Final = str.maketrans(
    {
        "×": "x",
        "–": "-",
        "±": "+-",
        "≥": ">=",
        "◀": "<",
        "▼": "v",
        "→": "->",
        "…": "...",
        "—": "-",
        "│": "|",
        "├": "|",
        "└": "`",
        "─": "-",
    }
)
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BAR: Final = 14  # characters of a full bar


class Terminal:
    """Writes aligned columns, in colour where the terminal wants it."""

    endings: Final = ("txt",)
    commands: Final = ()

    def render(self, report: Report, style: Style) -> str:
        """Return every section, one blank line apart."""
        sections = [
            _table(section, style)
            if isinstance(section, Table)
            else [line for text in section.lines for line in _lines(text, section.style, style)]
            for section in report.sections
            if not isinstance(section, Table) or not (section.spreadsheet or section.long)
        ]
        blocks = ["\n".join(line.rstrip() for line in lines) for lines in sections]
        return "\n\n".join(blocks).rstrip("\n") + "\n"


def _lines(text: str, name: str, style: Style) -> list[str]:
    """Return a text as one line, or as many as it takes at the width of a terminal."""
    text = _encodable(visible(text), style)
    first, *more = folded(text, style.width, "  ") if style.fold else [text]
    return [_line(first, name, style), *(_styled(line, name, style) for line in more)]


def _line(text: str, name: str, style: Style) -> str:
    """Return one line, with its verdict in the colour of the verdict."""
    verdict, colon, rest = text.partition(":")
    if not style.colour or verdict not in _VERDICTS or name not in ("plain", verdict):
        return _styled(text, name, style)
    coloured = f"\x1b[{_VERDICTS[verdict]}m{verdict}{colon}\x1b[0m"
    return coloured + (_styled(rest, "headline", style) if name == verdict else rest)


def _table(table: Table, style: Style) -> list[str]:
    if not style.unicode:
        titles = [one._replace(title=_encodable(one.title, style)) for one in table.columns]
        table = table._replace(columns=tuple(titles))
    rows = [[_cell(row[at], table, at, style) for at in range(len(row))] for row in table.rows]
    notes = table.numbered()
    for position, row in enumerate(rows if notes else ()):
        row[0] += _note_mark(table.numbers_of(position), style)
    footer = [
        _cell("" if value is None else value, table, at, style)
        for at, value in enumerate(table.footer or ())
    ]
    widths, columns = fit(table, [*rows, footer] if footer else rows, style.width)
    grid = _Grid(table, widths, columns, style)
    title = _encodable(visible(table.title), style)
    lines = [_styled(title, "headline", style)] if title else []
    lines.append(grid.line([column.title for column in table.columns], "note"))
    lines.append(grid.rule())
    for position, row in enumerate(rows):
        mark = table.marks[position] if position < len(table.marks) else ""
        lines += grid.lines(row, mark)
    if footer:
        lines += ["", grid.line(footer, "headline")]
    if table.footnotes:
        lines.append("")
    marks = [_note_mark([number], style).strip() for number in range(1, len(notes) + 1)]
    texts = [f"{mark} {note.text}" for mark, note in zip(marks, notes, strict=True)]
    for text in (*texts, *(note.text for note in table.unnumbered())):
        lines += _lines(text, "note", style)
    return lines


def _note_mark(numbers: Sequence[int], style: Style) -> str:
    """Return what stands behind the name of a row that has footnotes."""
    if not numbers:
        return ""
    if not style.unicode:
        return f" [{','.join(map(str, numbers))}]"
    return " " + ",".join(str(number).translate(_RAISED) for number in numbers)


class _Grid:
    """Lines of cells, each as wide as its column."""

    def __init__(self, table: Table, widths: list[int], columns: list[int], style: Style) -> None:
        self._table, self._widths, self._columns, self._style = (
            table,
            widths,
            columns,
            style,
        )

    def rule(self) -> str:
        """Return the line below the titles."""
        width = sum(self._widths[at] + GAP for at in self._columns) - GAP
        return ("─" if self._style.unicode else "-") * width

    def lines(self, cells: list[str], mark: str) -> list[str]:
        """Return a row; a text that is too long for its column goes on below."""
        lines_of = {at: self._folded(cells[at], at) for at in self._columns}
        most = max(len(blocks) for blocks in lines_of.values())
        return [
            self.line(
                [
                    lines_of[at][part] if at in lines_of and part < len(lines_of[at]) else ""
                    for at in range(len(cells))
                ],
                mark,
            )
            for part in range(most)
        ]

    def _folded(self, text: str, at: int) -> list[str]:
        width = self._widths[at]
        if self._table.columns[at].kind == "name":
            return [cut_middle(text, width, "…" if self._style.unicode else "...")]
        return folded(text, width)

    def line(self, cells: list[str], mark: str = "") -> str:
        """Return one line of cells."""
        texts = []
        for at in self._columns:
            column, text = self._table.columns[at], cells[at]
            padding = " " * (self._widths[at] - display_width(text))
            if column.kind == "bar":
                text = _styled(text, "bar", self._style)
            right = column.kind in RIGHT_ALIGNED
            texts.append(padding + text if right else text + padding)
        return _styled((" " * GAP).join(texts).rstrip(), mark, self._style)


def _styled(text: str, name: str, style: Style) -> str:
    code = _STYLES.get(name)
    if not code or not text or not style.colour:
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def _cell(value: Cell, table: Table, at: int, style: Style) -> str:
    kind = table.columns[at].kind
    if kind == "bar" and isinstance(value, float):
        return _bar(value, style)
    text = cell(value, kind)
    return _encodable(visible(text) if isinstance(value, str) else text, style)


def _encodable(text: str, style: Style) -> str:
    """Return a text with signs of ours that an ASCII terminal can display."""
    return text if style.unicode or text.isascii() else text.translate(_ASCII)


def _bar(share: float, style: Style) -> str:
    """Draw a share of 1, to an eighth of a character."""
    eighths = round(max(0.0, min(1.0, share)) * _BAR * 8)
    if not style.unicode:
        return "#" * (eighths // 8)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


RENDERER: Final = Terminal()
