"""Which calls of logs count: those of a range of time, and those with the labels asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import NamedTuple

from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.dimensions import Key, conditions
from tokencost_profiles.costs.profile import Profiler
from tokencost_profiles.files.git_worktrees import Projects
from tokencost_profiles.logs.time_range import Clock, end_of, start_of


class Selection(NamedTuple):
    """Conditions on calls. `since` and `until` are UTC seconds; `until` is no part of the range."""

    where: tuple[str, ...] = ()  # NAME=VALUE, as `--where` takes them
    since: float | None = None
    until: float | None = None
    zone: tzinfo = UTC  # of days, in the conditions

    @property
    def is_all(self) -> bool:
        """Whether every call is selected."""
        return not self.where and not self.has_times

    @property
    def has_times(self) -> bool:
        """Whether the times of calls decide."""
        return self.since is not None or self.until is not None

    def is_timely(self, at: float | None) -> bool:
        """Whether a time is in the range; an unknown one is in no range but all time."""
        if self.since is None and self.until is None:
            return True
        return (
            at is not None
            and (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
        )

    def matcher(self) -> Callable[[float | None, Key], bool]:
        """Return what decides about a call by its time and its key.

        Raise `UsageError` for a condition that means nothing.
        """
        if self.is_all:
            return lambda at, key: True
        has_labels = conditions(self.where, self.zone)
        if self.since is None and self.until is None:
            return lambda at, key: has_labels(key)
        return lambda at, key: self.is_timely(at) and has_labels(key)

    def chooser(self, pricer: Pricer) -> Callable[[Call], bool]:
        """Return what decides about a call. It names the project of each that it looks at."""
        if not self.where:
            return lambda call: self.is_timely(call.at)
        matches, profiler, projects = self.matcher(), Profiler(pricer), Projects()

        def is_selected(call: Call) -> bool:
            call.project = projects.of(call.project)
            return matches(call.at, profiler.key(call))

        return is_selected


def selection(
    clock: Clock,
    *,
    where: tuple[str, ...] = (),
    since: str | None = None,
    until: str | None = None,
) -> Selection:
    """Return a selection from what a user types. Raise `UsageError` for a time that is none."""
    return Selection(
        where,
        start_of(since, clock) if since is not None else None,
        end_of(until, clock) if until is not None else None,
        clock.zone,
    )
