"""A cluster of two processes reads a store, loses one of them, and gives the bytes of one core."""

from __future__ import annotations

import multiprocessing.resource_tracker
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import NOW, Cli
from example_logs import AGENT
from object_stores import put_folder, s3_server
from tokencost_pricing.errors import UsageError
from tokencost_pricing.table import PriceTable
from tokencost_profiles.logs import shards
from tokencost_profiles.logs.load import Plan
from tokencost_profiles.logs.read import ReadOptions
from tokencost_profiles.logs.runners import dask_, runner
from tokencost_profiles.logs.work import Work

CORPUS = Path(__file__).parents[1] / "corpus"
FORMATS = ("claude-code", "codex")


@pytest.fixture
def store() -> Iterator[None]:
    """A store like S3 with logs of some formats."""
    with s3_server() as filesystem:
        filesystem.mkdir("logs")
        for name in FORMATS:
            put_folder(filesystem, CORPUS / name, f"logs/{name}")
        yield


@pytest.fixture(autouse=True)
def no_child_left() -> Iterator[None]:
    """End the process that counts what others share: other tests look for children."""
    yield
    resource_tracker: Any = multiprocessing.resource_tracker
    resource_tracker._resource_tracker._stop()


class KillsOneWorker:
    """Kills the process of a worker that has just read a shard."""

    name = "kills-one-worker"

    def __init__(self, pids: dict[str, int]) -> None:
        self.pids = pids  # by address
        self.killed: str | None = None

    def transition(self, key: Any, start: str, finish: str, *_: Any, **more: Any) -> None:
        worker = more.get("worker")
        if self.killed is None and finish == "memory" and str(key).startswith("read_shard"):
            self.killed = worker
            os.kill(self.pids[str(worker)], signal.SIGKILL)


def test_a_lost_worker_changes_no_byte(
    cli: Cli, store: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed.diagnostics.plugin import SchedulerPlugin

    monkeypatch.setattr(shards, "_SMALLEST", 1)  # several shards of few objects
    monkeypatch.setattr(shards, "_SHARDS", 2)
    monkeypatch.setattr(dask_, "_PARTITION", 1 << 13)  # names in several partitions
    sums = ("profile", "s3://logs", "--by", "model,project", "-f", "csv")
    calls = ("profile", "s3://logs", "-f", "json")
    with dask_.local_cluster(2) as cluster:
        killer = type("Plugin", (KillsOneWorker, SchedulerPlugin), {})(
            {str(one.worker_address): one.pid for one in cluster.workers.values()}
        )
        cluster.scheduler.add_plugin(killer)
        elsewhere = ("--runner", "dask", "--scheduler", cluster.scheduler_address)
        distributed = [cli(*command, *elsewhere) for command in (sums, calls)]
    assert killer.killed is not None
    for command, result in zip((sums, calls), distributed, strict=True):
        assert result.code == 0, result.err
        assert result == cli(*command, "--runner", "serial")


def test_a_scheduler_that_does_not_answer_ends_in_one_line(
    table: PriceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_, "_CONNECT", 1)
    work = Work((), ReadOptions(), Plan(NOW), table, scheduler="tcp://127.0.0.1:9")
    with pytest.raises(UsageError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"):
        runner("dask").run(work)


def test_without_the_extra_one_line_names_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = cli("profile", str(AGENT), "--by", "model", "--runner", "dask")
    assert done.code == 2
    assert done.err == (
        "error: --runner dask needs dask and distributed — pip install "
        "'tokencost-profiler[cluster]'\n"
    )


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--runner", "dusk"), "no runner 'dusk'; did you mean 'dask'?"),
        (("--scheduler", "tcp://127.0.0.1:9"), "--scheduler is the address of a cluster"),
    ],
)
def test_options_that_mean_nothing_are_refused(
    cli: Cli, options: tuple[str, ...], text: str
) -> None:
    done = cli("profile", str(AGENT), *options)
    assert done.code == 2
    assert done.err.startswith(f"error: {text}")


def test_text_is_read_here_with_a_warning(cli: Cli) -> None:
    whatif = ("whatif", str(AGENT), "-m", "gpt-5.4")
    done, expected = cli(*whatif, "--runner", "dask"), cli(*whatif)
    assert done.out == expected.out
    assert "warning: the content of calls is read on this machine" in done.err
