"""What a command has to say, before it is written in any format.

A command makes one `Report`; every renderer can write every report. `data` is the machine's form
(the JSON contract); `sections` are the reader's. Cells hold values, not text: an amount stays a
`Decimal` until a renderer writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

if TYPE_CHECKING:
    from msgspec import Struct

if TYPE_CHECKING:
    from tokencost_cli.output.gate_report import GateReport


class AtLeast(NamedTuple):
    """The known part of an amount."""

    amount: Decimal


Cell = str | int | float | Decimal | AtLeast | None
Kind = Literal[
    "text", "count", "money", "percent", "share", "error", "rate", "bar", "days", "seconds"
]

RIGHT_ALIGNED: Final = frozenset({"count", "money", "percent", "share", "error", "rate", "days"})


class Column(NamedTuple):
    """One column of a table: the key that machines use, the title that people read.

    Where a line is too short, columns of the highest `spare` are left out first; those of 0 never.
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


Section = Table | Lines


class Report(NamedTuple):
    """Everything that a renderer needs."""

    format: str  # name and version of the JSON document, such as `tokencost.estimate/2`
    # The struct of the document (see `reports.documents`), built when it is written.
    data: dict[str, Any] | Callable[[], dict[str, Any] | Struct]
    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = ()
    gate: GateReport | None = None  # of check and diff: what their renderers read
    # Tables that only CSV and Parquet write, built when they are written.
    exports: Callable[[], tuple[Table, ...]] = tuple

    def footnotes(self) -> set[str]:
        """Return the warnings that stand below a table."""
        tables = [section for section in self.sections if isinstance(section, Table)]
        return {note.warning or note.text for table in tables for note in table.footnotes}

    def tables(self) -> list[Table]:
        """Return the tables that spreadsheets may want, those meant for them first."""
        tables = (section for section in self.sections if isinstance(section, Table))
        return [*self.exports(), *tables]

    def document(self) -> dict[str, Any]:
        """Return the machine's form."""
        data = self.data() if callable(self.data) else self.data
        if not isinstance(data, dict):
            from msgspec import to_builtins

            return cast("dict[str, Any]", to_builtins(data))
        return {"format": self.format, **data, "warnings": list(self.warnings)}
