"""`whatif`: recorded calls compared with the same calls under other conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from tokencost_pricing.errors import UsageError
from tokencost_pricing.money import DAYS_A_MONTH, divide, multiply
from tokencost_pricing.offer import Offer
from tokencost_pricing.table import PriceTable
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.tokens.counter import Counter
from tokencost_profiles.whatif.advisor import Advice, suggestions
from tokencost_profiles.whatif.call_set import CallSet
from tokencost_profiles.whatif.call_sources import CallSource, call_set_of
from tokencost_profiles.whatif.change import Step
from tokencost_profiles.whatif.models import Models
from tokencost_profiles.whatif.outcome import Outcome
from tokencost_profiles.whatif.replay import replay
from tokencost_profiles.whatif.scenario import Scenario, parse, refuse_equal_names
from tokencost_profiles.whatif.unchanged import Unchanged

if TYPE_CHECKING:
    from pandas import DataFrame

    from tokencost_profiles.costs.columns import TypedColumn
    from tokencost_profiles.costs.data_frame import MoneyAs

COMPARING: Final = "comparing"  # the two stages that a progress hears of
ADVISING: Final = "trying changes"

# Called as a stage begins, with its name and how many scenarios it has (0: not known yet); the
# result is entered meanwhile and yields what to call with how many are done, and of how many.
Progress = Callable[[str, int], AbstractContextManager[Callable[[int, int], None] | None]]


class Comparison(NamedTuple):
    """Recorded calls, what they come to, and what they come to under each scenario."""

    calls: CallSet
    unchanged: Unchanged
    outcomes: tuple[Outcome, ...]  # of the scenarios, as they were requested
    advice: Advice | None
    table: PriceTable
    now: datetime  # the day of today's prices
    targets: tuple[Offer, ...] = ()  # the models that calls went to

    @property
    def rows(self) -> tuple[Outcome, ...]:
        """The unchanged calls that scenarios are compared with, then the scenarios."""
        # What a scenario is compared with is computed when it is first requested.
        for outcome in self.outcomes:
            self.unchanged.of(outcome)
        return (*self.unchanged.used, *self.outcomes)

    def is_unchanged(self, outcome: Outcome) -> bool:
        """Whether a row is one of the unchanged calls."""
        return any(outcome is base for base in self.unchanged.used)

    def base_of(self, outcome: Outcome) -> Outcome:
        """Return the row that a row is compared with."""
        unchanged = self.unchanged
        return unchanged.recorded if self.is_unchanged(outcome) else unchanged.of(outcome)

    def to_pandas(self, *, money: MoneyAs = "decimal") -> DataFrame:
        """Return a table of pandas, a row a scenario: first the unchanged calls.

        `change` and `change_share` are against the row that it is compared with. `money`: exact
        amounts as `Decimal`, or `"float"`, which can be drawn. Raise `UsageError` where pandas is
        not installed.
        """
        from tokencost_profiles.costs.data_frame import data_frame

        return data_frame(self._columns(), money)

    def _repr_html_(self) -> str:
        from tokencost_profiles.costs.html_table import html_table

        columns = [column for column in self._columns() if column.kind != "share"]
        return html_table(
            columns, f"{self.unchanged.recorded.calls:,} calls under other conditions"
        )

    def _columns(self) -> list[TypedColumn]:
        from tokencost_profiles.costs.columns import TypedColumn

        rows = self.rows
        ends = [row.cost_range for row in rows]
        deltas = [None if self.is_unchanged(row) else row.delta(self.base_of(row)) for row in rows]
        shares = [
            None if self.is_unchanged(row) else row.relative(self.base_of(row)) for row in rows
        ]
        return [
            TypedColumn("scenario", "text", [row.scenario.name for row in rows]),
            TypedColumn("cost", "money", [row.cost for row in rows]),
            TypedColumn("cost_low", "money", [end and end[0] for end in ends]),
            TypedColumn("cost_high", "money", [end and end[1] for end in ends]),
            TypedColumn("change", "money", deltas),
            TypedColumn("change_share", "share", shares),
            TypedColumn("unpriced_calls", "count", [row.totals.unpriced_calls for row in rows]),
        ]

    def month(self, amount: Decimal) -> Decimal:
        """Return what an amount for the time of the calls comes to in thirty days."""
        return divide(
            multiply(amount, Decimal(DAYS_A_MONTH)), Decimal(str(round(self.calls.span, 6)))
        )


def whatif(
    calls: CallSource,
    *scenarios: Scenario | str,
    suggest: bool = False,
    table: PriceTable | None = None,
    counter: Counter | None = None,
    now: datetime | None = None,
    as_of: datetime | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Return what recorded calls would have cost under other conditions.

    `calls`: what `read` (with `text=True`, so that text is counted anew) or `profile` returned,
    single calls, or paths of logs. `scenarios`: terms such as "gpt-6-luna+batch+cache=5m".
    `suggest`: what applies is tried, and ranked by what it saves. `now`: the moment of the
    invocation; `as_of`: the day whose prices count for all calls. Raise `UsageError` for a scenario
    that means nothing or cannot apply, and where there is nothing to compare with.
    """
    now = now or datetime.now(UTC)
    table = table or PriceTable.load()
    call_set = call_set_of(calls, table, now)
    parsed = [parse(one) if isinstance(one, str) else one for one in scenarios]
    refuse_nothing(parsed, suggest=suggest)
    refuse_equal_names(parsed)
    models = Models(table, Pricer(table, now, as_of), counter or Counter(), call_set, as_of or now)
    if not suggest:
        _refuse_all(parsed, call_set, models)
    unchanged = Unchanged(call_set, models)
    progress = progress or _no_progress
    outcomes = []
    with progress(COMPARING, len(parsed)) as done:
        for at, scenario in enumerate(parsed, 1):
            outcomes.append(replay(call_set, scenario, models))
            if done is not None:
                done(at, len(parsed))
    advice = None
    if suggest:
        with progress(ADVISING, 0) as done:
            advice = suggestions(call_set, unchanged, models, done)
    day = as_of or now
    return Comparison(call_set, unchanged, tuple(outcomes), advice, table, day, models.targets)


def refuse_nothing(scenarios: Sequence[Scenario], *, suggest: bool) -> None:
    """Raise `UsageError` where nothing is compared and nothing suggested."""
    if not scenarios and not suggest:
        raise UsageError(
            "nothing to compare with", hint="-m MODEL, --mode batch, --cache best, or --suggest"
        )


def _no_progress(stage: str, total: int) -> AbstractContextManager[None]:
    return nullcontext()


def _refuse_all(scenarios: Sequence[Scenario], calls: CallSet, models: Models) -> None:
    """Raise `UsageError` where every scenario has a change that no call can have.

    Beside other scenarios such a change is a row that has no cost: the others are compared.
    """
    refusals = [_refusal(scenario, calls, models) for scenario in scenarios]
    if refusals and refusals[0] is not None and all(refusals):
        raise refusals[0]


def _refusal(scenario: Scenario, calls: CallSet, models: Models) -> UsageError | None:
    """Return why a scenario can apply to no call; calls on other models may be refused later."""
    if any(change.step == Step.MODEL for change, _ in scenario.changes):
        return None
    for change, value in scenario.changes:
        if change.refuse is not None:
            try:
                change.refuse(value, calls, models)
            except UsageError as error:
                return error
    return None
