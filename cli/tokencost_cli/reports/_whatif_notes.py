"""The headline and the notes of the report of `whatif`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tokencost_cli.output.formatting import percent, table_line
from tokencost_cli.output.tables import Footnote
from tokencost_cli.reports._whatif_view import View
from tokencost_pricing.money import money
from tokencost_profiles.whatif.outcome import Outcome
from tokencost_profiles.whatif.scenario import BASE, REPLAYED_BASE

_NOTES: Final = 12  # more of them stand in the document only


def headline(view: View) -> str:
    """Return the line of the unchanged calls: what they cost, how many, in which time."""
    base, calls = view.comparison.unchanged.recorded, view.comparison.calls
    least = base.least
    cost = money(least) if least is not None else "no price"
    if least is not None and (lost := base.totals.unpriced_calls):
        cost = f"at least {cost} ({lost:,} of {calls.calls:,} calls unpriced)"
    number = f"{calls.calls:,} call{'s' if calls.calls != 1 else ''}"
    seconds = calls.seconds
    span = f" in {duration(seconds)}" if seconds is not None and calls.days is None else ""
    monthly = ""
    if base.cost is not None and view.has_month:
        monthly = f", {money(view.comparison.month(base.cost))} a month"
    assumed = f" ({'; '.join(view.assumptions)})" if view.assumptions else ""
    return f"{BASE}: {cost} for {number}{span}{monthly}{assumed}"


def duration(seconds: float) -> str:
    """Return a length of time in the largest unit of which it has two: `11 hours`, `45 days`."""
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {name}s"
    return f"{seconds:,.0f} second{'s' if round(seconds) != 1 else ''}"


def notes(view: View) -> list[str]:
    """Return what stands below the tables, the price table last."""
    notes = list(_replay_notes(view))
    if not view.comparison.outcomes:  # there is no table of scenarios that these could stand below
        notes += [note.text for note in footnotes(view)]
    if view.has_month:
        days = f"{view.comparison.calls.span:,.1f}".removesuffix(".0")
        stands = "one day" if days == "1" else f"{days} days"
        notes.append(f"a month is thirty days as these were: the calls stand for {stands}")
    elif view.comparison.calls.seconds is not None:
        notes.append("less than seven days of log: --per-month shows a month of thirty such days")
    notes.append(f"{table_line(view.comparison.table, None)}, each call at its own day")
    return notes


def footnotes(view: View) -> list[Footnote]:
    """Return what must be known of rows; what holds for all of them bears no mark."""
    rows: dict[str, list[int]] = {}
    for at, outcome in enumerate(view.comparison.rows):
        for text, calls in _about(outcome):
            note = f"{text} ({calls:,} call{'s' if calls != 1 else ''})"
            rows.setdefault(note, []).append(at)
    notes = [
        Footnote(text, () if len(at) == len(view.comparison.rows) > 1 else tuple(at))
        for text, at in rows.items()
    ]
    more = len(notes) - _NOTES
    if more > 0:
        return [*notes[:_NOTES], Footnote(f"{more} more notes: see --format json")]
    return notes


def _replay_notes(view: View) -> Iterator[str]:
    """Yield how far the replay of the unchanged calls is from their record."""
    for outcome in view.comparison.unchanged.used[1:]:
        error = outcome.delta(view.comparison.unchanged.recorded)
        share = outcome.relative(view.comparison.unchanged.recorded)
        if error is None or share is None:
            continue
        side = "below" if error < 0 else "above"
        distance = f"{money(abs(error))} ({percent(abs(share))}) {side}" if error else "equal to"
        yield (
            f"rows with a replayed cache are compared with '{REPLAYED_BASE}', which is {distance} "
            "the record: the error of the replay"
        )


def _about(outcome: Outcome) -> Iterator[tuple[str, int]]:
    """Yield what must be known of a scenario, and of how many calls."""
    if outcome.over_window:
        yield "the context window is too small", outcome.over_window
    if outcome.over_output:
        yield "the answer is longer than the model writes", outcome.over_output
    yield from outcome.notes.items()


def hardware_lines(view: View) -> tuple[str, ...]:
    """Return a line for each scenario on the user's hardware: from which volume on it pays."""
    lines = []
    for outcome in view.comparison.outcomes:
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
