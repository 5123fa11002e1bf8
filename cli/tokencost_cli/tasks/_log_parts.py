"""Large logs, read in several processes: when that is done, and what it comes to."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from tokencost_cli.options.logs import CallOptions
from tokencost_cli.reports._loaded import Filtered
from tokencost_cli.runtime.context import Context
from tokencost_cli.runtime.invocation import Invocation
from tokencost_cli.runtime.progress import reading_files
from tokencost_pricing.table import PriceTable
from tokencost_profiles.calls.call import Call
from tokencost_profiles.costs.call_pricer import Pricer
from tokencost_profiles.costs.dimensions import Key
from tokencost_profiles.files.paths import Source
from tokencost_profiles.logs.load import (
    Plan,
    PricedLogs,
    RecordedCalls,
    price_logs,
    recorded_calls,
    refuse_times,
    with_saved,
)
from tokencost_profiles.logs.read import ReadOptions

if TYPE_CHECKING:
    from tokencost_profiles.logs.work import Done, Work

# Less than this is read faster by one process than others are started.
BREAK_EVEN: Final = 32 << 20
_WORKER: Final = 16 << 20  # bytes that are worth another worker


def workers(options: CallOptions, sources: Sequence[Source]) -> int:
    """Return in how many processes logs are best read: 1 is this one."""
    jobs = options.jobs or _cores()
    if jobs == 1 or sys.platform != "linux":
        return 1
    if options.jobs is not None:
        return min(jobs, len(sources))
    size = sum(source.size for source in sources if source.path is not None)
    return min(jobs, 1 + size // _WORKER, len(sources)) if size >= BREAK_EVEN else 1


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class ByParts(NamedTuple):
    """What logs hold, where no single call is needed."""

    recorded: RecordedCalls
    priced: PricedLogs
    filtered: Filtered = Filtered()  # of calls that are not recorded one by one


class LogReading(NamedTuple):
    """Logs that are read and priced."""

    invocation: Invocation
    options: CallOptions
    table: PriceTable
    sources: Sequence[Source]
    how: ReadOptions
    plan: Plan

    def in_one(self, *, all_labels: bool) -> ByParts:
        """Return what logs hold, read one after the other."""
        with reading_files(self.invocation.context, self.sources) as (followed, watch):
            recorded = recorded_calls(followed, self.how, watch.advance if watch else None)
        self._refuse_times(recorded)
        plan = self.plan
        priced = price_logs(
            recorded,
            Pricer(self.table, plan.now, plan.as_of),
            plan.selection,
            now=plan.now,
            by=plan.by,
            all_labels=all_labels,
            assumed_model=plan.assumed_model,
            places=plan.places,
        )
        return ByParts(recorded, priced)

    def by_parts(self, jobs: int) -> ByParts:
        """Return what logs hold, read in several processes."""
        from tokencost_profiles.logs.parts import profile_of
        from tokencost_profiles.logs.work import Work

        context, plan, table = self.invocation.context, self.plan, self.table
        with reading_files(context, self.sources) as (_, watch):
            done = watch.advance if watch else None
            work = Work(self.sources, self.how, plan, table, done=done)
            part, saved = in_processes(context, jobs)(work)
        recorded = RecordedCalls([], part.audit, {}, saved)
        self._refuse_times(recorded)
        profile, pricer, judged = profile_of(part, table, plan)
        profile, unassigned = with_saved(profile, saved, plan.selection)
        numbers = part.numbers
        left = tuple((option, numbers.left.get(option, 0)) for option, _ in plan.alone)
        filtered = Filtered(numbers.calls, numbers.first, numbers.last, left)
        priced = PricedLogs([], profile, pricer, judged, _no_key, unassigned)
        return ByParts(recorded, priced, filtered)

    def _refuse_times(self, recorded: RecordedCalls) -> None:
        options = self.options
        refuse_times(recorded.saved, options.since, options.until, options.as_of)


def in_processes(context: Context, jobs: int) -> Callable[[Work], Done]:
    """Return what does work in several processes."""
    from tokencost_profiles.logs.runners import runner

    alone = partial(_alone, context)

    def run(work: Work) -> Done:
        return runner("processes").run(work._replace(jobs=jobs, alone=alone, warn=context.warn))

    return run


@contextmanager
def _alone(context: Context) -> Iterator[None]:
    """Let no thread of the progress line run meanwhile."""
    with nullcontext() if context.progress is None else context.progress.still():
        yield


def _no_key(call: Call) -> Key:
    """Return the key of a call: there is none here."""
    return Key()
