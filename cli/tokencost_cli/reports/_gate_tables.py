"""The tables of `diff` and `check`: for people, and for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from tokencost_cli.output.report import Cell, Column, Table
from tokencost_cli.reports._gate_parts import known
from tokencost_cli.reports._gate_words import (
    at_volume,
    cause_of,
    model_of,
    month,
    signed,
    signed_share,
    why,
)
from tokencost_profiles.gate.comparison import Change, Comparison, Sums
from tokencost_profiles.gate.effects import (
    ADDED,
    CHANGED,
    FAILED,
    MIXED,
    REMOVED,
    UNCHANGED,
    Effect,
)
from tokencost_profiles.gate.limits import FAIL, PASS, WARN

Judged = tuple[Change, str]  # an item and its verdict

# All items are shown where they are few; else those that changed, or cost most.
_FEW: Final = 12
_MANY: Final = 40
_MARKS: Final = {FAIL: "bad", WARN: "warn"}
_ONE_SIDED: Final = {ADDED: "new", REMOVED: "gone", FAILED: "failed"}


def items_table(comparison: Comparison, verdicts: Sequence[str], sums: Sums) -> Table:
    """Return what people read: the items that matter, and what they come to together."""
    judged = list(zip(comparison.items, verdicts, strict=True))
    compared = comparison.against is not None
    if compared and len(judged) > _FEW:
        judged = [one for one in judged if one[0].status != UNCHANGED or one[1] != PASS]
    elif len(judged) > _MANY:
        judged = _costliest(judged)
    marks = [
        _MARKS.get(verdict, "dim" if item.status == UNCHANGED and compared else "")
        for item, verdict in judged
    ]
    if not compared:
        columns, rows, footer = _alone(comparison, judged, sums)
    elif comparison.grouped:
        columns, rows, footer = _groups(comparison, judged, sums)
    else:
        columns, rows, footer = _prompts(comparison, judged, sums)
    return Table(tuple(columns), rows, footer=footer, marks=marks)


_Parts = tuple[list[Column], list[tuple[Cell, ...]], tuple[Cell, ...] | None]


def _model_column(judged: Sequence[Judged]) -> Column:
    """Return the column of models: needed where a path is there twice, spare where all are one."""
    models = {(item.model, item.base_model) for item, _ in judged}
    if len({item.path for item, _ in judged}) < len(judged):
        return Column("model", "model")
    changed = any(base for _, base in models)
    return Column("model", "model", spare=2 if len(models) > 1 or changed else 4)


def _alone(comparison: Comparison, judged: Sequence[Judged], sums: Sums) -> _Parts:
    columns = [
        Column("path", "group" if comparison.grouped else "file"),
        _model_column(judged),
        Column("input_tokens", "input", "count"),
        Column("output_tokens", "output", "count", spare=2),
        Column("cost", "cost" if comparison.grouped else "a call", "money"),
        Column("window", "window", "share", spare=1),
    ]
    rows: list[tuple[Cell, ...]] = []
    for item, _ in judged:
        head = item.head
        if head is None or head.problem is not None:
            rows.append((item.path, item.model, None, None, "failed", None))
            continue
        cost: Cell = "unpriced" if head.cost is None else head.cost
        rows.append(
            (item.path, item.model, head.input_tokens, head.output_tokens, cost, head.window)
        )
    cost = known(sums.head, [(item, item.head) for item in comparison.items])
    footer = ("all", None, None, None, cost, None) if len(judged) > 1 else None
    return columns, rows, footer


def _costliest(judged: list[Judged]) -> list[Judged]:
    """Return what does not pass, and of the others those that cost most, in their order."""

    def cost(at: int) -> Decimal:
        head = judged[at][0].head
        return head.cost if head is not None and head.cost is not None else Decimal(0)

    wrong = [at for at, (_, verdict) in enumerate(judged) if verdict != PASS]
    dear = sorted(range(len(judged)), key=lambda at: (-cost(at), at))[:_MANY]
    return [judged[at] for at in sorted({*wrong, *dear})]


def _prompts(comparison: Comparison, judged: Sequence[Judged], sums: Sums) -> _Parts:
    unpriced = any(item.token_growth is not None for item in comparison.items)
    mixed = unpriced or sums.judged_on == MIXED
    _, unit = at_volume(Decimal(0), comparison)
    columns = [
        Column("path", "file"),
        _model_column(judged),
        Column("base_input_tokens", "before", "count", spare=1),
        Column("input_tokens", "input", "count"),
        Column("cost", "a call", "money", spare=1),
        Column("difference", unit.removesuffix(" calls"), "money"),
        Column("relative", "change", "percent"),
        *([Column("judged_on", "of")] if mixed else []),
        Column("why", "why", spare=3),
    ]
    rows = [tuple(_prompt_row(item, comparison, mixed=mixed)) for item, _ in judged]
    return columns, rows, _prompts_footer(comparison, sums, mixed=mixed)


def _prompt_row(item: Change, comparison: Comparison, *, mixed: bool) -> list[Cell]:
    base, head = item.base, item.head
    path = f"{item.renamed_from} → {item.path}" if item.renamed_from else item.path
    before = base.input_tokens if base and base.problem is None else None
    now: Cell = head.input_tokens if head and head.problem is None else None
    cost: Cell = head.cost if head else None
    if head is not None and head.unpriced:
        cost = "unpriced"
    of = None
    if item.token_growth is not None:
        of = "tokens"
    elif base is not None and head is not None and item.compared:
        of = item.judged_on
    return [
        path,
        model_of(item),
        before,
        now,
        cost,
        _difference(item, comparison),
        _relative(item),
        *([of] if mixed else []),
        _why(item, comparison),
    ]


def _difference(item: Change, comparison: Comparison) -> Cell:
    if item.cost is None or item.status in _ONE_SIDED:
        return None
    return signed(at_volume(item.cost, comparison)[0])


def _relative(item: Change) -> Cell:
    """Return how much more it costs, or has tokens; a word where there is no other side."""
    if item.token_relative is not None:
        return signed_share(item.token_relative)
    word = _ONE_SIDED.get(item.status)
    if word is not None:
        return word
    return signed_share(item.relative)


def _why(item: Change, comparison: Comparison) -> str:
    if item.problem:
        return item.problem
    return why(item.effects, comparison) if item.status == CHANGED else ""


def _prompts_footer(comparison: Comparison, sums: Sums, *, mixed: bool) -> tuple[Cell, ...] | None:
    """Return what the compared prompts come to: new and removed ones are in no sum."""
    if len(comparison.items) < 2 or sums.cost is None:
        return None
    heads = [item.head for item in sums.items if item.head]
    tokens = sum(head.input_tokens for head in heads)
    cost = signed(at_volume(sums.cost, comparison)[0])
    name = "all" if not sums.added and not sums.removed else "all compared"
    return (
        name,
        None,
        tokens - sums.input_tokens,
        tokens,
        None,
        cost,
        signed_share(sums.relative),
        *([sums.judged_on] if mixed else []),
        None,
    )


def _groups(comparison: Comparison, judged: Sequence[Judged], sums: Sums) -> _Parts:
    columns = [
        Column("path", "group"),
        _model_column(judged),
        Column("base_calls", "calls before", "count", spare=4),
        Column("calls", "calls", "count", spare=1),
        Column("base_cost", "before", "money"),
        Column("cost", "cost", "money"),
        Column("difference", "difference", "money", spare=1),
        Column("relative", "change", "percent"),
        Column("why", "why", spare=2),
    ]
    rows = [_group_row(item, comparison) for item, _ in judged]
    bases = [item.base.calls or 0 for item in comparison.items if item.base]
    heads = [item.head.calls or 0 for item in comparison.items if item.head]
    footer: tuple[Cell, ...] = (
        "all",
        None,
        sum(bases),
        sum(heads),
        known(sums.base, [(item, item.base) for item in comparison.items]),
        known(sums.head, [(item, item.head) for item in comparison.items]),
        signed(sums.cost),
        signed_share(sums.relative),
        None,
    )
    return columns, rows, footer


def _group_row(item: Change, comparison: Comparison) -> tuple[Cell, ...]:
    base, head = item.base, item.head
    return (
        item.path,
        model_of(item),
        base.calls if base else None,
        head.calls if head else None,
        base.cost if base else None,
        head.cost if head else None,
        signed(item.cost),
        _relative(item),
        _why(item, comparison),
    )


def causes_table(effects: Sequence[Effect], comparison: Comparison) -> Table:
    """Return why everything costs more or less."""
    _, unit = at_volume(Decimal(0), comparison)
    title = "cost" if comparison.grouped else unit.removesuffix(" calls")
    columns = (
        Column("cause", "why"),
        Column("tokens", "tokens", "count"),
        Column("cost", title, "money"),
    )
    rows: list[tuple[Cell, ...]] = []
    for effect in effects:
        cost = effect.cost if comparison.grouped else at_volume(effect.cost, comparison)[0]
        tokens = f"{effect.tokens:+,}" if effect.tokens else None
        rows.append((cause_of(effect), tokens, signed(cost)))
    return Table(columns, rows)


def spreadsheet(comparison: Comparison, verdicts: Sequence[str]) -> Table:
    """Return every item with full numbers, what it was judged on, and what was assumed."""
    columns = [
        Column("path", "path"),
        Column("model", "model"),
        Column("status", "status"),
        Column("judged_on", "judged_on"),
        Column("output_source", "output_source"),
        Column("verdict", "verdict"),
        Column("base_input_tokens", "", "count"),
        Column("input_tokens", "", "count"),
        Column("base_output_tokens", "", "count"),
        Column("output_tokens", "", "count"),
        Column("base_cost", "", "money"),
        Column("cost", "", "money"),
        Column("base_input_cost", "", "money"),
        Column("input_cost", "", "money"),
        Column("change_cost", "", "money"),
        Column("relative", "", "percent"),
        Column("month_cost", "", "money"),
        Column("why", "why"),
    ]
    rows = [
        _spreadsheet_row(item, verdict, comparison)
        for item, verdict in zip(comparison.items, verdicts, strict=True)
    ]
    return Table(tuple(columns), rows, main=True, spreadsheet=True)


def _spreadsheet_row(item: Change, verdict: str, comparison: Comparison) -> tuple[Cell, ...]:
    base, head = item.base, item.head
    side = head or base
    before = base if base and base.problem is None else None
    now = head if head and head.problem is None else None
    return (
        item.path,
        item.model,
        item.status,
        item.judged_on,
        side.output_source if side else None,
        verdict,
        before.input_tokens if before else None,
        now.input_tokens if now else None,
        before.output_tokens if before else None,
        now.output_tokens if now else None,
        base.cost if base else None,
        head.cost if head else None,
        base.input_cost if base else None,
        head.input_cost if head else None,
        item.cost,
        item.relative,
        month(item.cost, comparison),
        _why(item, comparison),
    )
