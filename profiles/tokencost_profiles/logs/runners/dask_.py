"""All logs on a cluster of Dask: one that runs somewhere, or processes on this machine.

What is done with a shard stands in `logs/partitions`; here is only who does it, and what waits for
what. Dask runs the steps again whose results were lost with a worker.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from operator import attrgetter, getitem
from typing import TYPE_CHECKING, Any, Final

from tokencost_pricing._version import __version__
from tokencost_pricing.errors import InputError, UsageError
from tokencost_profiles.calls.merging import Store
from tokencost_profiles.costs.saved_profile import Saved
from tokencost_profiles.files.sent_sources import SentSource
from tokencost_profiles.logs import partitions
from tokencost_profiles.logs.parts import add_parts, price_part
from tokencost_profiles.logs.read import ReadOptions
from tokencost_profiles.logs.shards import batches_of
from tokencost_profiles.logs.work import Done, Records, Runner, Work

if TYPE_CHECKING:
    from distributed import Client, Future

_EXTRA: Final = "pip install 'tokencost-profiler[cluster]'"
_CONNECT: Final = 10  # seconds within which a scheduler answers
_FIRST_WORKER: Final = 60  # seconds within which there is a worker
_ADDED: Final = 16  # parts that are added up in one step
_PARTITION: Final = 16 << 30  # bytes of logs whose names are one partition
_MOST_STEPS: Final = 40_000  # one for each shard and partition, twice: each takes 2 or 3 ms
_URGENT: Final = 10  # priority of steps that report what has been read


def _run(work: Work) -> Done:
    price_part((), frozenset(), work.plan, work.table)  # what options are wrong, they are here
    with _client(work) as client:
        shards = batches_of(work.sources, _workers(client))
        total, saved = _submitted(client, work, shards)
        for at in _completed(client, saved):
            _report(work, shards[at])
        by_place = sorted(one for of_shard in client.gather(saved) for one in of_shard)
        return Done(total.result(), [one for _, of_source in by_place for one in of_source])


def records_of(work: Work) -> Records:
    """Return the records of all logs, which the workers read: for what looks at single calls."""
    with _client(work) as client:
        shards = batches_of(work.sources, _workers(client))
        do = partial(client.submit, pure=False)
        terms = do(partitions.Terms, _how(work), work.plan, work.table, 1)
        read = [do(partitions.read_shard, _sent(work, shard), terms) for shard in shards]
        sources = []
        for at in _completed(client, read):
            sources += partitions.sources_of(read[at].result())
            read[at].release()
            _report(work, shards[at])
    store = Store()
    saved: list[Saved] = []
    for one in sorted(sources, key=attrgetter("at")):
        store.absorb(one.store)
        saved += one.saved
    return Records(store, saved)


def _report(work: Work, shard: Iterable[int]) -> None:
    if work.done is not None:
        work.done(sum(work.sources[at].size for at in shard))


def _how(work: Work) -> ReadOptions:
    """Return how workers read: what is cached here they do not see."""
    return work.how._replace(known=None)


def _sent(work: Work, shard: Iterable[int]) -> list[tuple[int, SentSource]]:
    return [(at, SentSource.of(work.sources[at])) for at in shard]


def _completed(client: Client, steps: Sequence[Future]) -> Iterator[int]:
    """Yield the place of each step once it is done."""
    from distributed import as_completed

    places = {step.key: at for at, step in enumerate(steps)}
    for step in as_completed(steps, loop=client.loop):
        yield places[step.key]


def _submitted(
    client: Client, work: Work, shards: Sequence[Sequence[int]]
) -> tuple[Future, list[Future]]:
    """Submit all steps. Return the one that gives the part of all calls, and the saved profiles.

    Nobody else waits for the results between, so that they are dropped once they are used.
    """
    do = partial(client.submit, pure=False)  # arguments may be other steps, or lists of them
    size = sum(source.size for source in work.sources)
    number = max(1, min(size // _PARTITION, _MOST_STEPS // (2 * len(shards) + 1)))
    terms = do(partitions.Terms, _how(work), work.plan, work.table, number)
    numbers = range(number)
    read = [do(partitions.read_shard, _sent(work, shard), terms) for shard in shards]
    saved = [do(attrgetter("saved"), one, priority=_URGENT) for one in read]
    formats = do(partitions.all_formats, [do(attrgetter("session_formats"), one) for one in read])
    names = [do(attrgetter("names"), one) for one in read]
    shared = [
        do(partitions.shared_names, [do(getitem, one, number) for one in names])
        for number in numbers
    ]
    divided = [
        do(partitions.divide, one, [do(getitem, part, at) for part in shared], formats, terms)
        for at, one in enumerate(read)
    ]
    groups = do(partitions.groups_of, [do(partitions.links_of, one) for one in divided], number)
    parts = [do(attrgetter("part"), one) for one in divided]
    for group in numbers:
        joined = [
            do(partitions.joined_in, one, do(getitem, groups, at), group)
            for at, one in enumerate(divided)
        ]
        parts.append(do(partitions.price_joined, joined, formats, terms))
    while len(parts) > 1:
        batches = [parts[at : at + _ADDED] for at in range(0, len(parts), _ADDED)]
        parts = [do(add_parts, batch) for batch in batches]
    return parts[0], saved


def _workers(client: Client) -> int:
    return max(1, len(client.nthreads()))


@contextmanager
def _client(work: Work) -> Iterator[Client]:
    """Connect to the scheduler that was named, or start workers here and end them.

    Raise `UsageError` where that cannot be done, `InputError` where worker after worker is lost.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise UsageError("--runner dask needs dask and distributed", hint=_EXTRA) from None
    try:
        if work.scheduler is None:
            with local_cluster(work.jobs) as cluster, Client(cluster, set_as_default=False) as one:
                yield one
        else:
            with _connected(work.scheduler) as client:
                yield client
    except KilledWorker as error:
        raise InputError(f"the cluster lost one worker after the other: {error}") from error


