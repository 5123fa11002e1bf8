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
from tokencost_pricing.errors import UsageError
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
    settled_calls,
    with_saved,
)
from tokencost_profiles.logs.read import ReadOptions

if TYPE_CHECKING:
    from tokencost_profiles.logs.work import Done, Work

# Less than this is read faster by one process than others are started.
BREAK_EVEN: Final = 32 << 20
_WORKER: Final = 16 << 20  # bytes that are worth another worker
CLUSTER: Final = "dask"  # the runner that can be elsewhere
SERIAL: Final = "serial"


def refuse_runner(options: CallOptions) -> None:
    """Raise `UsageError` where no runner has the name, or there is a scheduler for none."""
    if options.scheduler is not None and options.runner != CLUSTER:
        raise UsageError(f"--scheduler is the address of a cluster: it needs --runner {CLUSTER}")
    if options.runner is not None:
        from tokencost_profiles.logs.runners import runner

        runner(options.runner)


def runner_of(options: CallOptions, sources: Sequence[Source]) -> tuple[str, int]:
    """Return which runner sums logs up best, and in how many processes."""
    if options.runner is not None:
        return options.runner, options.jobs or _cores()
    jobs = workers(options, sources)
    return ("processes" if jobs > 1 else SERIAL), jobs


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
        """Return what logs hold, call by call."""
        recorded = self._recorded()
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

    def _recorded(self) -> RecordedCalls:
        """Return the calls of logs, read one after the other, or where the runner reads them."""
        context, options = self.invocation.context, self.options
        if options.runner == CLUSTER and self.how.text:  # records with text cannot be packed
            context.warn("the content of calls is read on this machine, whatever the runner")
        elif options.runner == CLUSTER:
            from tokencost_profiles.logs.runners.dask_ import records_of

            with self._work(options.jobs or _cores()) as work:
                return settled_calls(*records_of(work))
        with reading_files(context, self.sources) as (followed, watch):
            return recorded_calls(followed, self.how, watch.advance if watch else None)

    @contextmanager
    def _work(self, jobs: int) -> Iterator[Work]:
        """Yield what a runner is to do, and show how far it has come."""
        context = self.invocation.context
        with reading_files(context, self.sources) as (_, watch):
            from tokencost_profiles.logs.work import Work

            yield Work(
                self.sources,
                self.how,
                self.plan,
                self.table,
                jobs,
                watch.advance if watch else None,
                partial(_alone, context),
                context.warn,
                scheduler=self.options.scheduler,
            )

    def by_parts(self, name: str, jobs: int) -> ByParts:
        """Return what logs hold, as sums that a runner makes of their parts."""
        from tokencost_profiles.logs.parts import profile_of
        from tokencost_profiles.logs.runners import runner

        plan, table = self.plan, self.table
        with self._work(jobs) as work:
            part, saved = runner(name).run(work)
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
