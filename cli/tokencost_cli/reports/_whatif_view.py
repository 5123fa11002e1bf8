"""The data of the report of `whatif`."""

from __future__ import annotations

from typing import Final, NamedTuple

from tokencost_profiles.whatif.compare import Comparison

_WEEK: Final = 7 * 86_400  # seconds: less of a log does not tell of a month


class View(NamedTuple):
    """A comparison, and how it is to be presented."""

    comparison: Comparison
    pareto: bool = False
    assumptions: tuple[str, ...] = ()  # about prompts
    per_month: bool = False  # a month is requested, however short the log is

    @property
    def has_month(self) -> bool:
        """Whether a month is reported: of stated days, of a week of log, or where requested."""
        calls = self.comparison.calls
        if calls.days is not None:
            return True
        return calls.seconds is not None and (self.per_month or calls.seconds >= _WEEK)


def undominated(view: View) -> frozenset[str]:
    """Return the names of rows that no other beats on price and on room in the window."""
    rows = [
        (outcome.scenario.name, outcome.cost, 1.0 if outcome.window is None else outcome.window)
        for outcome in (view.comparison.unchanged.recorded, *view.comparison.outcomes)
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
