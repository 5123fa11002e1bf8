"""The unchanged calls that scenarios are compared with."""

from __future__ import annotations

from functools import cached_property

from tokencost_profiles.whatif.call_set import CallSet
from tokencost_profiles.whatif.models import Models
from tokencost_profiles.whatif.outcome import Outcome
from tokencost_profiles.whatif.replay import replay
from tokencost_profiles.whatif.replay_state import REPLAYED
from tokencost_profiles.whatif.scenario import BASE, REPLAYED_BASE, Scenario


class Unchanged:
    """The calls as they were: by their record, and with the cache replayed where that is needed.

    A scenario whose cache was replayed is compared with unchanged calls replayed by the same
    simulator: otherwise the error of the simulator would look like a saving.
    """

    def __init__(self, calls: CallSet, models: Models) -> None:
        self._calls, self._models = calls, models

    @cached_property
    def recorded(self) -> Outcome:
        """The calls as their log has them."""
        return replay(self._calls, Scenario(BASE), self._models)

    @cached_property
    def replayed(self) -> Outcome:
        """The same with the cache simulated under each session's recorded policy."""
        return replay(self._calls, Scenario(REPLAYED_BASE), self._models, recorded_cache=True)

    def of(self, outcome: Outcome) -> Outcome:
        """Return what a scenario is compared with: unchanged calls with the same kind of cache."""
        return self.replayed if outcome.cache == REPLAYED else self.recorded

    @property
    def used(self) -> tuple[Outcome, ...]:
        """What was compared with so far, the record first."""
        replayed = self.__dict__.get("replayed")
        return (self.recorded, replayed) if replayed is not None else (self.recorded,)
