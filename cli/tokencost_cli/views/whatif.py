"""The report of `whatif`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_cli.formatting import money, percent
from tokencost_cli.report import Cell, Column, Lines, Report, Section, Table
from tokencost_cli.session import some
from tokencost_cli.views.shared import amount, head, table_line
from tokencost_pricing.cost import Terms
from tokencost_pricing.money import ZERO, add
from tokencost_pricing.table import PriceTable
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS
from tokencost_profiles.whatif.advisor import Advice, Suggestion
from tokencost_profiles.whatif.book import Book
from tokencost_profiles.whatif.replay import Outcome, month

_SHOWN_NOTES: Final = 12
_CACHED: Final = tuple(unit for unit in INPUT_UNITS if unit.startswith("cache_read"))


class Shown(NamedTuple):
    """What the report of a comparison shows."""

    book: Book
    base: Outcome
    outcomes: Sequence[Outcome]
    advice: Advice | None
    table: PriceTable
    now: datetime
    pareto: bool
    said: tuple[str, ...] = ()


def report(shown: Shown) -> Report:
    """Return the report of a comparison: the calls as they were, then each scenario."""
    sections: list[Section] = [Lines((_headline(shown),), "headline")]
    if shown.outcomes:
        sections.append(_scenarios(shown))
    if shown.advice is not None:
        sections += _advice(shown.advice, shown)
    sections += [Lines(lines) for lines in (_hosted(shown),) if lines]
    notes = _notes(shown)
    if notes:
        sections.append(Lines(tuple(notes), "note"))
    return Report("tokencost.whatif/1", lambda: _document(shown), tuple(sections))


def _headline(shown: Shown) -> str:
    base = shown.base
    cost = money(base.cost) if base.cost is not None else "no price"
    calls = f"{shown.book.calls:,} call{'s' if shown.book.calls != 1 else ''}"
    monthly = ""
    if base.cost is not None and _projects(shown.book):
        monthly = f", {money(month(base.cost, shown.book))} a month"
    said = f" ({'; '.join(shown.said)})" if shown.said else ""
    return f"as it was: {cost} for {calls}{monthly}{said}"


def _projects(book: Book) -> bool:
    """Whether a month can be told from what there is."""
    return book.days is not None or (book.first is not None and book.first != book.last)


def _scenarios(shown: Shown) -> Table:
    monthly = _projects(shown.book)
    best = _undominated(shown) if shown.pareto else frozenset()
    columns = [
        Column("name", "scenario"),
        Column("cost", "cost", "money"),
        Column("delta", "change", "money", spare=2),
        Column("percent", "%", "percent"),
        *([Column("month", "a month", "money", spare=3)] if monthly else []),
        Column("input", "input", "count", spare=4),
        Column("cached", "cached", "count", spare=4),
        Column("output", "output", "count", spare=4),
        Column("window", "window", "percent", spare=5),
        Column("error", "count", "error", spare=6),
        *([Column("pareto", "")] if shown.pareto else []),
    ]
    rows = [
        tuple(_row(outcome, shown, monthly=monthly, best=best))
        for outcome in (shown.base, *shown.outcomes)
    ]
    costs = [outcome.cost for outcome in shown.outcomes if outcome.cost is not None]
    least = min(costs, default=None)
    marks = [
        "good"
        if outcome.cost is not None and outcome.cost == least and _cheaper(outcome, shown.base)
        else ""
        for outcome in (shown.base, *shown.outcomes)
    ]
    return Table(tuple(columns), rows, main=True, marks=marks)


def _cheaper(outcome: Outcome, base: Outcome) -> bool:
    delta = outcome.delta(base)
    return delta is not None and delta < 0


def _row(outcome: Outcome, shown: Shown, *, monthly: bool, best: frozenset[str]) -> list[Cell]:
    base, usage, cost = shown.base, outcome.bill.usage, outcome.cost
    same = outcome is base
    cells: list[Cell] = [
        outcome.scenario.name, cost if cost is not None else "unpriced",
        None if same else outcome.delta(base), None if same else outcome.percent(base),
    ]  # fmt: skip
    if monthly:
        cells.append(month(cost, shown.book) if cost is not None else None)
    cells += [
        _sum(usage, INPUT_UNITS) - _sum(usage, _CACHED), _sum(usage, _CACHED),
        _sum(usage, OUTPUT_UNITS), outcome.window, outcome.error if not same else None,
    ]  # fmt: skip
    if shown.pareto:
        cells.append("◀ best of its kind" if outcome.scenario.name in best else "")
    return cells


def _sum(usage: dict[str, int], units: Sequence[str]) -> int:
    return sum(usage.get(unit, 0) for unit in units)


def _undominated(shown: Shown) -> frozenset[str]:
    """Return the names of rows that no other beats on price and on room in the window."""
    rows = [
        (outcome.scenario.name, outcome.cost, 1.0 if outcome.window is None else outcome.window)
        for outcome in (shown.base, *shown.outcomes)
        if outcome.cost is not None and not outcome.over_window
    ]
    return frozenset(
        name
        for name, cost, window in rows
        if not any(
            other <= cost and room <= window and (other, room) != (cost, window)
            for _, other, room in rows
        )
    )


def _advice(advice: Advice, shown: Shown) -> list[Section]:
    if not advice.found:
        return [Lines(("no single change that was tried saves anything",))]
    columns = (
        Column("name", "change"),
        Column("saved", "saves a month", "money"),
        Column("percent", "%", "percent"),
        Column("needs", "needs"),
        Column("risks", "risks"),
    )
    rows = [_suggested(found, shown.base) for found in advice.found]
    sections: list[Section] = [Table(columns, rows, main=not shown.outcomes)]
    if advice.best is not None:
        share = advice.best.outcome.percent(shown.base)
        sections.append(
            Lines(
                (
                    f"together: {advice.best.outcome.scenario.name} saves"
                    f" {money(advice.best.saved)} a month ({percent(share or 0.0)})",
                ),
                "headline",
            )
        )
    return sections


def _suggested(found: Suggestion, base: Outcome) -> tuple[Cell, ...]:
    return (
        found.outcome.scenario.name, found.saved, found.outcome.percent(base), found.needs,
        found.risks,
    )  # fmt: skip


def _hosted(shown: Shown) -> tuple[str, ...]:
    lines = []
    for outcome in shown.outcomes:
        even = outcome.break_even
        if even is None:
            continue
        line = f"{outcome.scenario.name}: {money(even.month)} a month for the hardware"
        if even.calls_a_day is not None:
            line += f"; cheaper than before from {round(even.calls_a_day):,} calls a day on"
        if even.capacity is not None:
            line += f"; it gets through {round(even.capacity):,}"
            if even.calls_a_day is not None and even.capacity < even.calls_a_day:
                line += ", which is fewer: it never pays"
        lines.append(line)
    return tuple(lines)


def _notes(shown: Shown) -> list[str]:
    told: dict[tuple[str, int], list[str]] = {}
    for outcome in (shown.base, *shown.outcomes):
        for text, calls in _told(outcome):
            told.setdefault((text, calls), []).append(outcome.scenario.name)
    notes = [
        f"{some(names)}: {text} ({calls:,} call{'s' if calls != 1 else ''})"
        for (text, calls), names in told.items()
    ]
    if len(notes) > _SHOWN_NOTES:
        more = len(notes) - _SHOWN_NOTES
        notes = [*notes[:_SHOWN_NOTES], f"{more} more notes: see --format json"]
    if _projects(shown.book):
        days = f"{shown.book.span:,.1f}".removesuffix(".0")
        said = "one day" if days == "1" else f"{days} days"
        notes.append(f"a month is thirty days as these were: the calls stand for {said}")
    notes.append(f"{table_line(shown.table, None)}, each call at its own day")
    return notes


def _told(outcome: Outcome) -> Iterator[tuple[str, int]]:
    """Yield what must be known of a scenario, and of how many calls."""
    if outcome.over_window:
        yield "the context window is too small", outcome.over_window
    if outcome.over_output:
        yield "the answer is longer than the model writes", outcome.over_output
    yield from outcome.notes.items()


def _document(shown: Shown) -> dict[str, Any]:
    outcomes = (shown.base, *shown.outcomes)
    best = _undominated(shown)
    return {
        **head(shown.table, Terms(shown.now, False)),
        "calls": shown.book.calls,
        "days": shown.book.span if _projects(shown.book) else None,
        "assumed": list(shown.said),
        "base": _scenario(shown.base, shown, best),
        "scenarios": [_scenario(outcome, shown, best) for outcome in outcomes],
        "suggestions": None if shown.advice is None else [
            _advised(found, shown.base) for found in shown.advice.found
        ],
        "best": None if shown.advice is None or shown.advice.best is None else _advised(
            shown.advice.best, shown.base
        ),
    }  # fmt: skip


def _scenario(outcome: Outcome, shown: Shown, best: frozenset[str]) -> dict[str, Any]:
    cost = outcome.cost
    even = outcome.break_even
    return {
        "name": outcome.scenario.name,
        "cost": amount(cost),
        "delta": amount(outcome.delta(shown.base)),
        "percent": outcome.percent(shown.base),
        "month": amount(month(cost, shown.book))
        if cost is not None and _projects(shown.book)
        else None,
        "usage": outcome.bill.usage,
        "costs": {unit: amount(value) for unit, value in outcome.bill.lines.items()},
        "input_cost": amount(_cost(outcome, INPUT_UNITS)),
        "output_cost": amount(_cost(outcome, OUTPUT_UNITS)),
        "unpriced_calls": outcome.bill.unpriced_calls,
        "error": outcome.error or None,
        "window_share": outcome.window,
        "over_window": outcome.over_window,
        "over_output": outcome.over_output,
        "pareto": outcome.scenario.name in best,
        "break_even": None if even is None else {
            "calls_a_day": amount(even.calls_a_day), "capacity_a_day": amount(even.capacity),
            "hardware_month": amount(even.month),
        },
        "notes": [{"text": text, "calls": calls} for text, calls in outcome.notes.items()],
    }  # fmt: skip


def _cost(outcome: Outcome, units: Sequence[str]) -> Decimal:
    total = ZERO
    for unit in units:
        total = add(total, outcome.bill.lines.get(unit, ZERO))
    return total


def _advised(found: Suggestion, base: Outcome) -> dict[str, Any]:
    return {
        "name": found.outcome.scenario.name,
        "cost": amount(found.outcome.cost),
        "saved_month": amount(found.saved),
        "percent": found.outcome.percent(base),
        "needs": found.needs,
        "risks": found.risks,
    }
