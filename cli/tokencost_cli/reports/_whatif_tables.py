"""The tables of the report of `whatif`: scenarios, their units, suggestions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from tokencost_cli.output.formatting import percent
from tokencost_cli.output.report import Section
from tokencost_cli.output.tables import AtLeast, Cell, Column, Lines, Table
from tokencost_cli.reports._long_rows import UnitRow, long_table, unit_rows
from tokencost_cli.reports._whatif_notes import footnotes
from tokencost_cli.reports._whatif_view import View, undominated
from tokencost_pricing.money import add, money, subtract
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS
from tokencost_profiles.whatif.advisor import Advice, Suggestion
from tokencost_profiles.whatif.outcome import Outcome

_CACHED: Final = tuple(unit for unit in INPUT_UNITS if unit.startswith("cache_read"))


def scenario_table(view: View) -> Table:
    """Return a row for the unchanged calls and for each scenario."""
    monthly = view.has_month
    best = undominated(view) if view.pareto else frozenset()
    columns = [
        Column("name", "scenario"),
        Column("cost", "cost", "money"),
        Column("delta", "change", "money", spare=2),
        Column("percent", "%", "percent"),
        *([Column("month", "a month", "money", spare=3)] if monthly else []),
        Column("input", "input", "count", spare=4),
        Column("cached", "cached", "count", spare=4),
        Column("output", "output", "count", spare=4),
        Column("window", "window", "share", spare=5),
        Column("error", "count", "error", spare=6),
        *([Column("pareto", "")] if view.pareto else []),
    ]
    rows = [
        tuple(_row(outcome, view, monthly=monthly, best=best)) for outcome in view.comparison.rows
    ]
    costs = [outcome.cost for outcome in view.comparison.outcomes if outcome.cost is not None]
    least = min(costs, default=None)
    marks = [
        "good"
        if outcome.cost is not None and outcome.cost == least and _cheaper(outcome, view)
        else ""
        for outcome in view.comparison.rows
    ]
    return Table(tuple(columns), rows, main=True, marks=marks, footnotes=footnotes(view))


def unit_table(view: View) -> Table:
    """Return the long shape: a row for each scenario and unit."""
    return long_table(
        ("scenario",),
        (
            (
                (row.scenario.name,),
                round(row.totals.calls),
                _units(row),
            )
            for row in view.comparison.rows
        ),
    )


def _units(outcome: Outcome) -> list[UnitRow]:
    totals = outcome.totals
    if outcome.is_cost_unknown:
        return unit_rows(totals.usage, {}, {})
    errors = totals.errors
    rows = unit_rows(totals.usage, totals.lines, totals.rates, ends=totals.line_ends)
    return [_with_range(row, errors.get(row.unit or "")) for row in rows]


def _with_range(row: UnitRow, error: Decimal | None) -> UnitRow:
    """Return a row with the least and the most that its tokens may cost."""
    low = row.cost if row.cost_low is None else row.cost_low
    high = row.cost if row.cost_high is None else row.cost_high
    if low is None or high is None or error is None:
        return row
    return row._replace(cost_low=subtract(low, error), cost_high=add(high, error))


def advice_sections(advice: Advice, view: View) -> list[Section]:
    """Return what each change saves, and the best of them together."""
    sections: list[Section] = []
    saves = "saves a month" if view.has_month else "saves"
    if not advice.suggestions:
        sections.append(Lines(("no single change that was tried saves anything",)))
    else:
        columns = (
            Column("name", "change"),
            Column("saved", saves, "money"),
            Column("relative", "%", "percent"),
            Column("needs", "needs"),
            Column("risks", "risks"),
        )
        rows = [_suggested(suggestion, view) for suggestion in advice.suggestions]
        sections.append(Table(columns, rows, main=not view.comparison.outcomes))
    if advice.best is not None:
        best = advice.best
        share = percent(best.outcome.relative(view.comparison.base_of(best.outcome)) or 0.0)
        period = " a month" if view.has_month else ""
        line = (
            f"together: {best.outcome.scenario.name} saves"
            f" {money(_saved(best, view))}{period} ({share})"
        )
        sections.append(Lines((line,), "headline"))
    if advice.not_tried:
        sections.append(Lines(advice.not_tried, "note"))
    return sections


def _row(outcome: Outcome, view: View, *, monthly: bool, best: frozenset[str]) -> list[Cell]:
    usage, cost = outcome.totals.usage, outcome.cost
    base = view.comparison.base_of(outcome)
    same, first = view.comparison.is_unchanged(outcome), outcome is base
    unknown = "not known" if outcome.is_cost_unknown else "unpriced"
    cells: list[Cell] = [
        outcome.scenario.name,
        unknown if outcome.least is None else _known(outcome.least, outcome),
        None if first else outcome.delta(base),
        None if first else outcome.relative(base),
    ]
    if monthly:
        cells.append(view.comparison.month(cost) if cost is not None else None)
    cells += [
        _sum(usage, INPUT_UNITS) - _sum(usage, _CACHED),
        _sum(usage, _CACHED),
        _sum(usage, OUTPUT_UNITS),
        outcome.window,
        outcome.error if not same else None,
    ]
    if view.pareto:
        cells.append("◀ best of its kind" if outcome.scenario.name in best else "")
    return cells


def _known(cost: Decimal, outcome: Outcome) -> Cell:
    """Return a cost; where calls have none, as the least that it can be."""
    return AtLeast(cost) if outcome.totals.unpriced_calls else cost


def _cheaper(outcome: Outcome, view: View) -> bool:
    delta = outcome.delta(view.comparison.base_of(outcome))
    return delta is not None and delta < 0


def _sum(usage: Mapping[str, int], units: Sequence[str]) -> int:
    return sum(usage.get(unit, 0) for unit in units)


def _saved(suggestion: Suggestion, view: View) -> Decimal:
    """Return what a change saves in a month, else over the time of the log."""
    return view.comparison.month(suggestion.saved) if view.has_month else suggestion.saved


def _suggested(suggestion: Suggestion, view: View) -> tuple[Cell, ...]:
    outcome = suggestion.outcome
    return (
        outcome.scenario.name,
        _saved(suggestion, view),
        outcome.relative(view.comparison.base_of(outcome)),
        "; ".join(suggestion.needs),
        "; ".join(suggestion.risks),
    )
