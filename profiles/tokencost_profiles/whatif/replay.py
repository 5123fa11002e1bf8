"""What the same calls would have cost otherwise: a scenario, replayed call by call.

Every change of the scenario is applied in its step (`change.Step`); the cache of the provider is
replayed after all that decides what is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tokencost_pricing.errors import UsageError
from tokencost_pricing.offer import Offer
from tokencost_profiles.whatif.cached_calls import replay_caches
from tokencost_profiles.whatif.call_set import ANSWER_UNITS, CallSet, Entry
from tokencost_profiles.whatif.change import Step
from tokencost_profiles.whatif.models import Models
from tokencost_profiles.whatif.outcome import Outcome
from tokencost_profiles.whatif.prompt_cache.recorded_policies import AS_RECORDED
from tokencost_profiles.whatif.replay_state import Portion, ReplayState
from tokencost_profiles.whatif.scenario import Scenario

_Apply = Callable[[list[Portion], ReplayState], list[Portion]]


def replay(
    calls: CallSet, scenario: Scenario, models: Models, *, recorded_cache: bool = False
) -> Outcome:
    """Replay the calls under a scenario. Raise `UsageError` for what cannot be done at all.

    `recorded_cache`: the provider's cache is simulated under each session's recorded policy.
    """
    if not calls.by_call and scenario.needs_calls:
        raise UsageError(
            f"'{scenario.name}' needs the calls themselves: a saved profile holds sums",
            hint="give the logs instead",
        )
    state = ReplayState(calls, models)
    portions = [
        Portion(entry, at, error=entry.call.error) for at, entry in enumerate(calls.entries)
    ]
    for apply in _in_steps(scenario, calls, recorded_cache=recorded_cache):
        portions = apply(portions, state)
    fit = _Fit(calls.by_call)
    for portion in portions:
        entry = portion.entry
        state.add_sent(portion)
        state.totals.add_calls(
            entry.call,
            entry.prompt,
            count=entry.calls,
            share=portion.share,
            card=entry.card,
            at=portion.at,
            error=portion.error,
        )
        fit.add(entry, models.offer(entry.call))
    for text, count in (*state.totals.unpriced.items(), *state.totals.notes.items()):
        state.note(text, count)
    return Outcome(
        scenario,
        state.totals,
        calls.calls,
        state.notes,
        state.error,
        fit.window,
        fit.over_window,
        fit.over_output,
        state.break_even,
        state.cache,
        state.is_cost_unknown or state.is_applied_nowhere,
        state.estimated_calls,
        round(state.estimated_tokens),
    )


def _in_steps(scenario: Scenario, calls: CallSet, *, recorded_cache: bool) -> list[_Apply]:
    """Return what is applied to the calls, in order.

    What shortens prompts changes what the cache can read: where the log shows reads, the recorded
    policy is replayed unless the scenario has another one.
    """
    steps: list[tuple[int, _Apply]] = [
        (change.step, partial(change.apply, value)) for change, value in scenario.in_steps
    ]
    has_policy = any(step == Step.CACHE for step, _ in steps)
    if recorded_cache or (scenario.moves_prefix and not has_policy and calls.reads_cache):
        steps.append((Step.CACHE, partial(replay_caches, AS_RECORDED)))
    return [apply for _, apply in sorted(steps, key=lambda pair: pair[0])]


class _Fit:
    """Which calls do not fit their model: the window, and the longest answer."""

    def __init__(self, by_call: bool) -> None:
        self._by_call = by_call  # of sums, no single length is known
        self.window: float | None = None
        self.over_window = self.over_output = 0

    def add(self, entry: Entry, offer: Offer | None) -> None:
        """Take in calls, on the model that they are billed by."""
        usage = entry.call.usage
        if offer is None or usage is None or not self._by_call:
            return
        output = sum(usage.get(unit, 0) for unit in ANSWER_UNITS) // max(1, entry.calls)
        limit = offer.model.context_window
        if limit and entry.prompt:
            share = (entry.prompt + output) / limit
            self.window = max(self.window or 0.0, share)
            self.over_window += entry.calls if share > 1 else 0
        most = offer.model.limits.get("output")
        if most is not None and output > most:
            self.over_output += entry.calls
