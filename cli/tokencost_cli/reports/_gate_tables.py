"""The tables of `diff` and `check`: a row an item, and the causes of what changed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from tokencost_cli.output.formatting import margin
from tokencost_cli.output.tables import Cell, Column, Table
from tokencost_cli.reports._gate_words import (
    at_volume,
    cause_of,
    known,
    model_of,
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

# All items are visible where they are few; else those that changed, or cost most.
_FEW: Final = 12
_MANY: Final = 40
_MARKS: Final = {FAIL: "bad", WARN: "warn"}
_ONE_SIDED: Final = {ADDED: "new", REMOVED: "gone", FAILED: "failed"}
_ERROR: Final = Column("error", "error", "range", spare=5)

_Parts = tuple[list[Column], list[tuple[Cell, ...]], tuple[Cell, ...] | None]


def items_table(comparison: Comparison, verdicts: Sequence[str], sums: Sums) -> Table:
    """Return a row an item, in their order, and what they come to together."""
    compared = comparison.against is not None
    marks = [
        _MARKS.get(verdict, "dim" if item.status == UNCHANGED and compared else "")
        for item, verdict in zip(comparison.items, verdicts, strict=True)
    ]
    if not compared:
        columns, rows, footer = _alone(comparison, sums)
    elif comparison.grouped:
        columns, rows, footer = _groups(comparison, sums)
    else:
        columns, rows, footer = _prompts(comparison, sums)
    return Table(tuple(columns), rows, footer=footer, marks=marks)


def most_important(comparison: Comparison, verdicts: Sequence[str]) -> list[int]:
    """Return which items a person needs to see, in their order."""
    judged = list(enumerate(zip(comparison.items, verdicts, strict=True)))
    if comparison.against is not None and len(judged) > _FEW:
        return [
            at
            for at, (item, verdict) in judged
            if item.status != UNCHANGED or verdict not in ("", PASS)
        ]
    if len(judged) <= _MANY:
        return [at for at, _ in judged]

    def cost(at: int) -> Decimal:
        head = comparison.items[at].head
        return head.cost if head is not None and head.cost is not None else Decimal(0)

    wrong = [at for at, (_, verdict) in judged if verdict not in ("", PASS)]
    dear = sorted(range(len(judged)), key=lambda at: (-cost(at), at))[:_MANY]
    return sorted({*wrong, *dear})


def _model_column(comparison: Comparison) -> Column:
    """Return the column of models: needed where a path is there twice, spare where all are one."""
    items = comparison.items
    models = {(item.model, item.base_model) for item in items}
    if len({item.path for item in items}) < len(items):
        return Column("model", "model")
    changed = any(base for _, base in models)
    return Column("model", "model", spare=2 if len(models) > 1 or changed else 4)


def _has_errors(comparison: Comparison) -> bool:
    """Whether the tokens of any prompt are not counted exactly."""
    heads = [] if comparison.grouped else [item.head for item in comparison.items]
    return any(head is not None and head.margin for head in heads)


def _alone(comparison: Comparison, sums: Sums) -> _Parts:
    errors = _has_errors(comparison)
    columns = [
        Column("path", "group" if comparison.grouped else "file"),
        _model_column(comparison),
        Column("input_tokens", "input", "count"),
        *([_ERROR] if errors else []),
        Column("output_tokens", "output", "count", spare=2),
        Column("cost", "cost" if comparison.grouped else "a call", "money"),
        Column("window", "window", "share", spare=1),
    ]
    rows: list[tuple[Cell, ...]] = []
    for item in comparison.items:
        head = item.head
        error = [margin(head.margin) if head else None] if errors else []
        if head is None or head.problem is not None:
            rows.append((item.path, item.model, None, *error, None, "failed", None))
            continue
        cost: Cell = "unpriced" if head.cost is None else head.cost
        used = (head.input_tokens, *error, head.output_tokens)
        rows.append((item.path, item.model, *used, cost, head.window))
    cost = known(sums.head, [(item, item.head) for item in comparison.items])
    blank = (None,) * (len(columns) - 3)
    footer = ("all", *blank, cost, None) if len(rows) > 1 else None
    return columns, rows, footer


def _prompts(comparison: Comparison, sums: Sums) -> _Parts:
    errors = _has_errors(comparison)
    unpriced = any(item.token_growth is not None for item in comparison.items)
    mixed = unpriced or sums.judged_on == MIXED
    _, unit = at_volume(Decimal(0), comparison)
    columns = [
        Column("path", "file"),
        _model_column(comparison),
        Column("base_input_tokens", "before", "count", spare=1),
        Column("input_tokens", "input", "count"),
        *([_ERROR] if errors else []),
        Column("cost", "a call", "money", spare=1),
        Column("difference", unit.removesuffix(" calls"), "money"),
        Column("relative", "change", "percent"),
        *([Column("judged_on", "of")] if mixed else []),
        Column("why", "why", spare=3),
    ]
    rows = [
        tuple(_prompt_row(item, comparison, mixed=mixed, errors=errors))
        for item in comparison.items
    ]
    return columns, rows, _prompts_footer(comparison, sums, mixed=mixed, errors=errors)


def _prompt_row(item: Change, comparison: Comparison, *, mixed: bool, errors: bool) -> list[Cell]:
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
        *([margin(head.margin) if head and now is not None else None] if errors else []),
        cost,
        _difference(item, comparison),
        _relative(item),
        *([of] if mixed else []),
        why_of(item, comparison),
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


def why_of(item: Change, comparison: Comparison) -> str:
    """Return what moved the cost of an item, or why it cannot be compared."""
    if item.problem:
        return item.problem
    return why(item.effects, comparison) if item.status == CHANGED else ""


def _prompts_footer(
    comparison: Comparison, sums: Sums, *, mixed: bool, errors: bool
) -> tuple[Cell, ...] | None:
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
        *([None] if errors else []),
        None,
        cost,
        signed_share(sums.relative),
        *([sums.judged_on] if mixed else []),
        None,
    )


def _groups(comparison: Comparison, sums: Sums) -> _Parts:
    columns = [
        Column("path", "group"),
        _model_column(comparison),
        Column("base_calls", "calls before", "count", spare=4),
        Column("calls", "calls", "count", spare=1),
        Column("base_cost", "before", "money"),
        Column("cost", "cost", "money"),
        Column("difference", "difference", "money", spare=1),
        Column("relative", "change", "percent"),
        Column("why", "why", spare=2),
    ]
    rows = [_group_row(item, comparison) for item in comparison.items]
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
        why_of(item, comparison),
    )


def causes_table(effects: Sequence[Effect], comparison: Comparison) -> Table:
    """Return why everything costs more or less, where it is more than one thing."""
    if len(effects) < 2:
        return Table((), ())
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
