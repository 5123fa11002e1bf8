"""The workers of a run: started, asked, and replaced where one ends before its work is done."""

from __future__ import annotations

import os
import selectors
import signal
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from tokencost_profiles.logs.runners.processes.channel import Channel
from tokencost_profiles.logs.runners.processes.worker import (
    Failed,
    Price,
    Priced,
    Read,
    ReadShard,
    serve,
)
from tokencost_profiles.logs.shards import Shard, ShardQueue
from tokencost_profiles.logs.work import Work

_MOST_DEATHS: Final = 3  # of workers over one shard


class Worker:
    """A process, and what it has been asked for."""

    def __init__(self, number: int, pid: int, channel: Channel) -> None:
        self.number, self.pid, self.channel = number, pid, channel
        self.current: Shard | None = None
        self.shards: list[Shard] = []  # that it has read
        self.to_read: list[Shard] = []  # again, in place of another worker
        self.is_priced = False
        self.deaths = 0  # of those whose place it has


class Pool:
    """Workers that share out shards. `unread`: shards that the caller has to read itself."""

    def __init__(self, work: Work, shards: Iterable[Shard], jobs: int) -> None:
        self._work, self._jobs = work, jobs
        self._queue = ShardQueue(shards)
        self._deaths: dict[int, int] = {}  # by shard
        self._workers: dict[int, Worker] = {}
        self._number = 0
        self._selector = selectors.DefaultSelector()
        self._answers: dict[int, ReadShard] = {}  # by shard
        self._parts: list[Priced] = []
        self._price: Price | None = None
        self.unread: list[Shard] = []

    def start(self) -> None:
        """Start the workers, each with its first shard."""
        for _ in range(self._jobs):
            if self._queue:
                self._go_on(self._start())

    def read(self) -> list[list[ReadShard]]:
        """Wait until all shards are read, and return the answers of each worker."""
        while any(worker.current is not None for worker in self._workers.values()):
            self._wait()
        return [
            [self._answers[shard.number] for shard in worker.shards]
            for worker in self._workers.values()
        ]

    def price(self, message: Price) -> list[Priced]:
        """Wait until all workers have priced what they read, and return their parts."""
        self._price = message
        for worker in list(self._workers.values()):
            if worker.shards:
                self._ask(worker, message)
            else:
                worker.is_priced = True
        while any(not worker.is_priced for worker in self._workers.values()):
            self._wait()
        return self._parts

    def end(self) -> None:
        """End all workers, whatever they do. None is left behind."""
        for worker in self._workers.values():
            self._remove(worker)
        self._workers.clear()
        self._selector.close()

    def _start(self) -> Worker:
        self._number += 1
        ours, theirs = Channel.pair()
        others = [worker.channel for worker in self._workers.values()]
        with self._work.alone():
            pid = os.fork()
            if pid == 0:  # it does not return: the threads are ours alone
                _be_worker(theirs, (ours, *others), self._work)
        theirs.close()
        worker = self._workers[self._number] = Worker(self._number, pid, ours)
        self._selector.register(ours, selectors.EVENT_READ, worker)
        return worker

    def _ask(self, worker: Worker, message: Read | Price) -> None:
        # A worker that is no more has closed its channel: it is replaced where that is read.
        if isinstance(message, Price):
            message = message._replace(process=worker.number)
        with suppress(OSError):
            worker.channel.send(message)

    def _go_on(self, worker: Worker) -> None:
        """Give a worker its next shard; where it has all of another's, let it price them."""
        if worker.to_read:
            worker.current = worker.to_read.pop()
        elif self._price is not None:
            worker.current = None
            self._ask(worker, self._price)
            return
        else:
            worker.current = self._queue.next_for(worker.number)
        if worker.current is not None:
            self._ask(worker, Read(worker.current.number, worker.current.places))

    def _wait(self) -> None:
        for key, _ in self._selector.select():
            worker: Worker = key.data
            try:
                message = worker.channel.receive()
            except (EOFError, OSError):
                self._replace(worker)
            else:
                self._take(worker, message)

    def _take(self, worker: Worker, message: Any) -> None:
        if isinstance(message, int):
            self._advance(message)
        elif isinstance(message, ReadShard):
            self._advance(message.size)
            self._answers[message.number] = message
            if worker.current is not None:
                worker.shards.append(worker.current)
            self._go_on(worker)
        elif isinstance(message, Priced):
            self._parts.append(message)
            worker.is_priced = True
        elif isinstance(message, Failed):
            self._take_failure(worker)

    def _advance(self, size: int) -> None:
        if self._work.done is not None and self._price is None:
            self._work.done(size)

    def _take_failure(self, worker: Worker) -> None:
        """Leave to the caller what a worker could not do: it will meet the same error."""
        if worker.current is not None and self._price is None:
            self.unread.append(worker.current)
            self._go_on(worker)
        else:
            self._give_up(worker)
            worker.is_priced = True

    def _give_up(self, worker: Worker) -> None:
        current = [] if worker.current is None else [worker.current]
        self.unread += [*worker.shards, *worker.to_read, *current]
        worker.shards, worker.to_read, worker.current = [], [], None

    def _replace(self, worker: Worker) -> None:
        """Put another in the place of a worker that has ended."""
        del self._workers[worker.number]
        self._selector.unregister(worker.channel)
        self._remove(worker)
        if self._price is None:
            self._read_again(worker)
        elif not worker.is_priced:
            self._price_again(worker)

    def _read_again(self, worker: Worker) -> None:
        current = worker.current
        waiting = list(worker.shards)
        if current is not None:
            deaths = self._deaths[current.number] = self._deaths.get(current.number, 0) + 1
            if deaths < _MOST_DEATHS:
                waiting.append(current)
            else:
                self._warn([current])
                self.unread.append(current)
        self._queue.put_back(waiting, worker.number)
        if self._queue:
            self._go_on(self._start())

    def _price_again(self, worker: Worker) -> None:
        """Let a new worker read and price the very shards: what is joined to others stays so."""
        if worker.deaths + 1 >= _MOST_DEATHS:
            self._give_up(worker)
            self._warn(self.unread)
            return
        new = self._start()
        new.deaths = worker.deaths + 1
        current = [] if worker.current is None else [worker.current]
        new.to_read = [*worker.shards, *worker.to_read, *current]
        self._go_on(new)

    def _warn(self, shards: Iterable[Shard]) -> None:
        labels = [self._work.sources[at].label for shard in shards for at in shard.places]
        first = f"{labels[0]} and {len(labels) - 1:,} more" if len(labels) > 1 else labels[0]
        self._work.warn(f"{_MOST_DEATHS} processes ended while they read {first}: read in this one")

    def _remove(self, worker: Worker) -> None:
        with suppress(OSError):
            worker.channel.close()
        with suppress(OSError):
            os.kill(worker.pid, signal.SIGKILL)
        with suppress(OSError):
            os.waitpid(worker.pid, 0)


def _be_worker(channel: Channel, others: Iterable[Channel], work: Work) -> None:
    """Serve the caller in a copy of its process, and end that. It writes nothing anywhere else."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller ends us
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for one in others:
            one.close()
        serve(channel, work, hash)
    finally:
        os._exit(0)
