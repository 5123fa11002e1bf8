"""`--format markdown`: tables for a pull request, an issue, a wiki.

The answer of `check` and a `diff` are written as the comment that a pull request gets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tokencost_cli.output.formatting import cell
from tokencost_cli.output.markup import text as markup
from tokencost_cli.output.renderer import Style
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import RIGHT_ALIGNED, Cell, Column, Lines, Table


class Markdown:
    """Writes GitHub-flavoured Markdown."""

    endings: Final = ("md", "markdown")
    commands: Final = ()

    def render(self, report: Report, style: Style) -> str:
        """Return every section, then the warnings."""
        if report.gate is not None:
            from tokencost_cli.output.gate_markdown import markdown

            return markdown(report.gate, report.warnings, unicode=style.unicode)
        blocks = [
            _table(section) if isinstance(section, Table) else _lines(section)
            for section in report.sections
            if not isinstance(section, Table) or not (section.spreadsheet or section.long)
        ]
        below = report.footnotes()
        if warnings := [text for text in report.warnings if text not in below]:
            blocks.append("\n".join(f"- ⚠ {markup(text)}" for text in warnings))
        return "\n\n".join(block for block in blocks if block) + "\n"


def _table(table: Table) -> str:
    title = [f"**{markup(table.title)}**", ""] if table.title else []
    columns = [at for at, column in enumerate(table.columns) if column.kind != "bar"]
    heads = [table.columns[at] for at in columns]
    lines = [
        "| " + " | ".join(markup(head.title) for head in heads) + " |",
        "|" + "|".join(" ---: " if h.kind in RIGHT_ALIGNED else " --- " for h in heads) + "|",
    ]
    for position, row in enumerate(table.rows):
        line = _row([row[at] for at in columns], heads, notes=table.numbers_of(position))
        lines.append(line)
    if table.footer is not None:
        lines.append(_row([table.footer[at] for at in columns], heads, bold=True))
    notes = [f"<sup>{n}</sup> {markup(note.text)}" for n, note in enumerate(table.numbered(), 1)]
    notes += [markup(note.text) for note in table.unnumbered()]
    below = ["", "  \n".join(notes)] if notes else []
    return "\n".join(title + lines + below)


def _row(
    cells: list[Cell], heads: list[Column], *, bold: bool = False, notes: Sequence[int] = ()
) -> str:
    texts = [markup(cell(value, head.kind)) for value, head in zip(cells, heads, strict=True)]
    if notes:
        texts[0] += f"<sup>{','.join(map(str, notes))}</sup>"
    if bold:
        texts = [f"**{text}**" if text else "" for text in texts]
    return "| " + " | ".join(texts) + " |"


def _lines(lines: Lines) -> str:
    if lines.style == "headline":
        return "\n".join(f"**{markup(line)}**" for line in lines.lines)
    return "  \n".join(map(markup, lines.lines))


RENDERER: Final = Markdown()
