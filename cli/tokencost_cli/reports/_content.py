"""The content of prompts in the report of `profile`: tables and entries of parts and groups."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from msgspec import UNSET

from tokencost_cli.output.formatting import count
from tokencost_cli.output.headings import column
from tokencost_cli.output.tables import AtLeast, Cell, Column, Table
from tokencost_cli.reports._cautions import calls_text
from tokencost_cli.reports._profile_structs import total_fields
from tokencost_cli.reports.documents.fields import money
from tokencost_cli.reports.documents.profile import ContentFields
from tokencost_pricing.money import divide
from tokencost_profiles.attribution.content import (
    CHARGED,
    FEE,
    HIDDEN,
    NO_TEXT,
    OVERHEAD,
    UNPRICED,
    ContentRow,
    ContentView,
)
from tokencost_profiles.attribution.content_groups import TARGET, ContentGroup
from tokencost_profiles.costs.cell import Cell as CallSums
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.costs.totals import Summary

_WORDS: Final = {
    OVERHEAD: "overhead (in no log)",
    NO_TEXT: "no text in the log",
    HIDDEN: "reasoning (not logged)",
    FEE: "fee",
    CHARGED: "charged by the log",
}
_NUMBERS: Final = (
    column("tokens", "count"),
    column("instances", "count", spare=3),
    column("copies", "count", spare=4),
    column("calls_carried", "count", spare=1),
    column("carrying_cost", "money"),
    column("made_cost", "money", spare=2),
    column("cost", "money"),
    column("cost_share", "share", spare=5),
    Column("bar", "", "bar", spare=6),
)
_TARGET_WIDTH: Final = 40
# What spreadsheets take of a part.
_COUNTS: Final = (
    "tokens",
    "instances",
    "copies",
    "calls_carried",
    "input_tokens",
    "output_tokens",
    "unpriced_tokens",
)
_COSTS: Final = ("carrying_cost", "made_cost", "cost")


class ContentReport(NamedTuple):
    """What a report says of the content of prompts."""

    view: ContentView
    groups: Sequence[ContentGroup] = ()  # where calls are grouped by it
    segments: Sequence[ContentRow] | None = None  # the parts that are listed
    by: Sequence[str] = ()


def segment_name(kind: str, name: str = "") -> str:
    """Return the words for a kind of part, and the tool it is of."""
    words = _WORDS.get(kind, kind.replace("_", " "))
    return f"{words}: {name}" if name else words


def cut_middle(text: str, width: int = _TARGET_WIDTH) -> str:
    """Return a name at most so wide: its middle is left out, as both ends distinguish names."""
    if len(text) <= width:
        return text
    head = (width - 1) // 2
    return f"{text[:head]}…{text[len(text) - (width - 1 - head) :]}"


def segments_table(content: ContentReport, total: Decimal | None) -> Table:
    """Return one row a part, the dearest to carry first."""
    rows = content.segments or ()
    with_text = any(row.first_line for row in rows)
    columns = (
        column("segment"),
        column("target", spare=2),
        column("hash", spare=4),
        *([column("first_line", spare=3)] if with_text else []),
        *_NUMBERS,
    )
    cells: list[tuple[Cell, ...]] = [
        (
            segment_name(row.kind, cut_middle(row.name)),
            cut_middle(row.target),
            row.hash.hex()[:8],
            *([cut_middle(row.first_line)] if with_text else []),
            *_numbers(row, total),
        )
        for row in rows
    ]
    rest = sum(row.is_billed for row in content.view.rows) - len(rows)
    title = f"parts of prompts ({count(rest)} more)" if rest else "parts of prompts"
    return Table(columns, cells, title=title, main=True)


def segment_rows(content: ContentReport) -> Table:
    """Return one row a part with all that is known of it, for CSV and Parquet."""
    rows = content.segments or ()
    with_text = any(row.first_line for row in rows)
    columns = (
        *(column(key) for key in ("kind", "name", "target", "hash")),
        *([column("first_line")] if with_text else []),
        *(column(key, "count") for key in _COUNTS),
        *(column(key, "money") for key in _COSTS),
    )
    cells: list[tuple[Cell, ...]] = [
        (
            row.kind,
            row.name,
            row.target,
            row.hash.hex(),
            *([row.first_line] if with_text else []),
            *(getattr(row, key) for key in _COUNTS),
            *(getattr(row, key) if row.is_priced else None for key in _COSTS),
        )
        for row in rows
    ]
    return Table(columns, cells, main=True, spreadsheet=True)


def groups_table(content: ContentReport, listed: int, total: Decimal | None) -> Table:
    """Return one row a segment or target, the dearest to carry first."""
    groups = content.groups[:listed]
    columns = (*(column(name) for name in content.by), *_NUMBERS)
    cells: list[tuple[Cell, ...]] = [
        (
            *(_value(name, group) for name in content.by),
            *_numbers(group, total),
        )
        for group in groups
    ]
    rest = content.groups[listed:]
    if rest:
        more = ContentGroup(key=())
        for group in rest:
            for row in group.rows:
                more.take(row)
        blank = [""] * (len(content.by) - 1)
        cells.append((f"({len(rest):,} more)", *blank, *_numbers(more, total)))
    return Table(columns, cells, main=True)


def _value(name: str, group: ContentGroup) -> str:
    """Return the segment or target that all parts of a group have."""
    row = group.rows[0]
    if name == TARGET:
        return cut_middle(row.target) or "(none)"
    return segment_name(row.kind, cut_middle(row.name))


def _numbers(row: ContentRow | ContentGroup, total: Decimal | None) -> tuple[Cell, ...]:
    share = divide(row.cost, total) if total and row.is_priced else None
    return (
        row.tokens or None,
        row.instances or None,
        row.copies or None,
        row.calls_carried or None,
        _amount(row.carrying_cost, row),
        _amount(row.made_cost, row),
        _amount(row.cost, row),
        share,
        float(share or 0),
    )


def _amount(amount: Decimal, row: ContentRow | ContentGroup) -> Cell:
    """Return what a row costs: nothing where it has no price, the least where parts have none."""
    if not row.is_priced:
        return None
    return AtLeast(amount) if row.unpriced_tokens else amount


def notes(content: ContentReport) -> tuple[str, ...]:
    """Return the lines that say how sure the sizes of parts are."""
    view = content.view
    how = "estimated from bytes (--exact counts them)"
    if view.is_counted is not False:
        how = "counted" if view.is_counted else "as they were saved"
    lines = [f"parts of prompts: sizes {how}, scaled to what was billed"]
    if view.textless_calls:
        calls, verb = calls_text(view.textless_calls), "has" if view.textless_calls == 1 else "have"
        lines.append(f"{calls} {verb} no text in the log: what they carry is not known")
    return tuple(lines)


def group_summary(view: ContentView, rows: Sequence[ContentRow], calls: int) -> Summary:
    """Return what rows come to, as reports on calls take it."""
    sums = Summary(view.cards, charged=True)
    for rates, usage in view.usage_of([row.number for row in rows]).items():
        reason = "no price" if rates == UNPRICED else None
        sums.take(Key(rates=rates, quarter=0, reason=reason), CallSums(usage=usage))
    for row in rows:
        if (amount := view.charged.get(row.number)) is not None:
            key = Key(quarter=0, reason="no price")
            sums.take(key, CallSums(calls=1, charged=amount, charged_calls=1))
    sums.cell.calls = calls
    if not any(row.is_priced for row in rows):
        sums.uncosted_calls = calls = max(1, calls)
        sums.cell.calls = calls
    return sums


def segment_entries(content: ContentReport) -> list[ContentFields]:
    """Return the parts as they stand in the document."""
    return [
        ContentFields(
            **total_fields(group_summary(content.view, [row], row.calls_carried)),
            **content_fields(row),
            kind=row.kind,
            name=row.name,
            tool=row.name or None if row.hash else None,
            target=row.target or None,
            hash=row.hash.hex(),
            first_line=row.first_line or UNSET,
        )
        for row in content.segments or ()
    ]


def content_fields(row: ContentRow | ContentGroup) -> dict[str, Any]:
    """Return the fields that only rows of content have."""
    return {
        "tokens": row.tokens,
        "instances": row.instances,
        "copies": row.copies,
        "calls_carried": row.calls_carried,
        "carrying_cost": money(row.carrying_cost) if row.is_priced else None,
        "made_cost": money(row.made_cost) if row.is_priced else None,
    }
