"""From a comparison to the structs of the document of `whatif`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from msgspec import UNSET

from tokencost_cli.reports._whatif_view import View, undominated
from tokencost_cli.reports.documents.change import CostChange
from tokencost_cli.reports.documents.fields import money
from tokencost_cli.reports.documents.head import head_fields
from tokencost_cli.reports.documents.totals import totals_fields
from tokencost_cli.reports.documents.whatif import (
    FORMAT,
    BreakEven,
    ScenarioNote,
    ScenarioTotals,
    SuggestedScenario,
    WhatifDocument,
)
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_profiles.whatif.advisor import Suggestion
from tokencost_profiles.whatif.outcome import Outcome


def document(view: View, facts: RunFacts, warnings: Sequence[str]) -> WhatifDocument:
    """Return the document of a comparison."""
    comparison = view.comparison
    calls, advice = comparison.calls, comparison.advice
    best = undominated(view)
    rows = [_scenario(outcome, view, best) for outcome in comparison.rows]
    is_timed = calls.days is not None or calls.seconds is not None
    answer = WhatifDocument(
        **head_fields(FORMAT, facts, warnings),
        calls=calls.calls,
        days=calls.span if is_timed else None,
        assumptions=list(view.assumptions),
        base=rows[0],
        scenarios=rows,
    )
    if advice is not None:
        answer.suggestions = [_suggestion(one, view, best) for one in advice.suggestions]
        answer.not_tried = list(advice.not_tried)
        if advice.best is not None:
            answer.best = _suggestion(advice.best, view, best)
    return answer


def _scenario(outcome: Outcome, view: View, best: frozenset[str]) -> ScenarioTotals:
    return ScenarioTotals(**_fields(outcome, view, best))


def _suggestion(suggestion: Suggestion, view: View, best: frozenset[str]) -> SuggestedScenario:
    fields = _fields(suggestion.outcome, view, best)
    fields.update(needs=list(suggestion.needs), risks=list(suggestion.risks))
    if view.has_month:
        fields["saved_month_cost"] = money(view.comparison.month(suggestion.saved))
    return SuggestedScenario(**fields, saved_cost=cast("str", money(suggestion.saved)))


def _fields(outcome: Outcome, view: View, best: frozenset[str]) -> dict[str, Any]:
    totals, cost = outcome.totals, outcome.cost
    month = money(view.comparison.month(cost)) if cost is not None else None
    return {
        **totals_fields(
            round(totals.calls),
            totals.usage,
            totals.lines if cost is not None else None,
            cost,
            cost_range=outcome.cost_range,
            unpriced_calls=totals.unpriced_calls,
        ),
        "name": outcome.scenario.name,
        **_comparison(outcome, view),
        "month_cost": month if view.has_month else UNSET,
        "cache": outcome.cache,
        "estimated_calls": outcome.estimated_calls,
        "estimated_tokens": outcome.estimated_tokens,
        "window_share": outcome.window,
        "calls_over_window": outcome.over_window,
        "calls_over_output": outcome.over_output,
        "pareto": outcome.scenario.name in best,
        "break_even": _break_even(outcome),
        "needs": [],
        "risks": [],
        "notes": [ScenarioNote(text=text, calls=calls) for text, calls in outcome.notes.items()],
    }


def _comparison(outcome: Outcome, view: View) -> dict[str, Any]:
    base = view.comparison.base_of(outcome)
    if base is outcome:
        return {}
    change = CostChange(cost=money(outcome.delta(base)), relative=outcome.relative(base))
    return {"base": base.scenario.name, "change": change}


def _break_even(outcome: Outcome) -> BreakEven | Any:
    even = outcome.break_even
    if even is None:
        return UNSET
    return BreakEven(
        calls_per_day=None if even.calls_a_day is None else round(even.calls_a_day),
        capacity_per_day=None if even.capacity is None else round(even.capacity),
        month_cost=cast("str", money(even.month)),
    )
