"""The tables of `estimate`: by model, by file, and by unit of a single call."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tokencost_cli.output.formatting import margin, token_range
from tokencost_cli.output.headings import column
from tokencost_cli.output.tables import Cell, Column, Table
from tokencost_cli.reports._estimate_amounts import Volume, against, times
from tokencost_pricing.cost import Cost
from tokencost_pricing.money import DAYS_A_MONTH, complete_total, money
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS, UNITS, count_title
from tokencost_profiles.estimates.estimate import Item, Total


def _ceiling_column(items: Sequence[Item]) -> list[Column]:
    """Return the column of what the longest answers cost; none where nothing allows longer ones."""
    longer = {item.output.excess for item in items if item.output.excess is not None}
    if not longer:
        return []
    alike = len(longer) == 1 and all(item.output.excess is not None for item in items)
    title = f"up to {longer.pop():,}" if alike else "at most"
    return [column("ceiling_cost", "money", title=title)]


def by_model(totals: Sequence[Total], volume: Volume, base: Total | None = None) -> Table:
    cached = any(_tokens(total, ("cache_read",)) for total in totals)
    longest = _ceiling_column([item for total in totals for item in total.items])
    columns = [
        column("model"),
        column("uncached_input_tokens" if cached else "input_tokens", "count"),
        *([column("cache_read_tokens", "count")] if cached else []),
        column("output_tokens", "count", spare=1),
        column("input_cost", "money", spare=4),
        column("output_cost", "money", spare=4),
        column("cost", "money", title="a call" if len(totals[0].items) == 1 else "all"),
        *longest,
        *_volume_columns(volume),
        *([column("relative", "percent", title=f"against {base.asked}")] if base else []),
        column("window_share", "share", spare=3),
        column("stated_error", "range"),
    ]
    rows = [
        tuple(_model_row(total, volume, cached=cached, base=base, longest=bool(longest)))
        for total in cheapest_first(totals)
    ]
    return Table(tuple(columns), rows, main=True)


def _model_row(
    total: Total, volume: Volume, *, cached: bool, base: Total | None, longest: bool
) -> list[Cell]:
    shares = [item.window_share for item in total.items if item.window_share is not None]
    fresh = _tokens(total, INPUT_UNITS) - _tokens(total, ("cache_read",))
    return [
        total.offer.key if "/" in total.asked else total.asked,
        fresh,
        *([_tokens(total, ("cache_read",))] if cached else []),
        _tokens(total, OUTPUT_UNITS),
        _sum(total, INPUT_UNITS),
        _sum(total, OUTPUT_UNITS),
        _total_cell(total),
        *([total.ceiling_cost] if longest else []),
        *_volume_cells(total, volume),
        *([None if total is base else against(total, base)] if base else []),
        max(shares, default=None),
        _error(total),
    ]


def by_unit(item: Item) -> Table:
    """Return what each unit of one call costs."""
    longest = _ceiling_column([item])
    columns = (
        column("unit", title=item.asked),
        column("tokens", "count", title=count_title(item.usage)),
        column("rate", "rate", title="per 1M"),
        column("cost", "money", title="a call"),
        *longest,
    )
    most = item.ceiling_cost
    at_most = {line.unit: line.amount for line in most.lines} if most else {}
    rows: list[tuple[Cell, ...]] = [
        (
            UNITS[line.unit].noun,
            line.quantity,
            line.rate,
            line.amount,
            *([at_most.get(line.unit)] if longest else []),
        )
        for line in item.cost.lines
    ]
    tokens = (item.usage.input_tokens + item.usage.output_tokens) or None
    totals = [_cost_cell(item.cost), *([_cost_cell(most)] if most else [])]
    return Table(columns, rows, footer=("total", tokens, None, *totals), main=True)


def _cost_cell(cost: Cost) -> Cell:
    return _amount_cell(cost.total, cost.low, cost.high)


def by_file(total: Total) -> Table:
    longest = _ceiling_column(total.items)
    columns = (
        column("path"),
        column("input_tokens", "count"),
        column("output_tokens", "count"),
        column("cost", "money", title="a call"),
        *longest,
        column("per_1000_cost", "money", spare=2),
        column("window_share", "share", spare=3),
        column("stated_error", "range"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            item.path,
            item.usage.input_tokens,
            item.usage.output_tokens,
            item.cost.total,
            *([item.most] if longest else []),
            times(item.cost.total, 1000),
            item.window_share,
            _item_error(item),
        )
        for item in total.items
    ]
    footer = (
        f"{len(rows)} files, {total.asked}",
        total.usage.input_tokens,
        total.usage.output_tokens,
        total.cost,
        *([total.ceiling_cost] if longest else []),
        times(total.cost, 1000),
        None,
        _error(total),
    )
    return Table(columns, rows, footer=footer, main=True)


def _volume_columns(volume: Volume) -> list[Column]:
    projected = bool(volume.calls or volume.per_day)
    columns = [column("per_1000_cost", "money", spare=4 if projected else 2)]
    if volume.calls:
        columns.append(column("projected_cost", "money", title=f"{volume.calls:,} calls"))
    if volume.per_day:
        columns += [column("day_cost", "money"), column("month_cost", "money")]
    return columns


def _volume_cells(total: Total, volume: Volume) -> list[Cell]:
    cells: list[Cell] = [times(total.cost, 1000)]
    if volume.calls:
        cells.append(times(total.cost, volume.calls))
    if volume.per_day:
        cells += [
            times(total.cost, volume.per_day),
            times(total.cost, volume.per_day * DAYS_A_MONTH),
        ]
    return cells


def _total_cell(total: Total) -> Cell:
    if total.cost is None:
        return "unpriced"
    return _amount_cell(total.cost, total.low, total.high)


def _amount_cell(cost: Decimal | None, low: Decimal | None, high: Decimal | None) -> Cell:
    """Return an amount, or its range where it begins there: an hour decides then.

    Of a router it is the listed price, and a footnote has the range.
    """
    return price_range(low, high) if high is not None and low == cost else cost


def price_range(low: Decimal | None, high: Decimal) -> str:
    return f"{money(low)}–{money(high).removeprefix('$')}" if low is not None else "unpriced"


def _error(total: Total) -> Cell:
    if len(total.items) == 1:
        return _item_error(total.items[0])
    if not any(item.counted.unknown for item in total.items):
        return margin(total.margin)
    return token_range(total.low_tokens, total.high_tokens)


def _item_error(item: Item) -> Cell:
    counted = item.counted
    if counted.method == "typed":
        return "typed"
    if counted.unknown:
        return token_range(counted.low, counted.high)
    return margin(counted.margin)


def cheapest_first(totals: Sequence[Total]) -> list[Total]:
    return sorted(totals, key=lambda total: (total.cost is None, total.cost or Decimal(0)))


def _tokens(total: Total, units: Sequence[str]) -> int:
    return sum(total.usage.get(unit, 0) for unit in units)


def _sum(total: Total, units: Sequence[str]) -> Decimal | None:
    if total.cost is None:
        return None
    return complete_total(
        line.amount for item in total.items for line in item.cost.lines if line.unit in units
    )
