"""The report of `estimate`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from tokencost_cli.output.formatting import error, money, share_percent, table_line, token_range
from tokencost_cli.output.headings import column
from tokencost_cli.output.report import Cell, Column, Lines, Report, Table
from tokencost_cli.reports._estimate_document import (
    Volume,
    against,
    document,
    times,
)
from tokencost_cli.reports._estimate_notes import file_footnotes, item_footnotes, model_footnotes
from tokencost_cli.reports._estimate_rows import long_items
from tokencost_cli.reports.documents.estimate import FORMAT
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_pricing.cost import Cost
from tokencost_pricing.money import DAYS_A_MONTH, complete_total
from tokencost_pricing.table import PriceTable
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS, UNITS
from tokencost_profiles.estimates.estimate import Item, Plan, Total
from tokencost_profiles.estimates.output_length import CEILING, Output
from tokencost_profiles.tokens.prompt import batch_notes

__all__ = ["Volume", "report"]


def report(
    totals: Sequence[Total],
    plan: Plan,
    table: PriceTable,
    volume: Volume,
    facts: Callable[[], RunFacts],
    *,
    compare: bool = False,
    asked: bool = True,
) -> Report:
    """Return the report of an estimate; `compare` sets each model against the first one asked.

    `asked`: whether somebody asked for these models, so that their footnotes matter.
    """
    items = [item for total in totals for item in total.items]
    single = totals[0] if len(totals) == 1 else None
    if single is None:
        main = _by_model(totals, volume, totals[0] if compare else None)
        footnotes = model_footnotes(_cheapest_first(totals), asked=asked)
    elif len(items) > 1:
        main, footnotes = _by_file(single), file_footnotes(single)
    else:
        main, footnotes = _bill(items[0]), item_footnotes(single)
    about = _about(items[0], volume) if single and len(items) == 1 else ()
    sections = (
        Lines((_headline(totals, plan),), "headline"),
        main._replace(footnotes=[note for note in footnotes if note.rows]),
        *((Lines(about),) if about else ()),
        long_items(items),
        Lines(_notes(plan, table, [item.output for item in items]), "note"),
    )
    prompts = [item.prompt for item in items if item.prompt is not None]
    about_all = batch_notes(prompts, plan.terms.modes)
    warnings = tuple(
        dict.fromkeys((*about_all, *(note.warning or note.text for note in footnotes)))
    )
    return Report(
        FORMAT,
        lambda: document(totals, plan, volume, facts(), warnings, compare=compare),
        sections,
        warnings,
    )


def _headline(totals: Sequence[Total], plan: Plan) -> str:
    items = [item for total in totals for item in total.items]
    paths = list(dict.fromkeys(item.path for item in items))
    what = paths[0] if len(paths) == 1 else f"{len(paths)} prompts"
    modes = f", {' and '.join(plan.terms.modes)}" if plan.terms.modes else ""
    return f"{what}: {_answers([item.output for item in items], plan)}{modes}"


def _answers(outputs: Sequence[Output], plan: Plan) -> str:
    """Return how long the answers are taken to be."""
    lengths = {output.tokens for output in outputs}
    if plan.answer.longest and len(lengths) == 1:
        return f"{lengths.pop():,} tokens of output, the most that is allowed"
    if not plan.answer.assumed:
        return plan.answer.label
    ceilings = _ceilings(outputs)
    if not ceilings:
        return f"{plan.answer.label} (assumed)"
    everywhere = all(output.ceiling is not None for output in outputs)
    where = "" if everywhere else ", where a request sets a limit"
    if len(ceilings) > 1:
        limits = f"{ceilings[0]:,} to {ceilings[-1]:,}"
        return f"{plan.answer.label} (assumed), up to each limit ({limits}){where}"
    if all(output.source == CEILING for output in outputs):
        return f"up to {ceilings[0]:,} tokens of output"
    return f"{plan.answer.label} (assumed), up to {ceilings[0]:,}{where}"


def _ceilings(outputs: Sequence[Output]) -> list[int]:
    return sorted({output.ceiling for output in outputs if output.ceiling is not None})


def _ceiling_column(items: Sequence[Item]) -> list[Column]:
    """Return the column of what the longest answers cost; none where nothing allows longer ones."""
    longer = {item.output.excess for item in items if item.output.excess is not None}
    if not longer:
        return []
    alike = len(longer) == 1 and all(item.output.excess is not None for item in items)
    title = f"up to {longer.pop():,}" if alike else "at most"
    return [column("ceiling_cost", "money", title=title)]


def _by_model(totals: Sequence[Total], volume: Volume, base: Total | None = None) -> Table:
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
        column("stated_error", "error"),
    ]
    rows = [
        tuple(_model_row(total, volume, cached=cached, base=base, longest=bool(longest)))
        for total in _cheapest_first(totals)
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
        _shown(total),
        *([total.ceiling_cost] if longest else []),
        *_volume_cells(total, volume),
        *([None if total is base else against(total, base)] if base else []),
        max(shares, default=None),
        _error(total),
    ]


def _bill(item: Item) -> Table:
    """Return the bill of one call."""
    longest = _ceiling_column([item])
    columns = (
        column("unit", title=item.asked),
        column("tokens", "count"),
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
    tokens = item.usage.input_tokens + item.usage.output_tokens
    totals = [_cost_cell(item.cost), *([_cost_cell(most)] if most else [])]
    return Table(columns, rows, footer=("total", tokens, None, *totals), main=True)


def _cost_cell(cost: Cost) -> Cell:
    return _range(cost.total, cost.high) if cost.high is not None else cost.total


def _about(item: Item, volume: Volume) -> tuple[str, ...]:
    """Return what else there is to say of one call."""
    counted = item.counted
    lines = []
    if item.cost.total is not None:
        lines.append(f"1,000 calls: {_projected(item, 1000)}")
        if volume.calls:
            lines.append(f"{volume.calls:,} calls: {_projected(item, volume.calls)}")
        if volume.per_day:
            month = volume.per_day * DAYS_A_MONTH
            lines.append(
                f"{volume.per_day:,} calls a day: {_projected(item, volume.per_day)} a day, "
                f"{_projected(item, month)} a month"
            )
    if counted.method != "typed":
        # A count with an error is not exact, however its text was cut.
        method = "public tokenizer" if counted.method == "exact" else counted.method
        sure = "exact" if counted.error == 0 else f"{error(counted.error)}, {method}"
        if counted.unknown:
            sure = f"{token_range(counted.low, counted.high)} tokens, {method}"
        added = f", {counted.added} added around the text" if counted.added else ""
        lines.append(f"counted with {counted.tokenizer} ({sure}){added}")
    if item.window_share is not None:
        window = item.offer.model.context_window
        lines.append(f"{share_percent(item.window_share)} of the context window ({window:,})")
    return tuple(lines)


def _projected(item: Item, calls: int) -> str:
    def written(cost: Cost) -> str:
        low, high = times(cost.total, calls), times(cost.high, calls)
        return _range(low, high) if high is not None else money(low or Decimal(0))

    longest = f", up to {written(item.ceiling_cost)}" if item.ceiling_cost else ""
    return f"{written(item.cost)}{longest}"


def _by_file(total: Total) -> Table:
    longest = _ceiling_column(total.items)
    columns = (
        column("path"),
        column("input_tokens", "count"),
        column("output_tokens", "count"),
        column("cost", "money", title="a call"),
        *longest,
        column("per_1000_cost", "money", spare=2),
        column("window_share", "share", spare=3),
        column("stated_error", "error"),
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


def _notes(plan: Plan, table: PriceTable, outputs: Sequence[Output]) -> tuple[str, ...]:
    lines = [table_line(table, plan.terms)]
    if plan.answer.assumed:
        taken = plan.answer.label
        if all(output.source == CEILING for output in outputs):
            taken = "the longest answer that is allowed"
        lines.append(f"assumed: {taken}; say more with --output-tokens or --workload")
    if any(output.excess is not None for output in outputs):
        lines.append("the longest answers that the requests allow: --output-tokens max")
    return tuple(lines)


def _shown(total: Total) -> Cell:
    if total.cost is None:
        return "unpriced"
    return _range(total.cost, total.high) if total.high is not None else total.cost


def _range(low: Decimal | None, high: Decimal) -> str:
    return f"{money(low)}–{money(high).removeprefix('$')}" if low is not None else "unpriced"


def _error(total: Total) -> Cell:
    if len(total.items) == 1:
        return _item_error(total.items[0])
    if not any(item.counted.unknown for item in total.items):
        return total.error
    highs = [item.counted.high for item in total.items if item.counted.high is not None]
    bounded = len(highs) == len(total.items)
    low = sum(item.counted.low for item in total.items)
    return token_range(low, sum(highs) if bounded else None)


def _item_error(item: Item) -> Cell:
    counted = item.counted
    if counted.method == "typed":
        return "typed"
    return token_range(counted.low, counted.high) if counted.unknown else counted.error


def _cheapest_first(totals: Sequence[Total]) -> list[Total]:
    return sorted(totals, key=lambda total: (total.cost is None, total.cost or Decimal(0)))


def _tokens(total: Total, units: Sequence[str]) -> int:
    return sum(total.usage.get(unit, 0) for unit in units)


def _sum(total: Total, units: Sequence[str]) -> Decimal | None:
    if total.cost is None:
        return None
    return complete_total(
        line.amount for item in total.items for line in item.cost.lines if line.unit in units
    )
