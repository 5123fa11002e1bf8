"""`--format table`: aligned columns for the terminal.

Drawn here and not by rich: its tables cost more time than reading 50 MB of logs.
"""

from __future__ import annotations

from typing import Final

from tokencost_cli.formatting import cell
from tokencost_cli.renderers.base import Style
from tokencost_cli.report import RIGHT_ALIGNED, Cell, Report, Table
from tokencost_cli.safe_text import visible

_STYLES: Final = {  # SGR codes
    "headline": "1", "note": "2", "good": "32", "warn": "33", "bad": "31", "dim": "2", "bar": "36",
}  # fmt: skip
# A verdict stands at the beginning of its headline, up to a colon.
_VERDICTS: Final = {
    "pass": "1;32", "warn": "1;33", "inconclusive": "1;33", "fail": "1;31", "error": "1;31",
}  # fmt: skip
_BAR: Final = 14  # characters of a full bar
_GAP: Final = 2  # between columns
_NARROWEST: Final = 10  # of a column of text that is folded: a date still fits


class Terminal:
    """Writes aligned columns, in colour where the terminal wants it."""

    endings: Final = ("txt",)
    commands: Final = ()

    def render(self, report: Report, style: Style) -> str:
        """Return every section, one blank line apart."""
        sections = [
            _table(section, style) if isinstance(section, Table) else [
                _line(part, section.style, style)
                for line in section.lines for part in _folded(_plain(line), style)
            ]
            for section in report.sections
            if not isinstance(section, Table) or not section.spreadsheet
        ]  # fmt: skip
        blocks = ["\n".join(line.rstrip() for line in lines) for lines in sections]
        return "\n\n".join(blocks).rstrip("\n") + "\n"


def _folded(text: str, style: Style) -> list[str]:
    """Break a line between words where it is wider than a terminal."""
    if not style.fold or _width(text) <= style.width:
        return [text]
    import textwrap

    return textwrap.wrap(
        text, style.width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    ) or [text]


def _line(text: str, name: str, style: Style) -> str:
    """Return one line, with its verdict in the colour of the verdict."""
    verdict, colon, rest = text.partition(":")
    if not style.colour or verdict not in _VERDICTS or name not in ("plain", verdict):
        return _styled(text, name, style)
    coloured = f"\x1b[{_VERDICTS[verdict]}m{verdict}{colon}\x1b[0m"
    return coloured + (_styled(rest, "headline", style) if name == verdict else rest)


def _table(table: Table, style: Style) -> list[str]:
    rows = [[_cell(row[at], table, at, style) for at in range(len(row))] for row in table.rows]
    footer = [
        _cell("" if value is None else value, table, at, style)
        for at, value in enumerate(table.footer or ())
    ]
    widths = _widths(table, [*rows, footer] if footer else rows)
    shown = _fitting(table, widths, style)
    grid = _Grid(table, widths, shown, style)
    lines = [_styled(table.title, "headline", style)] if table.title else []
    lines.append(grid.line([column.title for column in table.columns], "note"))
    lines.append(grid.rule())
    for position, row in enumerate(rows):
        mark = table.marks[position] if position < len(table.marks) else ""
        lines += grid.lines(row, mark)
    if footer:
        lines += ["", grid.line(footer, "headline")]
    return lines


class _Grid:
    """Lines of cells, each as wide as its column."""

    def __init__(self, table: Table, widths: list[int], shown: list[int], style: Style) -> None:
        self._table, self._widths, self._shown, self._style = table, widths, shown, style

    def rule(self) -> str:
        """Return the line below the titles."""
        width = sum(self._widths[at] + _GAP for at in self._shown) - _GAP
        return ("─" if self._style.unicode else "-") * width

    def lines(self, cells: list[str], mark: str) -> list[str]:
        """Return a row; a text that is too long for its column goes on below."""
        broken = {at: _broken(cells[at], self._widths[at]) for at in self._shown}
        most = max(len(pieces) for pieces in broken.values())
        return [
            self.line(
                [
                    broken[at][part] if at in broken and part < len(broken[at]) else ""
                    for at in range(len(cells))
                ],
                mark,
            )
            for part in range(most)
        ]

    def line(self, cells: list[str], mark: str = "") -> str:
        """Return one line of cells."""
        found = []
        for at in self._shown:
            column, text = self._table.columns[at], cells[at]
            padding = " " * (self._widths[at] - _width(text))
            if column.kind == "bar":
                text = _styled(text, "bar", self._style)
            right = column.kind in RIGHT_ALIGNED
            found.append(padding + text if right else text + padding)
        return _styled((" " * _GAP).join(found).rstrip(), mark, self._style)


def _broken(text: str, width: int) -> list[str]:
    """Break a text at spaces where it is wider than its column, and within words that are."""
    if _width(text) <= width:
        return [text]
    import textwrap

    return textwrap.wrap(text, width) or [""]


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _styled(text: str, name: str, style: Style) -> str:
    code = _STYLES.get(name)
    if not code or not text or not style.colour:
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def _widths(table: Table, lines: list[list[str]]) -> list[int]:
    return [
        max(_width(column.title), *(_width(line[at]) for line in lines), 0)
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
    while sum(widths[at] + _GAP for at in shown) - _GAP > style.width:
        spare = max(table.columns[at].spare for at in shown)
        if spare == 0:
            _squeeze(table, widths, shown, style)
            break
        shown = [at for at in shown if table.columns[at].spare != spare]
    return shown


def _squeeze(table: Table, widths: list[int], shown: list[int], style: Style) -> None:
    """Take what does not fit from the widest columns of text: numbers are never cut."""
    excess = sum(widths[at] + _GAP for at in shown) - _GAP - style.width
    texts = [at for at in shown if table.columns[at].kind not in RIGHT_ALIGNED]
    while excess > 0 and texts:
        widest = max(texts, key=lambda at: widths[at])
        if widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
        excess -= 1


def _cell(value: Cell, table: Table, at: int, style: Style) -> str:
    kind = table.columns[at].kind
    if kind == "bar" and isinstance(value, float):
        return _bar(value, style)
    text = cell(value, kind)
    return _plain(text) if isinstance(value, str) else text


def _plain(text: str) -> str:
    """Return text on one line that does nothing to a terminal: a file may have any name."""
    return visible(text)


def _bar(share: float, style: Style) -> str:
    """Draw a share of 1, to an eighth of a character."""
    eighths = round(max(0.0, min(1.0, share)) * _BAR * 8)
    if not style.unicode:
        return "#" * (eighths // 8)
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


RENDERER: Final = Terminal()
