"""The report of `whatif`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tokencost_cli.output.formatting import money, percent
from tokencost_cli.output.report import (
    AtLeast,
    Cell,
    Column,
    Footnote,
    Lines,
    Report,
    Section,
    Table,
)
from tokencost_cli.reports._long_rows import long_table, unit_rows
from tokencost_cli.reports._shared import amount, head, table_line
from tokencost_pricing.cost import Terms
from tokencost_pricing.money import ZERO, add
from tokencost_pricing.table import PriceTable
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS
from tokencost_profiles.whatif.advisor import Advice, Suggestion
from tokencost_profiles.whatif.call_set import Book
from tokencost_profiles.whatif.outcome import BASE, REPLAYED_BASE, Outcome
from tokencost_profiles.whatif.unchanged import Unchanged, month

_SHOWN_NOTES: Final = 12
_WEEK: Final = 7 * 86_400  # seconds: less of a log does not tell of a month
_CACHED: Final = tuple(unit for unit in INPUT_UNITS if unit.startswith("cache_read"))


class Shown(NamedTuple):
    """What the report of a comparison shows."""

    book: Book
    unchanged: Unchanged
    outcomes: Sequence[Outcome]
    advice: Advice | None
    table: PriceTable
    now: datetime
    pareto: bool
    said: tuple[str, ...] = ()
    per_month: bool = False

    @property
    def rows(self) -> tuple[Outcome, ...]:
        """Every row: the unchanged calls that scenarios are compared with, then the scenarios."""
        # What a scenario is compared with is computed when it is asked for.
        for outcome in self.outcomes:
            self.unchanged.of(outcome)
        return (*self.unchanged.used, *self.outcomes)

    @property
    def shows_month(self) -> bool:
        """Whether a month is shown: of days that somebody gave, of a week of log, or if asked."""
        if self.book.days is not None:
            return True
        seconds = self.book.seconds
        return seconds is not None and (self.per_month or seconds >= _WEEK)

    def is_unchanged(self, outcome: Outcome) -> bool:
        """Whether a row is one of the unchanged calls."""
        return any(outcome is base for base in self.unchanged.used)

    def base_of(self, outcome: Outcome) -> Outcome:
        """Return the row that a row is compared with."""
        unchanged = self.unchanged
        return unchanged.recorded if self.is_unchanged(outcome) else unchanged.of(outcome)


def report(shown: Shown) -> Report:
    """Return the report of a comparison: the calls as they were, then each scenario."""
    sections: list[Section] = [Lines((_headline(shown),), "headline")]
    if shown.outcomes:
        sections += [_scenarios(shown), _long_scenarios(shown)]
    if shown.advice is not None:
        sections += _advice(shown.advice, shown)
    sections += [Lines(lines) for lines in (_hosted(shown),) if lines]
    notes = _notes(shown)
    if notes:
        sections.append(Lines(tuple(notes), "note"))
    return Report("tokencost.whatif/1", lambda: _document(shown), tuple(sections))


def _long_scenarios(shown: Shown) -> Table:
    return long_table(
        ("scenario",),
        (
            (
                (row.scenario.name,),
                row.calls,
                unit_rows(
                    row.bill.usage,
                    {} if row.undecided else row.bill.lines,
                    {} if row.undecided else row.bill.rates,
                ),
            )
            for row in shown.rows
        ),
    )


def _headline(shown: Shown) -> str:
    base = shown.unchanged.recorded
    cost = money(base.cost) if base.cost is not None else "no price"
    if base.cost is not None and (lost := base.bill.unpriced_calls):
        cost = f"at least {cost} ({lost:,} of {shown.book.calls:,} calls unpriced)"
    calls = f"{shown.book.calls:,} call{'s' if shown.book.calls != 1 else ''}"
    seconds = shown.book.seconds
    span = f" in {duration(seconds)}" if seconds is not None and shown.book.days is None else ""
    monthly = ""
    if base.cost is not None and shown.shows_month:
        monthly = f", {money(month(base.cost, shown.book))} a month"
    said = f" ({'; '.join(shown.said)})" if shown.said else ""
    return f"{BASE}: {cost} for {calls}{span}{monthly}{said}"


def duration(seconds: float) -> str:
    """Return a length of time in the largest unit of which it has two: `11 hours`, `45 days`."""
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {name}s"
    return f"{seconds:,.0f} second{'s' if round(seconds) != 1 else ''}"


def _scenarios(shown: Shown) -> Table:
    monthly = shown.shows_month
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
        Column("window", "window", "share", spare=5),
        Column("error", "count", "error", spare=6),
        *([Column("pareto", "")] if shown.pareto else []),
    ]
    rows = [tuple(_row(outcome, shown, monthly=monthly, best=best)) for outcome in shown.rows]
    costs = [outcome.cost for outcome in shown.outcomes if outcome.cost is not None]
    least = min(costs, default=None)
    marks = [
        "good"
        if outcome.cost is not None and outcome.cost == least and _cheaper(outcome, shown)
        else ""
        for outcome in shown.rows
    ]
    return Table(tuple(columns), rows, main=True, marks=marks, footnotes=_footnotes(shown))


def _cheaper(outcome: Outcome, shown: Shown) -> bool:
    delta = outcome.delta(shown.base_of(outcome))
    return delta is not None and delta < 0


def _row(outcome: Outcome, shown: Shown, *, monthly: bool, best: frozenset[str]) -> list[Cell]:
    usage, cost = outcome.bill.usage, outcome.cost
    base = shown.base_of(outcome)
    same, first = shown.is_unchanged(outcome), outcome is base
    unknown = "not known" if outcome.undecided else "unpriced"
    cells: list[Cell] = [
        outcome.scenario.name,
        _known(cost, outcome) if cost is not None else unknown,
        None if first else outcome.delta(base),
        None if first else outcome.relative(base),
    ]
    if monthly:
        cells.append(month(cost, shown.book) if cost is not None else None)
    cells += [
        _sum(usage, INPUT_UNITS) - _sum(usage, _CACHED),
        _sum(usage, _CACHED),
        _sum(usage, OUTPUT_UNITS),
        outcome.window,
        outcome.error if not same else None,
    ]
    if shown.pareto:
        cells.append("◀ best of its kind" if outcome.scenario.name in best else "")
    return cells


def _known(cost: Decimal, outcome: Outcome) -> Cell:
    """Return a cost; where calls have none, as the least that it can be."""
    return AtLeast(cost) if outcome.bill.unpriced_calls else cost


def _sum(usage: dict[str, int], units: Sequence[str]) -> int:
    return sum(usage.get(unit, 0) for unit in units)


def _undominated(shown: Shown) -> frozenset[str]:
    """Return the names of rows that no other beats on price and on room in the window."""
    rows = [
        (outcome.scenario.name, outcome.cost, 1.0 if outcome.window is None else outcome.window)
        for outcome in (shown.unchanged.recorded, *shown.outcomes)
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
    sections: list[Section] = []
    saves = "saves a month" if shown.shows_month else "saves"
    if not advice.found:
        sections.append(Lines(("no single change that was tried saves anything",)))
    else:
        columns = (
            Column("name", "change"),
            Column("saved", saves, "money"),
            Column("relative", "%", "percent"),
            Column("needs", "needs"),
            Column("risks", "risks"),
        )
        rows = [_suggested(suggestion, shown) for suggestion in advice.found]
        sections.append(Table(columns, rows, main=not shown.outcomes))
    if advice.best is not None:
        best = advice.best
        share = percent(best.outcome.relative(shown.base_of(best.outcome)) or 0.0)
        period = " a month" if shown.shows_month else ""
        line = (
            f"together: {best.outcome.scenario.name} saves"
            f" {money(_saved(best, shown))}{period} ({share})"
        )
        sections.append(Lines((line,), "headline"))
    if advice.left_out:
        sections.append(Lines(advice.left_out, "note"))
    return sections


def _saved(suggestion: Suggestion, shown: Shown) -> Decimal:
    """Return what a change saves: in a month, where one is shown, else over the time of the log."""
    return month(suggestion.saved, shown.book) if shown.shows_month else suggestion.saved


def _suggested(suggestion: Suggestion, shown: Shown) -> tuple[Cell, ...]:
    outcome = suggestion.outcome
    return (
        outcome.scenario.name,
        _saved(suggestion, shown),
        outcome.relative(shown.base_of(outcome)),
        suggestion.needs,
        suggestion.risks,
    )


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
    notes = list(_replay_notes(shown))
    if not shown.outcomes:  # there is no table of scenarios that these could stand below
        notes += [note.text for note in _footnotes(shown)]
    if shown.shows_month:
        days = f"{shown.book.span:,.1f}".removesuffix(".0")
        stands = "one day" if days == "1" else f"{days} days"
        notes.append(f"a month is thirty days as these were: the calls stand for {stands}")
    elif shown.book.seconds is not None:
        notes.append("less than seven days of log: --per-month shows a month of thirty such days")
    notes.append(f"{table_line(shown.table, None)}, each call at its own day")
    return notes


def _footnotes(shown: Shown) -> list[Footnote]:
    """Return what must be known of rows; what holds for all of them bears no mark."""
    rows: dict[str, list[int]] = {}
    for at, outcome in enumerate(shown.rows):
        for text, calls in _told(outcome):
            note = f"{text} ({calls:,} call{'s' if calls != 1 else ''})"
            rows.setdefault(note, []).append(at)
    notes = [
        Footnote(text, () if len(at) == len(shown.rows) > 1 else tuple(at))
        for text, at in rows.items()
    ]
    more = len(notes) - _SHOWN_NOTES
    if more > 0:
        return [*notes[:_SHOWN_NOTES], Footnote(f"{more} more notes: see --format json")]
    return notes


def _replay_notes(shown: Shown) -> Iterator[str]:
    """Say how far the replay of the unchanged calls is from their record."""
    for outcome in shown.unchanged.used[1:]:
        error = outcome.delta(shown.unchanged.recorded)
        share = outcome.relative(shown.unchanged.recorded)
        if error is None or share is None:
            continue
        side = "below" if error < 0 else "above"
        distance = f"{money(abs(error))} ({percent(abs(share))}) {side}" if error else "equal to"
        yield (
            f"rows with a replayed cache are compared with '{REPLAYED_BASE}', which is {distance} "
            "the record: the error of the replay"
        )


def _told(outcome: Outcome) -> Iterator[tuple[str, int]]:
    """Yield what must be known of a scenario, and of how many calls."""
    if outcome.over_window:
        yield "the context window is too small", outcome.over_window
    if outcome.over_output:
        yield "the answer is longer than the model writes", outcome.over_output
    yield from outcome.notes.items()


def _document(shown: Shown) -> dict[str, Any]:
    best = _undominated(shown)
    return {
        **head(shown.table, Terms(shown.now, False)),
        "calls": shown.book.calls,
        "days": shown.book.span if shown.book.days is not None or shown.book.seconds else None,
        "assumed": list(shown.said),
        "base": _scenario(shown.unchanged.recorded, shown, best),
        "scenarios": [_scenario(outcome, shown, best) for outcome in shown.rows],
        "suggestions": None
        if shown.advice is None
        else [_advised(suggestion, shown) for suggestion in shown.advice.found],
        "best": None
        if shown.advice is None or shown.advice.best is None
        else _advised(shown.advice.best, shown),
    }


def _scenario(outcome: Outcome, shown: Shown, best: frozenset[str]) -> dict[str, Any]:
    cost = outcome.cost
    even = outcome.break_even
    base = shown.base_of(outcome)
    return {
        "name": outcome.scenario.name,
        "cost": amount(cost),
        "base": base.scenario.name,
        "cache": outcome.cache,
        "delta": amount(outcome.delta(base)),
        "percent": outcome.relative(base),
        "month": amount(month(cost, shown.book))
        if cost is not None and shown.shows_month
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
        "break_even": None
        if even is None
        else {
            "calls_a_day": amount(even.calls_a_day),
            "capacity_a_day": amount(even.capacity),
            "hardware_month": amount(even.month),
        },
        "notes": [{"text": text, "calls": calls} for text, calls in outcome.notes.items()],
    }


def _cost(outcome: Outcome, units: Sequence[str]) -> Decimal:
    total = ZERO
    for unit in units:
        total = add(total, outcome.bill.lines.get(unit, ZERO))
    return total


def _advised(suggestion: Suggestion, shown: Shown) -> dict[str, Any]:
    outcome = suggestion.outcome
    return {
        "name": outcome.scenario.name,
        "cost": amount(outcome.cost),
        "saved": amount(suggestion.saved),
        "saved_month": amount(month(suggestion.saved, shown.book)) if shown.shows_month else None,
        "percent": outcome.relative(shown.base_of(outcome)),
        "needs": suggestion.needs,
        "risks": suggestion.risks,
    }
