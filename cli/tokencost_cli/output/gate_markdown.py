"""The comment on a pull request: the answer of `check`, or a `diff`, as Markdown.

The first line is a hidden tag, by which a later run finds its comment and writes it anew. Hosts
refuse a comment that is too long: rows are left out then, and the comment states how many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tokencost_cli.output.formatting import cell
from tokencost_cli.output.gate_report import GateItem, GateReason, GateReport
from tokencost_cli.output.markup import code, sentence, text
from tokencost_cli.output.tables import RIGHT_ALIGNED, Cell, Table

# Hosts take 65,536 characters. Bytes are counted, which are never fewer; a tag may grow.
LIMIT: Final = 64_000
_LONGEST: Final = 2_000  # characters of one reason
_RESERVE: Final = 600  # for the lines that state what was left out
_TAG: Final = "<!-- tokencost -->"
_MARKS: Final = {
    "fail": "❌",
    "warn": "⚠️",
    "note": "ℹ️",
    "pass": "✅",
    "inconclusive": "❔",
    "error": "❌",
}


class _Rows(NamedTuple):
    """Lines of a table: rows may be left out, the rest stays."""

    rows: Sequence[str] = ()
    head: Sequence[str] = ()
    foot: Sequence[str] = ()
    opening: str = ""
    closing: str = ""


def markdown(gate: GateReport, warnings: Sequence[str] = (), *, unicode: bool = True) -> str:
    """Return the comment."""
    marks = _MARKS if unicode else {}
    names = _names(gate)
    head = [_TAG, _title(gate, marks), *_summary(gate, names)]
    foot = _foot(gate, names)
    room = LIMIT - _RESERVE - sum(_size(block) + 2 for block in (*head, foot))
    blocks = list(head)
    reasons = [_reason(reason, marks, names) for reason in gate.reasons]
    for block in (_list(reasons, "reasons", room), _why(gate.causes)):
        if block:
            room -= _size(block) + 2
            blocks.append(block)
    for rows in _tables(gate, marks):
        block = _table(rows, room)
        if block:
            room -= _size(block) + 2
            blocks.append(block)
    notes = _list([text(note) for note in gate.notes], "notes", room)
    texts = [f"{_mark('warn', marks)}{text(one)}" for one in warnings]
    blocks += [notes, _list(texts, "warnings", room - _size(notes)), foot]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _title(gate: GateReport, marks: Mapping[str, str]) -> str:
    if not gate.verdict:
        return "### tokencost"
    return f"### {_mark(gate.verdict, marks) if marks else ''}tokencost: {gate.verdict}"


def _summary(gate: GateReport, names: Sequence[str]) -> list[str]:
    """Return what happened: the first sentence stands alone, the others below it."""
    sentences = [sentence(one[:_LONGEST], names) for one in gate.summary]
    blocks = (*sentences[:1], "<br>\n".join(sentences[1:]))
    return [block for block in blocks if block]


def _names(gate: GateReport) -> list[str]:
    """Return the names of users that may stand in a sentence: they become code spans."""
    names = [side.name for side in (gate.base, gate.head) if side is not None]
    names += [
        name or ""
        for item in gate.items
        for name in (item.path, item.model, item.renamed_from, item.base_model)
    ]
    names += [name or "" for reason in gate.reasons for name in (reason.path, reason.model)]
    return list(dict.fromkeys(name for name in names if name))


def _mark(level: str, marks: Mapping[str, str]) -> str:
    return f"{marks.get(level, '')} " if marks else f"**{level}** "


def _reason(reason: GateReason, marks: Mapping[str, str], names: Sequence[str]) -> str:
    message = reason.text
    if len(message) > _LONGEST:
        message = message[: _LONGEST - 1] + "…"
    near = names if reason.path is None else (reason.path, reason.model)
    return f"{_mark(reason.level, marks)}{sentence(message, near)}"


def _list(lines: Sequence[str], noun: str, room: int) -> str:
    fitting, left = _fitting([f"- {line}" for line in lines], room)
    if left:
        fitting.append(f"- {left:,} more {noun} are left out here; the report as JSON holds all")
    return "\n".join(fitting)


def _why(causes: Table) -> str:
    """Return what moved the cost of all items, where it is more than one thing."""
    if not causes.rows:
        return ""
    texts = []
    for cause, tokens, cost in causes.rows:
        noun = "" if cause == "tokens" else " tokens"
        texts.append(f"{cause} {tokens}{noun} ({cost})" if tokens else f"{cause} {cost}")
    title = causes.columns[-1].title
    volume = {"cost": "", "per 1,000": ", per 1,000 calls"}.get(title, f", {title}")
    return f"**Why{volume}:** {text(', '.join(texts))}"


def _tables(gate: GateReport, marks: Mapping[str, str]) -> tuple[_Rows, _Rows]:
    """Return the table of what matters, the most serious first, and that of the rest, folded.

    Without a base nothing can change: then all items are in the first.
    """
    numbered = list(enumerate(gate.items))
    compared = any(item.base for item in gate.items)
    first = [one for one in numbered if not compared or one[1].matters]
    rest = [one for one in numbered if compared and not one[1].matters]
    first.sort(key=lambda one: one[1].rank)
    table = gate.table
    foot: tuple[str, ...] = ()
    if table.footer is not None and len(gate.items) > 1:
        foot = (_line([f"**{one}**" if one else "" for one in _cells(table.footer, table)]),)
    rows = _Rows([_row(at, item, table, marks) for at, item in first], _head(table), foot)
    others = [_row(at, item, table, marks) for at, item in rest]
    opening = f"<details><summary>{len(rest):,} unchanged</summary>"
    return rows, _Rows(others, _head(table), (), opening, "</details>")


def _head(table: Table) -> list[str]:
    rules = [" ---: " if column.kind in RIGHT_ALIGNED else " --- " for column in table.columns]
    return [_line([text(column.title) for column in table.columns]), f"|{'|'.join(rules)}|"]


def _row(at: int, item: GateItem, table: Table, marks: Mapping[str, str]) -> str:
    cells = _cells(table.rows[at], table)
    for place, column in enumerate(table.columns):
        if column.key == "path":
            cells[place] = _verdict(item, marks) + _then(item.renamed_from, item.path)
        elif column.key == "model":
            cells[place] = _then(item.base_model, item.model)
    return _line(cells)


def _cells(row: Sequence[Cell], table: Table) -> list[str]:
    return [
        "" if value is None else text(cell(value, column.kind))
        for value, column in zip(row, table.columns, strict=True)
    ]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _verdict(item: GateItem, marks: Mapping[str, str]) -> str:
    if item.verdict in ("", "pass"):
        return ""
    return f"{marks.get(item.verdict, item.verdict)} "


def _then(old: str | None, new: str) -> str:
    now = code(new, in_table=True)
    return f"{code(old, in_table=True)} → {now}" if old and old != new else now


def _table(table: _Rows, room: int) -> str:
    if not table.rows:
        return ""
    frame = [*table.head, *table.foot, table.opening, table.closing]
    fitting, left = _fitting(table.rows, room - sum(_size(line) + 2 for line in frame))
    lines = [*table.head, *fitting, *table.foot] if fitting else []
    blocks = [table.opening, "\n".join(lines)]
    if left:
        blocks.append(f"{left:,} more rows are left out here; the report as JSON holds all")
    return "\n\n".join(block for block in (*blocks, table.closing) if block)


def _fitting(lines: Sequence[str], room: int) -> tuple[list[str], int]:
    """Return the lines that fit, from the first on, and how many are left out."""
    fitting: list[str] = []
    for line in lines:
        room -= _size(line) + 1
        if room < 0:
            break
        fitting.append(line)
    return fitting, len(lines) - len(fitting)


def _size(block: str) -> int:
    return len(block.encode())


def _foot(gate: GateReport, names: Sequence[str]) -> str:
    lines = [sentence(line, names) for line in (*gate.assumptions, *gate.basis)]
    return "<sub>" + "<br>\n".join(lines) + "</sub>" if lines else ""