def _connected(address: str) -> Client:
    from distributed import Client

    try:
        client = Client(address, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"no scheduler answers at {address}: {reason}") from error
    try:
        _check(client, address)
    except UsageError:
        client.close()
        raise
    return client


def _check(client: Client, address: str) -> None:
    """Raise `UsageError` where the workers are none, or have another tokencost."""
    try:
        client.wait_for_workers(1, timeout=_FIRST_WORKER)
    except TimeoutError:
        raise UsageError(f"the scheduler at {address} has no workers") from None
    try:
        versions = set(client.run(_version).values())
    except Exception as error:  # whatever a worker raises that lacks the package
        raise UsageError(
            f"the workers of {address} cannot run tokencost: {error}",
            hint=f"install tokencost-profiler {__version__} there",
        ) from error
    if versions != {__version__}:
        others = ", ".join(sorted(versions - {__version__}))
        raise UsageError(f"workers have tokencost {others}, and this is {__version__}")


def _version() -> str:
    return __version__


@contextmanager
def local_cluster(workers: int) -> Iterator[Any]:
    """Start workers on this machine, and end them."""
    import logging

    import dask
    from distributed import LocalCluster

    with (
        dask.config.set(
            {
                "distributed.worker.profile.enabled": False,
                "distributed.admin.system-monitor.interval": "10s",
            }
        ),
        _no_main_module(),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield cluster


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Have new processes not run the script that was started: it may have no guard."""
    main = sys.modules["__main__"]
    spec, file = main.__spec__, vars(main).pop("__file__", None)
    main.__spec__ = None
    try:
        yield
    finally:
        main.__spec__ = spec
        if file is not None:
            main.__file__ = file


RUNNER: Final = Runner("dask", "on a cluster of Dask, or processes that it starts here", _run)
