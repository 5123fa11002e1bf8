"""The reports of `diff` and `check`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from tokencost_cli.formatting import money
from tokencost_cli.gate_request import Compared
from tokencost_cli.report import Cell, Column, Lines, Report, Section, Table
from tokencost_cli.views.gate_document import Judged, document, share_of, sums_of
from tokencost_cli.views.gate_words import (
    cause_of,
    message_of,
    model_of,
    month,
    sampled_words,
    signed,
    signed_share,
    total_effects,
    why,
)
from tokencost_cli.views.shared import table_line
from tokencost_pricing._version import __version__
from tokencost_profiles.gate.budgets import NOTE, PASS
from tokencost_profiles.gate.comparison import (
    CHANGED,
    FAILED,
    UNCHANGED,
    Change,
    Comparison,
    Effect,
)
from tokencost_profiles.gate.limits import FAIL, WARN

CHECK: Final = "tokencost.check/1"
DIFF: Final = "tokencost.diff/1"
# All items are shown where they are few; else those that changed, or cost most.
_FEW: Final = 12
_MANY: Final = 40
_MARKS: Final = {FAIL: "bad", WARN: "headline"}


def report(found: Compared, judged: Judged | None = None) -> Report:
    """Return the report of `diff`, or with a verdict that of `check`."""
    sections = [section for section in _sections(found, judged) if section is not None]
    return Report(
        CHECK if judged else DIFF, lambda: document(found, judged), tuple(sections), found.warnings
    )


def error_report(message: str, code: str, prices: Mapping[str, Any]) -> Report:
    """Return the report of a check that could not be made: its sinks must not be left empty."""
    reason = {"level": FAIL, "code": code, "path": None, "model": None, "message": message,
              "value": None, "limit": None}  # fmt: skip
    nothing = {"tokens": 0, "cost": None, "percent": None, "month": None}
    data: dict[str, Any] = {
        "tool": __version__, "prices": prices,
        "base": {"name": "none", "revision": None, "prices": None},
        "head": {"name": "none", "prices": prices}, "policy": {},
        "volume": {"per_day": None, "days": 30}, "items": [],
        "total": {"base": None, "head": None, "delta": nothing, "effects": []},
        "sampled": None, "verdict": "error", "reasons": [reason],
    }  # fmt: skip
    return Report(CHECK, data, (Lines((f"error: {message}",), "headline"),))


def _sections(found: Compared, judged: Judged | None) -> list[Section | None]:
    whole = found.comparison
    reasons = judged.verdict.reasons if judged else ()
    lines = [
        f"{reason.level}: {message_of(reason, whole, found.sampled)}"
        for reason in reasons if reason.level != NOTE
    ]  # fmt: skip
    notes = [message_of(reason, whole, found.sampled) for reason in reasons if reason.level == NOTE]
    if found.sampled is not None and judged is None:
        notes.append(sampled_words(found.sampled))
    notes += [f"{item.path}: {item.note}" for item in whole.items if item.note]
    effects = total_effects(whole)
    items = _items(whole, judged)
    if len(items.rows) < len(whole.items):
        left = len(whole.items) - len(items.rows)
        which = "that cost less" if whole.against is None else "that did not change"
        notes.append(f"{left:,} more {which}: --format json lists them")
    return [
        Lines((headline(found, judged),), "headline"),
        Lines(tuple(lines)) if lines else None,
        items if items.rows else None,
        _causes(effects, whole) if len(effects) > 1 else None,
        Lines((*notes, *_basis(found)), "note"),
    ]


def headline(found: Compared, judged: Judged | None) -> str:
    """Return the answer in one line."""
    whole = found.comparison
    sums = sums_of(whole)
    lead = f"{judged.verdict.verdict}: " if judged else ""
    what = f"{len(whole.items):,} {'group' if whole.grouped else 'prompt'}"
    what += "" if len(whole.items) == 1 else "s"
    each = "" if whole.grouped else ", a call of each"
    if sums.head is None:
        return f"{lead}{what}{each}: the cost is not known"
    text = f"{lead}{what}{each}: {money(sums.head)}"
    if sums.cost is None:
        return text
    share = f" ({signed_share(sums.share)})" if sums.share else ""
    change = f"{signed(sums.cost)}{share}" if sums.cost else "nothing changed"
    monthly = month(sums.cost, whole)
    later = f", {signed(monthly)} a month" if monthly else ""
    return f"{text}, {change}{later} against {whole.against}"


def _items(whole: Comparison, judged: Judged | None) -> Table:
    verdicts = judged.verdict.items if judged else (PASS,) * len(whole.items)
    both = list(zip(whole.items, verdicts, strict=True))
    if whole.against is not None and len(both) > _FEW:
        both = [one for one in both if one[0].status != UNCHANGED or one[1] != PASS]
    elif len(both) > _MANY:
        both = _costliest(both)
    compared = whole.against is not None
    models = {item.model for item, _ in both}
    columns = [
        Column("path", "group" if whole.grouped else "file"),
        Column("model", "model", spare=0 if len(models) > 1 else 1),
        Column("status", "", spare=3),
        Column("tokens", "tokens", "count"),
        *([Column("tokens_change", "change", "count")] if compared else []),
        Column("cost", "cost" if whole.grouped else "a call", "money"),
    ]
    if compared:
        columns += [Column("cost_change", "change", "money"), Column("share", "%", "percent")]
        if whole.monthly and not whole.grouped:
            columns.append(Column("month", "a month", "money"))
        columns.append(Column("why", "why", spare=2))
    else:
        columns.append(Column("window", "window", "percent", spare=1))
    rows = [tuple(_row(item, whole)) for item, _ in both]
    marks = [_MARKS.get(v, "dim" if item.status == UNCHANGED and compared else "")
             for item, v in both]  # fmt: skip
    return Table(tuple(columns), rows, main=True, marks=marks)


def _costliest(both: list[tuple[Change, str]]) -> list[tuple[Change, str]]:
    """Return what does not pass, and of the others those that cost most, in their order."""

    def cost(at: int) -> Decimal:
        head = both[at][0].head
        return head.cost if head is not None and head.cost is not None else Decimal(0)

    wrong = [at for at, (_, verdict) in enumerate(both) if verdict != PASS]
    dear = sorted(range(len(both)), key=lambda at: (-cost(at), at))[:_MANY]
    return [both[at] for at in sorted({*wrong, *dear})]


def _row(item: Change, whole: Comparison) -> list[Cell]:
    head = item.head
    tokens: Cell = head.tokens if head and head.problem is None else None
    cost: Cell = head.cost if head else None
    path = f"{item.renamed_from} → {item.path}" if item.renamed_from else item.path
    start: list[Cell] = [path, model_of(item), item.status]
    if whole.against is None:
        if head is not None and head.cost is None:
            cost = "unpriced" if head.problem is None else "failed"
        status = FAILED if item.status == FAILED else ""
        return [path, item.model, status, tokens, cost, head.window if head else None]
    told = item.problem or (why(item.effects) if item.status == CHANGED else "")
    row = [*start, tokens, item.tokens if item.compared else None, cost,
           item.cost, share_of(item)]  # fmt: skip
    if whole.monthly and not whole.grouped:
        row.append(month(item.cost, whole))
    return [*row, told]


def _causes(effects: Sequence[Effect], whole: Comparison) -> Table:
    columns = [Column("cause", "why"), Column("tokens", "tokens", "count"),
               Column("cost", "cost", "money")]  # fmt: skip
    monthly = whole.monthly and not whole.grouped
    if monthly:
        columns.append(Column("month", "a month", "money"))
    rows: list[tuple[Cell, ...]] = []
    for effect in effects:
        row: list[Cell] = [cause_of(effect), effect.tokens, effect.cost]
        if monthly:
            row.append(month(effect.cost, whole))
        rows.append(tuple(row))
    return Table(tuple(columns), rows)


def _basis(found: Compared) -> tuple[str, ...]:
    lines = list(found.notes)
    if found.revision:
        lines.append(f"base: {found.base_name} ({found.revision[:12]})")
    if found.comparison.against is None:
        lines.append("no base: increases are not looked at; give --git REV or --baseline FILE")
    lines.append(
        table_line(found.table, found.at) + ("" if found.at else ", each call at its own day")
    )
    return tuple(lines)
