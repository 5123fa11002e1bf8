"""The reports of `prices diff`, `prices history` and `prices doctor`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from tokencost_cli.output.formatting import table_line
from tokencost_cli.output.headings import column
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Cell, Footnote, Lines, Table
from tokencost_cli.reports._model_facts import price_row
from tokencost_cli.reports.documents.fields import money
from tokencost_cli.reports.documents.head import head_fields
from tokencost_cli.reports.documents.price_changes import (
    PRICES_DIFF,
    PRICES_DOCTOR,
    PRICES_HISTORY,
    FindingEntry,
    HistoryRow,
    PricesDiffDocument,
    PricesDoctorDocument,
    PricesHistoryDocument,
    RateChangeEntry,
    TableSide,
)
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_pricing.moments import written
from tokencost_pricing.offer import Offer
from tokencost_pricing.price_changes import ADDED, REMOVED, RateChange, RowChange, Side, row_changes
from tokencost_pricing.table import PriceTable
from tokencost_pricing.table_health import WARN, Finding
from tokencost_pricing.terms import Terms

_MARKS: Final = {ADDED: "good", REMOVED: "dim"}


def diff_report(
    base: Side, head: Side, changes: Sequence[RateChange], facts: Callable[[], RunFacts]
) -> Report:
    """Return one row a rate that differs."""
    columns = (
        column("provider"),
        column("model"),
        column("rate"),
        column("before", "rate"),
        column("after", "rate"),
        column("relative", "percent", title="change"),
        column("starts_at", spare=1),
        column("status", spare=2),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            one.provider,
            one.model,
            one.rate,
            one.before,
            one.after,
            one.relative,
            one.starts_at,
            one.status,
        )
        for one in changes
    ]
    marks = [_MARKS.get(one.status, "") for one in changes]
    models = Counter({(one.provider, one.model, one.status): 1 for one in changes})
    counts = Counter(status for _, _, status in models)
    counted = ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
    summary = f"models: {counted}" if counted else "no price differs"
    return Report(
        PRICES_DIFF,
        lambda: PricesDiffDocument(
            **head_fields(PRICES_DIFF, facts(), ()),
            base=_side(base),
            head=_side(head),
            items=[_change_entry(one) for one in changes],
        ),
        (
            Lines((f"{_side_text(base)} -> {_side_text(head)}",), "headline"),
            *([Table(columns, rows, main=True, marks=marks)] if rows else []),
            Lines((f"{summary}; USD per million tokens",), "note"),
        ),
    )


def _side(side: Side) -> TableSide:
    return TableSide(table=side.table.version, sha256=side.table.sha256, as_of=written(side.at))


def _side_text(side: Side) -> str:
    return f"table {side.table.version} on {written(side.at)}"


def _change_entry(one: RateChange) -> RateChangeEntry:
    return RateChangeEntry(
        provider=one.provider,
        model=one.model,
        status=one.status,
        rate=one.rate,
        before=money(one.before),
        after=money(one.after),
        relative=_ratio(one.relative),
        starts_at=one.starts_at,
    )


def _ratio(relative: Decimal | None) -> float | None:
    return None if relative is None else float(relative)


def history_report(
    table: PriceTable, offer: Offer, terms: Terms, facts: Callable[[], RunFacts]
) -> Report:
    """Return every dated row of a model, with its change against the one before."""
    model = offer.model
    current = model.price_on(terms.at)
    changes = row_changes(model)
    largest = max(
        (one.price.rates.get("output", Decimal(0)) for one in changes), default=Decimal(0)
    )
    columns = (
        column("starts_at"),
        column("input", "rate"),
        column("input_relative", "percent", title="change"),
        column("output", "rate"),
        column("output_relative", "percent", title="change"),
        column("output_of_highest", "bar", spare=2, title="output"),
        column("basis", spare=3),
        column("state", title=""),
        column("source", spare=4),
        column("checked_at", spare=5),
    )
    rows: list[tuple[Cell, ...]] = []
    notes: list[Footnote] = []
    for at, one in enumerate(changes):
        price = one.price
        output = price.rates.get("output")
        rows.append(
            (
                price.since or (f"before {price.seen}" if price.seen else "not known"),
                price.rates.get("input"),
                one.input_change,
                output,
                one.output_change,
                float(output / largest) if output and largest else None,
                price.basis,
                "◀ in force" if price is current else "announced" if price.announced else "",
                price.source or _lists(offer),
                None if price.checked is None else str(price.checked),
            )
        )
        if price.corrected is not None:
            notes.append(Footnote(f"corrected: {price.corrected}", (at,)))
    return Report(
        PRICES_HISTORY,
        lambda: PricesHistoryDocument(
            **head_fields(PRICES_HISTORY, facts(), ()),
            provider=offer.provider,
            model=model.id,
            rule=offer.rule,
            items=[_history_row(one, is_current=one.price is current) for one in changes],
        ),
        (
            Lines((offer.key,), "headline"),
            Table(columns, rows, main=True, footnotes=notes),
            Lines((f"{table_line(table, terms)}; USD per million tokens",), "note"),
        ),
    )


def _lists(offer: Offer) -> str | None:
    """Return the lists that a row without an address rests on."""
    names = offer.model.lists or offer.model.sources
    return ", ".join(names) or None


def _history_row(one: RowChange, *, is_current: bool) -> HistoryRow:
    return HistoryRow(
        **price_row(one.price),
        corrected=one.price.corrected,
        in_force=is_current,
        input_relative=_ratio(one.input_change),
        output_relative=_ratio(one.output_change),
    )


def doctor_report(
    table: PriceTable, findings: Sequence[Finding], now: datetime, facts: Callable[[], RunFacts]
) -> Report:
    """Return one row a finding."""
    columns = (
        column("check"),
        column("subject"),
        column("text", title="finding"),
        column("level", spare=1),
    )
    rows: list[tuple[Cell, ...]] = [
        (one.check, one.subject, one.text, one.level) for one in findings
    ]
    warnings = sum(one.level == WARN for one in findings)
    notes = len(findings) - warnings
    verdict = f"{warnings} to mend, {notes} to know" if findings else "nothing to mend"
    marks = ["warn" if one.level == WARN else "" for one in findings]
    return Report(
        PRICES_DOCTOR,
        lambda: PricesDoctorDocument(
            **head_fields(PRICES_DOCTOR, facts(), ()),
            items=[
                FindingEntry(
                    check=one.check,
                    subject=one.subject,
                    level=one.level,
                    at=None if one.day is None else str(one.day),
                    text=one.text,
                )
                for one in findings
            ],
        ),
        (
            Lines((f"prices: table {table.version} on {now:%Y-%m-%d}: {verdict}",), "headline"),
            *([Table(columns, rows, main=True, marks=marks)] if rows else []),
        ),
    )
