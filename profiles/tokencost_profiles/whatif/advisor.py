"""Which single change would save most, what it needs and what it risks, and the best together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tokencost_pricing.errors import TokencostError
from tokencost_profiles.whatif.call_set import CallSet
from tokencost_profiles.whatif.change import Change, Idea, NotTried, changes
from tokencost_profiles.whatif.models import Models
from tokencost_profiles.whatif.outcome import Outcome
from tokencost_profiles.whatif.replay import replay
from tokencost_profiles.whatif.scenario import Scenario
from tokencost_profiles.whatif.unchanged import Unchanged

_WORTH: Final = Decimal("0.005")  # share of the cost that a change must save to be advised


class Suggestion(NamedTuple):
    """A change, what it saves, what it needs, and what may go wrong."""

    outcome: Outcome
    saved: Decimal  # USD, over the time of the calls
    needs: tuple[str, ...]
    risks: tuple[str, ...]


class Advice(NamedTuple):
    """Suggestions, the best first, the best of them together, and what was not tried."""

    suggestions: list[Suggestion]
    best: Suggestion | None
    not_tried: tuple[str, ...] = ()


class _Plan(NamedTuple):
    """Ideas that are tried together: at most one of each change."""

    ideas: tuple[tuple[Change, Idea], ...]

    @property
    def scenario(self) -> Scenario:
        name = " + ".join(idea.name for _, idea in self.ideas)
        return Scenario(name, tuple((change, idea.value) for change, idea in self.ideas))

    def joined(self, other: _Plan) -> _Plan:
        """Return both together, in the order of the help."""
        ideas = sorted((*self.ideas, *other.ideas), key=lambda pair: pair[0].order)
        return _Plan(tuple(ideas))

    def fits(self, other: _Plan) -> bool:
        """Whether both can stand in one scenario."""
        return not any(
            one.key == two.key or two.key in one.excludes or one.key in two.excludes
            for one, _ in self.ideas
            for two, _ in other.ideas
        )


def suggestions(
    calls: CallSet,
    unchanged: Unchanged,
    models: Models,
    done: Callable[[int, int], None] | None = None,
) -> Advice:
    """Try every change that applies, and combine those that save most.

    `done` is called with how many changes were tried, and how many there are.
    """
    if not unchanged.recorded.cost:
        return Advice([], None)
    plans: list[_Plan] = []
    not_tried: list[str] = []
    for change in changes():
        for idea in change.ideas(calls, models) if change.ideas is not None else ():
            if isinstance(idea, NotTried):
                not_tried.append(idea.text)
            else:
                plans.append(_Plan(((change, idea),)))
    tried: list[tuple[_Plan, Suggestion]] = []
    for at, plan in enumerate(plans, 1):
        suggestion = _try(plan, calls, unchanged, models)
        if suggestion is not None:
            tried.append((plan, suggestion))
        if done is not None:
            done(at, len(plans))
    tried.sort(key=lambda pair: (-pair[1].saved, pair[1].outcome.scenario.name))
    best = _best_together([plan for plan, _ in tried], calls, unchanged, models)
    return Advice([suggestion for _, suggestion in tried], best, tuple(not_tried))


def _try(plan: _Plan, calls: CallSet, unchanged: Unchanged, models: Models) -> Suggestion | None:
    try:
        outcome = replay(calls, plan.scenario, models)
    except TokencostError:
        return None  # it does not apply to these calls
    base = unchanged.of(outcome)
    delta = outcome.delta(base)
    usable = outcome.totals.unpriced_calls <= base.totals.unpriced_calls and not (
        outcome.over_window > base.over_window
    )
    if delta is None or base.cost is None or not usable or -delta < _WORTH * base.cost:
        return None
    needs = dict.fromkeys(idea.needs for _, idea in plan.ideas)
    risks = dict.fromkeys(idea.risks for _, idea in plan.ideas)
    return Suggestion(outcome, -delta, tuple(needs), tuple(risks))


def _best_together(
    plans: Sequence[_Plan], calls: CallSet, unchanged: Unchanged, models: Models
) -> Suggestion | None:
    """Add changes, the best first, as long as each of them makes the total cheaper.

    Every combination is replayed as one scenario: savings of single changes do not add up.
    """
    chosen = _Plan(())
    best: Suggestion | None = None
    for plan in plans:
        if not chosen.fits(plan):
            continue
        together = chosen.joined(plan)
        suggestion = _try(together, calls, unchanged, models)
        if suggestion is not None and (best is None or suggestion.saved > best.saved):
            chosen, best = together, suggestion
    return best if len(chosen.ideas) > 1 else None
