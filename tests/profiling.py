"""Profiles of calls that a test has at hand."""

from __future__ import annotations

from collections.abc import Iterable

from tokencost_profiles.calls.audit import Audit
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.profile import Profile, Profiler


def profile_of(calls: Iterable[Call], pricer: Pricer, audit: Audit | None = None) -> Profile:
    """Return the profile of calls, each priced at its own time and length."""
    profiler = Profiler(pricer, audit)
    for call in calls:
        profiler.take(call, profiler.key(call))
    return profiler.profile
