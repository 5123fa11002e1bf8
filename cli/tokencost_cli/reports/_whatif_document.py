"""The document of `whatif`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tokencost_cli.reports._shared import amount, head
from tokencost_cli.reports._whatif_view import View, undominated
from tokencost_pricing.cost import Terms
from tokencost_pricing.money import ZERO, add
from tokencost_pricing.units import INPUT_UNITS, OUTPUT_UNITS
from tokencost_profiles.whatif.advisor import Suggestion
from tokencost_profiles.whatif.outcome import Outcome


def document(view: View) -> dict[str, Any]:
    """Return the document of a comparison."""
    best = undominated(view)
    return {
        **head(view.comparison.table, Terms(view.comparison.now, False)),
        "calls": view.comparison.calls.calls,
        "days": view.comparison.calls.span
        if view.comparison.calls.days is not None or view.comparison.calls.seconds
        else None,
        "assumed": list(view.assumptions),
        "base": _scenario(view.comparison.unchanged.recorded, view, best),
        "scenarios": [_scenario(outcome, view, best) for outcome in view.comparison.rows],
        "suggestions": None
        if view.comparison.advice is None
        else [_advised(suggestion, view) for suggestion in view.comparison.advice.suggestions],
        "best": None
        if view.comparison.advice is None or view.comparison.advice.best is None
        else _advised(view.comparison.advice.best, view),
    }


def _scenario(outcome: Outcome, view: View, best: frozenset[str]) -> dict[str, Any]:
    cost = outcome.cost
    even = outcome.break_even
    base = view.comparison.base_of(outcome)
    return {
        "name": outcome.scenario.name,
        "cost": amount(cost),
        "base": base.scenario.name,
        "cache": outcome.cache,
        "delta": amount(outcome.delta(base)),
        "percent": outcome.relative(base),
        "month": amount(view.comparison.month(cost))
        if cost is not None and view.has_month
        else None,
        "usage": outcome.totals.usage,
        "costs": {unit: amount(value) for unit, value in outcome.totals.lines.items()},
        "input_cost": amount(_cost(outcome, INPUT_UNITS)),
        "output_cost": amount(_cost(outcome, OUTPUT_UNITS)),
        "unpriced_calls": outcome.totals.unpriced_calls,
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
        total = add(total, outcome.totals.lines.get(unit, ZERO))
    return total


def _advised(suggestion: Suggestion, view: View) -> dict[str, Any]:
    outcome = suggestion.outcome
    return {
        "name": outcome.scenario.name,
        "cost": amount(outcome.cost),
        "saved": amount(suggestion.saved),
        "saved_month": amount(view.comparison.month(suggestion.saved)) if view.has_month else None,
        "percent": outcome.relative(view.comparison.base_of(outcome)),
        "needs": suggestion.needs,
        "risks": suggestion.risks,
    }
