"""The report of `estimate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tokencost_cli.formatting import error, money, percent
from tokencost_cli.report import Cell, Column, Lines, Report, Table
from tokencost_cli.views.shared import (
    amount,
    evidence_of,
    head,
    lines_of,
    method_of,
    table_line,
)
from tokencost_pricing.cost import Cost
from tokencost_pricing.money import add, multiply
from tokencost_pricing.table import PriceTable
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS, UNITS
from tokencost_profiles.estimate import Item, Plan, Total, notes

DAYS_A_MONTH = 30


class Volume(NamedTuple):
    """How often the prompts will be called."""

    calls: int | None = None
    per_day: int | None = None


def report(
    totals: Sequence[Total], plan: Plan, table: PriceTable, volume: Volume,
    options: Mapping[str, Any] | None = None, *, compare: bool = False,
) -> Report:  # fmt: skip
    """Return the report of an estimate; `compare` sets each model against the first one asked."""
    items = [item for total in totals for item in total.items]
    single = totals[0] if len(totals) == 1 else None
    data = {
        **head(table, plan.terms),
        "output": {"assumed": plan.answer.assumed, "said": plan.answer.said},
        "options": dict(options or {}),
        "items": [_document(item, volume) for item in items],
        "total": _total_document(single, volume) if single else None,
        "totals": [
            {
                "model": total.offer.key,
                **_total_document(total, volume),
                **({"percent": _against(total, totals[0])} if compare else {}),
            }
            for total in totals
        ],
    }
    if single is None:
        main = _by_model(totals, volume, totals[0] if compare else None)
    elif len(items) > 1:
        main = _by_file(single)
    else:
        main = _bill(items[0])
    about = _about(items[0], volume) if single and len(items) == 1 else ()
    sections = (
        Lines((_headline(totals, plan),), "headline"),
        main,
        *((Lines(about),) if about else ()),
        Lines(_notes(plan, table), "note"),
    )
    return Report("tokencost.estimate/1", data, sections, tuple(notes(totals)))


def _headline(totals: Sequence[Total], plan: Plan) -> str:
    paths = list(dict.fromkeys(item.path for total in totals for item in total.items))
    what = paths[0] if len(paths) == 1 else f"{len(paths)} prompts"
    output = plan.answer.said + (" (assumed)" if plan.answer.assumed else "")
    modes = f", {' and '.join(plan.terms.modes)}" if plan.terms.modes else ""
    return f"{what}: {output}{modes}"


def _by_model(totals: Sequence[Total], volume: Volume, base: Total | None = None) -> Table:
    cached = any(_tokens(total, ("cache_read",)) for total in totals)
    columns = [
        Column("model", "model"),
        Column("input_tokens", "input", "count"),
        *([Column("cached_tokens", "cached", "count")] if cached else []),
        Column("output_tokens", "output", "count", spare=1),
        Column("input_cost", "in $", "money", spare=4),
        Column("output_cost", "out $", "money", spare=4),
        Column("cost", "a call" if len(totals[0].items) == 1 else "all", "money"),
        *_volume_columns(volume),
        *([Column("percent", f"against {base.asked}", "percent")] if base else []),
        Column("window", "window", "percent", spare=3),
        Column("error", "count", "error"),
    ]
    rows = [
        tuple(_model_row(total, volume, cached=cached, base=base))
        for total in _cheapest_first(totals)
    ]
    return Table(tuple(columns), rows, main=True)


def _against(total: Total, base: Total) -> float | None:
    """Return by which share a model costs more than another."""
    if total.cost is None or not base.cost:
        return None
    return float((total.cost - base.cost) / base.cost)


def _model_row(total: Total, volume: Volume, *, cached: bool, base: Total | None) -> list[Cell]:
    shares = [item.window_share for item in total.items if item.window_share is not None]
    fresh = _tokens(total, INPUT_UNITS) - _tokens(total, ("cache_read",))
    return [
        total.offer.key if "/" in total.asked else total.asked,
        fresh,
        *([_tokens(total, ("cache_read",))] if cached else []),
        _tokens(total, OUTPUT_UNITS),
        _sum(total, INPUT_UNITS),
        _sum(total, OUTPUT_UNITS),
        _shown(total),
        *_volume_cells(total, volume),
        *([None if total is base else _against(total, base)] if base else []),
        max(shares, default=None),
        _error(total),
    ]


def _bill(item: Item) -> Table:
    """Return the bill of one call."""
    columns = (
        Column("unit", item.asked),
        Column("tokens", "tokens", "count"),
        Column("rate", "per 1M", "rate"),
        Column("cost", "a call", "money"),
    )
    rows: list[tuple[Cell, ...]] = [
        (UNITS[line.unit].noun, line.quantity, line.rate, line.amount) for line in item.cost.lines
    ]
    cost = item.cost
    shown = _range(cost.total, cost.high) if cost.high is not None else cost.total
    tokens = item.usage.input_tokens + item.usage.output_tokens
    return Table(columns, rows, footer=("total", tokens, None, shown), main=True)


def _about(item: Item, volume: Volume) -> tuple[str, ...]:
    """Return what else there is to say of one call."""
    cost, counted = item.cost, item.counted
    lines = []
    if cost.total is not None:
        lines.append(f"1,000 calls: {_projected(cost, 1000)}")
        if volume.calls:
            lines.append(f"{volume.calls:,} calls: {_projected(cost, volume.calls)}")
        if volume.per_day:
            lines.append(
                f"{volume.per_day:,} calls a day: {_projected(cost, volume.per_day)} a day, "
                f"{_projected(cost, volume.per_day * DAYS_A_MONTH)} a month"
            )
    if counted.method != "typed":
        sure = "exact" if counted.error == 0 else f"{error(counted.error)}, {counted.method}"
        added = f", {counted.added} added around the text" if counted.added else ""
        lines.append(f"counted with {counted.tokenizer} ({sure}){added}")
    if item.window_share is not None:
        window = item.offer.model.context_window
        lines.append(f"{percent(item.window_share)} of the context window ({window:,})")
    return tuple(lines)


def _projected(cost: Cost, calls: int) -> str:
    low, high = _times(cost.total, calls), _times(cost.high, calls)
    return _range(low, high) if high is not None else money(low or Decimal(0))


def _by_file(total: Total) -> Table:
    columns = (
        Column("path", "file"),
        Column("input_tokens", "input", "count"),
        Column("output_tokens", "output", "count"),
        Column("cost", "a call", "money"),
        Column("per_1000", "× 1,000", "money"),
        Column("window", "window", "percent"),
        Column("error", "count", "error"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            item.path, item.usage.input_tokens, item.usage.output_tokens, item.cost.total,
            _times(item.cost.total, 1000), item.window_share, _item_error(item),
        )
        for item in total.items
    ]  # fmt: skip
    footer = (
        f"{len(rows)} files, {total.asked}", total.usage.input_tokens, total.usage.output_tokens,
        total.cost, _times(total.cost, 1000), None, _error(total),
    )  # fmt: skip
    return Table(columns, rows, footer=footer, main=True)


def _volume_columns(volume: Volume) -> list[Column]:
    projected = bool(volume.calls or volume.per_day)
    columns = [Column("per_1000", "× 1,000", "money", spare=4 if projected else 2)]
    if volume.calls:
        columns.append(Column("calls_cost", f"{volume.calls:,} calls", "money"))
    if volume.per_day:
        columns += [Column("per_day", "a day", "money"), Column("per_month", "a month", "money")]
    return columns


def _volume_cells(total: Total, volume: Volume) -> list[Cell]:
    cells: list[Cell] = [_times(total.cost, 1000)]
    if volume.calls:
        cells.append(_times(total.cost, volume.calls))
    if volume.per_day:
        cells += [
            _times(total.cost, volume.per_day),
            _times(total.cost, volume.per_day * DAYS_A_MONTH),
        ]
    return cells


def _notes(plan: Plan, table: PriceTable) -> tuple[str, ...]:
    lines = [table_line(table, plan.terms)]
    if plan.answer.assumed:
        lines.append(f"assumed: {plan.answer.said}; say more with --output-tokens or --workload")
    return tuple(lines)


def _shown(total: Total) -> Cell:
    if total.cost is None:
        return "unpriced"
    return _range(total.cost, total.high) if total.high is not None else total.cost


def _range(low: Decimal | None, high: Decimal) -> str:
    return f"{money(low)}–{money(high).removeprefix('$')}" if low is not None else "unpriced"


def _error(total: Total) -> Cell:
    methods = {item.counted.method for item in total.items}
    return "typed" if methods == {"typed"} else total.error


def _item_error(item: Item) -> Cell:
    return "typed" if item.counted.method == "typed" else item.counted.error


def _cheapest_first(totals: Sequence[Total]) -> list[Total]:
    return sorted(totals, key=lambda total: (total.cost is None, total.cost or Decimal(0)))


def _tokens(total: Total, units: Sequence[str]) -> int:
    return sum(total.usage.get(unit, 0) for unit in units)


def _sum(total: Total, units: Sequence[str]) -> Decimal | None:
    if total.cost is None:
        return None
    amounts = (
        line.amount for item in total.items for line in item.cost.lines if line.unit in units
    )
    result = Decimal(0)
    for value in amounts:
        result = add(result, value)
    return result


def _times(cost: Decimal | None, calls: int) -> Decimal | None:
    return None if cost is None else multiply(cost, Decimal(calls))


def _document(item: Item, volume: Volume) -> dict[str, Any]:
    counted, cost = item.counted, item.cost
    return {
        "path": item.path,
        "model": item.offer.model.id,
        "provider": item.offer.provider,
        "asked": item.asked,
        "tokenizer": counted.tokenizer,
        "method": method_of(counted.method),
        "error": counted.error or None,
        "tokens": {"text": counted.content, "added": counted.added, "total": counted.tokens},
        "parts": dict(counted.parts),
        "digest": item.digest,
        "usage": item.usage.ordered(),
        **_cost_document(cost),
        "per_1000_calls": amount(_times(cost.total, 1000)),
        "window_share": item.window_share,
        "lines": lines_of(cost),
        "evidence": evidence_of(cost.evidence),
        "warnings": [*item.warnings, *cost.warnings],
    }


def _cost_document(cost: Cost) -> dict[str, Any]:
    high = {"cost_high": amount(cost.high)} if cost.high is not None else {}
    return {"cost": amount(cost.total), **high, "unpriced": cost.unpriced}


def _total_document(total: Total, volume: Volume) -> dict[str, Any]:
    document: dict[str, Any] = {"usage": total.usage.ordered(), "cost": amount(total.cost)}
    if total.high is not None:
        document["cost_high"] = amount(total.high)
    document["unpriced"] = total.unpriced
    document["per_1000_calls"] = amount(_times(total.cost, 1000))
    if volume.calls:
        document["calls"] = {"n": volume.calls, "cost": amount(_times(total.cost, volume.calls))}
    if volume.per_day:
        day = _times(total.cost, volume.per_day)
        document["per_day"] = {
            "calls": volume.per_day, "cost": amount(day),
            "month": amount(_times(day, DAYS_A_MONTH)),
        }  # fmt: skip
    return document
