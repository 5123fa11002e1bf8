"""A small table in HTML, for notebooks: everything escaped, amounts displayed as in a terminal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from html import escape
from typing import Any, Final

from tokencost_pricing.money import money, plain
from tokencost_profiles.costs.columns import TypedColumn

MOST_ROWS: Final = 20
_LONGEST: Final = 60  # characters of a text
_ALWAYS: Final = ("calls", "cost")
_RIGHT: Final = ' style="text-align:right"'


def html_table(
    columns: Sequence[TypedColumn],
    caption: str,
    footer: str = "",
    least: Collection[int] = (),
) -> str:
    """Return a table of the first rows, and how many there are more.

    The exact amount stands in the title of each rounded one. Columns in which nothing is known,
    or all is 0, are left out. `least`: the rows whose cost leaves calls out.
    """
    columns = [column for column in columns if column.name in _ALWAYS or any(column.values)]
    rows = list(zip(*(column.values for column in columns), strict=True))
    heads = "".join(
        f"<th{_side(column)}>{_text(column.name.replace('_', ' '))}</th>" for column in columns
    )
    lines = [_line(columns, row, at in least) for at, row in enumerate(rows[:MOST_ROWS])]
    more = len(rows) - MOST_ROWS
    notes = [f"{more:,} more rows" if more > 0 else "", footer]
    below = "".join(f"<p>{escape(note)}</p>" for note in notes if note)
    return (
        f"<div><p><b>{escape(caption)}</b></p><table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table>{below}</div>"
    )


def amount_of(cost: Decimal | None, unpriced: int, calls: int) -> str:
    """Return an amount as a headline has it; what leaves calls out is the least."""
    if cost is None:
        return "no price"
    if not unpriced:
        return money(cost)
    return f"at least {money(cost)} ({unpriced:,} of {calls_of(calls)} unpriced)"


def calls_of(number: int) -> str:
    """Return a number of calls."""
    return f"{number:,} {'call' if number == 1 else 'calls'}"


def _line(columns: Sequence[TypedColumn], row: Sequence[Any], is_least: bool) -> str:
    cells = (_cell(one, value, is_least) for one, value in zip(columns, row, strict=True))
    return f"<tr>{''.join(cells)}</tr>"


def _side(column: TypedColumn) -> str:
    return "" if column.kind == "text" else _RIGHT


def _cell(column: TypedColumn, value: Any, is_least: bool) -> str:
    if isinstance(value, Decimal):
        exact = escape(f"{plain(value)} USD", quote=True)
        mark = "≥" if is_least and column.name == "cost" else ""
        return f'<td{_RIGHT} title="{exact}">{mark}{escape(money(value))}</td>'
    if isinstance(value, int):
        return f"<td{_RIGHT}>{value:,}</td>"
    return f"<td{_side(column)}>{_text('-' if value is None else str(value))}</td>"


def _text(text: str) -> str:
    """Return a text on one line, shortened in the middle; what cannot be seen is a mark."""
    line = "".join(one if one.isprintable() else "\ufffd" for one in text)
    if len(line) > _LONGEST:
        line = f"{line[: _LONGEST // 2]}…{line[-(_LONGEST // 2 - 1) :]}"
    return escape(line, quote=True)
