"""Tables and lines, what reports are made of, and how wide a table's columns may be.

Cells hold values, not text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, Literal, NamedTuple


class AtLeast(NamedTuple):
    """The known part of an amount."""

    amount: Decimal


Cell = str | int | float | Decimal | AtLeast | None
Kind = Literal[
    "text",
    "name",
    "count",
    "range",
    "money",
    "percent",
    "share",
    "error",
    "rate",
    "bar",
    "days",
    "seconds",
]

RIGHT_ALIGNED: Final = frozenset(
    {"count", "range", "money", "percent", "share", "error", "rate", "days"}
)


class Column(NamedTuple):
    """One column of a table: the key that machines use, the title that people read.

    Where a line is too short, columns of the highest `spare` are left out first; those of 0 never.
    A `text` is folded then; of a `name`, which may stand behind guides, the middle is left out.
    """

    key: str
    title: str
    kind: Kind = "text"
    spare: int = 0


class Footnote(NamedTuple):
    """What must be known of rows of a table; of all together where none is named.

    `warning` states the same where no table has the rows; where it is empty, `text` does.
    """

    text: str
    rows: tuple[int, ...] = ()
    warning: str = ""


class Table(NamedTuple):
    """Rows under columns. `footer` is a total; `main` marks the table that CSV writes."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    title: str = ""
    footer: tuple[Cell, ...] | None = None
    main: bool = False
    marks: Sequence[str] = ()  # a style a row: "", "good", "warn", "bad", "dim"
    spreadsheet: bool = False  # whether only CSV and Parquet write it
    long: bool = False  # whether only CSV writes it: one row a key and unit
    footnotes: Sequence[Footnote] = ()

    def numbered(self) -> list[Footnote]:
        """Return the footnotes of rows in the order of their first rows."""
        return sorted((note for note in self.footnotes if note.rows), key=lambda note: note.rows[0])

    def unnumbered(self) -> list[Footnote]:
        """Return the footnotes that no row bears."""
        return [note for note in self.footnotes if not note.rows]

    def numbers_of(self, row: int) -> list[int]:
        """Return the numbers of the footnotes of a row."""
        return [at for at, note in enumerate(self.numbered(), 1) if row in note.rows]


class Lines(NamedTuple):
    """Short lines of text.

    `style` is "plain", "note", "headline", or that of a headline with a verdict: "pass", "warn",
    "inconclusive", "fail", "error".
    """

    lines: tuple[str, ...]
    style: str = "plain"


GAP: Final = 2  # between columns
_NARROWEST: Final = 10  # of a column of text that is folded: a date still fits
_NAME: Final = 28  # of a column of names, where others are left out for lack of room
_GUIDES: Final = r"[│├└─|`\- ]* "  # of a tree

# Where a text may be folded, the most welcome places first: at spaces; behind a slash of a path;
# behind other marks inside a name. The last resort is anywhere.
_PLACES: Final = (
    r"\s*\S+",
    r"\s*[^\s/]*/?",
    r"\s*[^\s/._:,=-]*[/._:,=-]?",
)


def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _longest_fragment(text: str, level: int) -> int:
    return max((display_width(block.strip()) for block in _blocks(text, level)), default=0)


def folded(text: str, width: int, indent: str = "") -> list[str]:
    """Return the lines of a text that is folded at a width, those after the first indented.

    A fragment that is too long is folded at less welcome places, and stands alone otherwise.
    """
    if display_width(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for block in _fitting(text, max(1, width - len(indent))):
        if line.strip() and display_width(line) + display_width(block.rstrip()) > width:
            lines.append(line.rstrip())
            line = indent + block.lstrip()
        else:
            line += block
    return [*lines, line.rstrip()] if line.strip() else lines or [""]


def cut_middle(text: str, width: int, mark: str = "…") -> str:
    """Return a name at most so wide: its middle is left out, as both ends distinguish names.

    The guides of a tree before it stay.
    """
    if display_width(text) <= width:
        return text
    match = re.match(_GUIDES, text)
    guides = match[0] if match else ""
    room = max(2, width - display_width(guides) - len(mark))
    name = text[len(guides) :]
    return f"{guides}{_beginning(name, room - room // 2)}{mark}{_end(name, room // 2)}"


def _beginning(text: str, width: int) -> str:
    text = text[:width]
    while display_width(text) > width:
        text = text[:-1]
    return text


def _end(text: str, width: int) -> str:
    text = text[len(text) - width :] if width else ""
    while display_width(text) > width:
        text = text[1:]
    return text


def _fitting(text: str, width: int) -> list[str]:
    """Return the fragments of a text, each folded further while it is wider than a line."""
    blocks = _blocks(text, 0)
    for level in range(1, len(_PLACES)):
        blocks = [
            part
            for block in blocks
            for part in (_blocks(block, level) if display_width(block.strip()) > width else [block])
        ]
    return blocks


def _blocks(text: str, level: int) -> list[str]:
    return [match[0] for match in re.finditer(_PLACES[level], text) if match[0]]


def fit(table: Table, lines: Sequence[Sequence[str]], width: int) -> tuple[list[int], list[int]]:
    """Return the width of every column, and which columns are visible, of a table with some lines.

    The most spare columns are left out first, then text is folded. A spare column that counts
    nothing in any row says nothing, and goes too.
    """
    widths = [
        max(display_width(column.title), *(display_width(line[at]) for line in lines), 0)
        for at, column in enumerate(table.columns)
    ]
    columns = [
        at
        for at, column in enumerate(table.columns)
        if not column.spare or column.kind != "count" or any(row[at] for row in table.rows)
    ]
    names = {at: widths[at] for at, column in enumerate(table.columns) if column.kind == "name"}
    for at in names:
        widths[at] = min(widths[at], _NAME)
    while _excess(widths, columns, width) > 0 and any(table.columns[at].spare for at in columns):
        spare = max(table.columns[at].spare for at in columns)
        columns = [at for at in columns if table.columns[at].spare != spare]
    for at, most in names.items():
        widths[at] = min(most, widths[at] + max(0, -_excess(widths, columns, width)))
    texts = [
        at for at in columns if table.columns[at].kind not in RIGHT_ALIGNED and at not in names
    ]
    for level in range(len(_PLACES)):
        excess = _excess(widths, columns, width)
        if excess > 0:
            _squeeze(widths, excess, {at: _least(lines, at, level) for at in texts})
    return widths, columns


def _excess(widths: Sequence[int], columns: Sequence[int], width: int) -> int:
    return sum(widths[at] + GAP for at in columns) - GAP - width


def _least(lines: Sequence[Sequence[str]], at: int, level: int) -> int:
    """Return how narrow a column can be when its text is folded at a level of places."""
    return max(_NARROWEST, *(_longest_fragment(line[at], level) for line in lines), 0)


def _squeeze(widths: list[int], excess: int, least: dict[int, int]) -> None:
    """Take what does not fit from the widest columns of text: numbers are never cut."""
    while excess > 0 and (wide := [at for at in least if widths[at] > least[at]]):
        widths[max(wide, key=lambda at: widths[at])] -= 1
        excess -= 1
