"""The report of `estimate`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from tokencost_cli.output.formatting import margin, share_percent, table_line, token_range
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Lines
from tokencost_cli.reports._estimate_amounts import Volume, times
from tokencost_cli.reports._estimate_notes import (
    file_footnotes,
    host_footnotes,
    item_footnotes,
    model_footnotes,
    price_footnotes,
)
from tokencost_cli.reports._estimate_rows import long_items
from tokencost_cli.reports._estimate_tables import (
    by_file,
    by_model,
    by_unit,
    cheapest_first,
    price_range,
)
from tokencost_cli.reports._price_notes import for_programs, notes_of
from tokencost_cli.reports.documents.names import ESTIMATE
from tokencost_pricing.cost import Cost
from tokencost_pricing.money import DAYS_A_MONTH, money
from tokencost_pricing.table import PriceTable
from tokencost_profiles.estimates.estimate import Item, Plan, Total
from tokencost_profiles.estimates.output_length import CEILING, STATED, Output
from tokencost_profiles.tokens.prompt import batch_notes

if TYPE_CHECKING:
    from tokencost_cli.reports.documents.estimate import EstimateDocument
    from tokencost_cli.runtime.run_facts import RunFacts

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
        main = by_model(totals, volume, totals[0] if compare else None)
        footnotes = model_footnotes(cheapest_first(totals), asked=asked)
    elif len(items) > 1:
        main, footnotes = by_file(single), file_footnotes(single)
    else:
        main, footnotes = by_unit(items[0]), item_footnotes(single)
    rows = cheapest_first(totals)
    notes = notes_of((total.offer for total in rows), plan.terms.at, table, asked=asked)
    about_prices = price_footnotes(rows, notes)
    footnotes = [*about_prices, *host_footnotes(rows), *footnotes]
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
    every = for_programs(warnings, notes, (note.text for note in about_prices))

    def written() -> EstimateDocument:
        # Only what writes JSON needs the structs, and what is needed to make them.
        from tokencost_cli.reports._estimate_document import document

        return document(totals, plan, volume, facts(), every, compare=compare)

    return Report(
        ESTIMATE,
        written,
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
    if all(output.source == STATED for output in outputs):
        return "no output"  # of embeddings and the like
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
    if counted.method != "typed" and item.usage.prompt_tokens:
        # A count with an error is not exact, however its text was cut.
        method = "public tokenizer" if counted.method == "exact" else counted.method
        sure = f"{margin(counted.margin)}, {method}" if counted.margin else "exact"
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
        low, high = times(cost.low, calls), times(cost.high, calls)
        if high is not None and cost.low == cost.total:
            return price_range(low, high)
        return money(times(cost.total, calls) or Decimal(0))

    longest = f", up to {written(item.ceiling_cost)}" if item.ceiling_cost else ""
    return f"{written(item.cost)}{longest}"


def _notes(plan: Plan, table: PriceTable, outputs: Sequence[Output]) -> tuple[str, ...]:
    lines = [table_line(table, plan.terms)]
    if plan.answer.assumed and any(output.source != STATED for output in outputs):
        taken = plan.answer.label
        if all(output.source == CEILING for output in outputs):
            taken = "the longest answer that is allowed"
        lines.append(f"assumed: {taken}; say more with --output-tokens or --workload")
    if any(output.excess is not None for output in outputs):
        lines.append("the longest answers that the requests allow: --output-tokens max")
    return tuple(lines)
