"""Where calls come from: what the Python API returns, paths, and whether files are prompts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from os import PathLike
from typing import Final

from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.profile import Profile
from tokencost_profiles.costs.saved_profile import is_saved
from tokencost_profiles.files.archives import damage_errors, open_inputs
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.formats import detect
from tokencost_profiles.logs.profile_logs import CostProfile, Logs, Paths, profile, read
from tokencost_profiles.whatif.call_set import CallSet, of_calls, of_profile

CallSource = CallSet | Logs | CostProfile | Profile | Paths | Iterable[Call]


_OTHER_FORMATS: Final = ("prompts", "bills")  # hold no calls
_EXAMINED: Final = 20  # files


def are_prompts(sources: Sequence[Source]) -> bool:
    """Whether files are prompts: none of the first twenty is a log or a saved profile."""
    return bool(sources) and not any(_holds_calls(source) for source in sources[:_EXAMINED])


def _holds_calls(source: Source) -> bool:
    if source.size == 0:
        return False
    try:
        inputs = list(open_inputs(source))
        if any(map(is_saved, inputs)):
            return True
        formats = [detect(log_file) for log_file in inputs]
    except damage_errors():
        return False
    return any(one is not None and one.name not in _OTHER_FORMATS for one in formats)


def call_set_of(calls: CallSource, table: PriceTable, now: datetime) -> CallSet:
    """Return the calls of what `read` or `profile` returned, of single calls, or of paths."""
    if isinstance(calls, CallSet):
        return calls
    if isinstance(calls, CostProfile):
        return of_profile(calls.profile)
    if isinstance(calls, Profile):
        return of_profile(calls)
    if isinstance(calls, Logs):
        if calls.recorded.saved:  # these hold sums, which single calls can be added to
            return of_profile(profile(calls, table=table, now=now).profile)
        return of_calls(calls.calls)
    entries = [calls] if isinstance(calls, (str, PathLike)) else list(calls)
    paths = [entry for entry in entries if isinstance(entry, (str, PathLike))]
    single = [entry for entry in entries if isinstance(entry, Call)]
    if len(paths) == len(entries) > 0:
        return call_set_of(read(paths, text=True, table=table, now=now), table, now)
    if len(single) < len(entries):
        raise TypeError("calls must be what `read` or `profile` returned, Call objects, or paths")
    return of_calls(single)
