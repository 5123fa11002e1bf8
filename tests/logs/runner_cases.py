"""Logs read in several processes: the same result, whatever becomes of the processes.

`test_runners.py` runs these in a process of their own.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import zipfile
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conftest import Cli
from tokencost_pricing.table import PriceTable
from tokencost_profiles.files.archives import open_inputs
from tokencost_profiles.files.log_file import Input
from tokencost_profiles.files.paths import Source, expand_logs, from_bytes, from_file
from tokencost_profiles.logs import parts, read
from tokencost_profiles.logs.load import Plan
from tokencost_profiles.logs.log_cache import shared_units
from tokencost_profiles.logs.read import ReadOptions
from tokencost_profiles.logs.runners import names, runner
from tokencost_profiles.logs.runners.processes import pool, shared_hashes, worker
from tokencost_profiles.logs.shards import ShardQueue, local_files, shards_of
from tokencost_profiles.logs.work import Work

CORPUS = Path(__file__).parents[1] / "corpus"
SESSIONS = "claude-code"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux")


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of logs of many formats, some of them twice, cut, packed or no logs at all."""
    folder = tmp_path_factory.mktemp("logs")
    files = [path for path in sorted(CORPUS.rglob("*")) if path.is_file()]
    for path in files:
        if path.stat().st_size < 1 << 16:
            target = folder / path.relative_to(CORPUS)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    sessions = sorted((CORPUS / SESSIONS).rglob("*.jsonl"))
    other = folder / "resumed"
    other.mkdir()
    for path in sessions[:3]:
        rows = path.read_bytes()
        (other / path.name).write_bytes(rows + rows[: len(rows) // 2])
    with zipfile.ZipFile(folder / "packed.zip", "w") as archive:
        archive.write(sessions[0], "a.jsonl")
    (folder / "damaged.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00damaged")
    (folder / "notes.txt").write_text("no log")
    return folder


@pytest.fixture(scope="module")
def sessions(logs: Path) -> Path:
    """A folder of a few sessions, some of which continue others."""
    folder = logs.with_name("sessions")
    for name in (SESSIONS, "resumed"):
        shutil.copytree(logs / name, folder / name)
    return folder


@pytest.fixture(autouse=True)
def no_child_left() -> Iterator[None]:
    yield
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def profile(cli: Cli, *arguments: object, jobs: int) -> tuple[int, str, str]:
    result = cli("profile", *map(str, arguments), "--no-cache", "--jobs", str(jobs), "-f", "json")
    return result.code, result.out, result.err


@pytest.mark.parametrize(
    "options",
    [
        ("--by", "hour,tool"),
        ("--tree", "--where", "model=claude*"),
        ("--since", "2040-01-01", "--where", "team=web"),
        ("--assume-model", "no-such-model"),
    ],
)
def test_any_number_of_processes_gives_the_same_bytes(
    cli: Cli, logs: Path, options: tuple[str, ...]
) -> None:
    alone = profile(cli, logs, *options, jobs=1)
    assert alone[1] or alone[2]
    assert profile(cli, logs, *options, jobs=2 + len(options) % 2) == alone


def once(folder: Path, act: Callable[[], None]) -> Callable[[], None]:
    """Return what acts in the first process alone that comes to it."""

    def first() -> None:
        try:
            os.close(os.open(folder / "done", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
        act()

    return first


FIRST = os.getpid()


def end_process() -> None:
    assert os.getpid() != FIRST
    os.kill(os.getpid(), signal.SIGKILL)


def before(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], None]) -> None:
    """Let workers act before they do something."""
    usual = getattr(worker, name)

    def changed(*arguments: Any, **more: Any) -> Any:
        act()
        return usual(*arguments, **more)

    monkeypatch.setattr(worker, name, changed)


@pytest.mark.parametrize("step", ["read_sources", "store_hashes", "split"])
def test_a_worker_that_is_killed_is_replaced(
    cli: Cli, sessions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    alone = profile(cli, sessions, jobs=1)
    before(monkeypatch, step, once(tmp_path, end_process))
    assert profile(cli, sessions, jobs=2) == alone
    assert (tmp_path / "done").exists()


@pytest.mark.parametrize("step", ["read_sources", "split"])
def test_what_ends_every_worker_is_done_here(
    cli: Cli, sessions: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    code, out, _ = profile(cli, sessions, jobs=1)
    before(monkeypatch, step, end_process)
    others = profile(cli, sessions, jobs=2)
    assert others[:2] == (code, out)
    assert "3 processes ended while they read" in others[2]


@pytest.mark.parametrize("step", ["read_sources", "split"])
def test_an_error_of_a_worker_is_met_here(
    cli: Cli, sessions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail() -> None:
        raise MemoryError

    alone = profile(cli, sessions, jobs=1)
    before(monkeypatch, step, once(tmp_path, fail))
    assert profile(cli, sessions, jobs=2) == alone


def test_an_interrupted_run_leaves_no_process(
    cli: Cli, sessions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(self: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pool.Pool, "_wait", interrupt)
    try:
        result = profile(cli, sessions, jobs=2)
    except KeyboardInterrupt:
        return
    assert result[0] == 130


def test_pipes_and_standard_input_are_read_here(cli: Cli, logs: Path, tmp_path: Path) -> None:
    session = next((logs / SESSIONS).rglob("*.jsonl"))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    piped = Source("pipe", lambda: pipe.open("rb"), 0, path=pipe)
    sources = [from_bytes(b"", "-"), piped, from_file(session, "a")]
    assert local_files(sources) == [False, False, True]
    results = []
    for jobs in ("1", "2"):
        paths = (str(logs / "resumed"), str(logs / "codex"), "-")
        options = ("--no-cache", "--jobs", jobs, "-f", "json")
        results.append(cli("profile", *paths, *options, stdin=session.read_bytes()))
    assert results[0].out == results[1].out


def test_workers_start_no_threads_of_the_first_process(
    table: PriceTable, sessions: Path, tmp_path: Path
) -> None:
    @contextmanager
    def alone() -> Iterator[None]:
        yield
        with (tmp_path / "pids").open("a") as file:
            file.write(f"{os.getpid()}\n")

    sources = expand_logs([str(sessions)], tmp_path, lambda: from_bytes(b"", "-"))
    plan = Plan(datetime(2026, 11, 22, tzinfo=UTC), by=("model",))
    works = [Work(sources, ReadOptions(), plan, table, jobs, alone=alone) for jobs in (1, 2)]
    results = [runner("processes").run(work).part for work in works]
    assert results[0].cells == results[1].cells
    assert {*(tmp_path / "pids").read_text().split()} == {str(os.getpid())}


def test_a_process_with_threads_is_not_copied(cli: Cli, sessions: Path) -> None:
    alone = profile(cli, sessions, jobs=1)
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        assert profile(cli, sessions, jobs=2) == alone
    finally:
        end.set()
        thread.join()


def test_runners_are_named() -> None:
    assert {"serial", "processes"} <= set(names())
    assert runner("serial").name == "serial"
    with pytest.raises(Exception, match="no runner 'serail'"):
        runner("serail")


def test_a_worker_stays_in_a_folder_while_others_have_work(tmp_path: Path) -> None:
    sources = []
    for folder, sizes in (("a", (9, 8)), ("b", (5, 5, 5)), ("c", (1,))):
        for at, size in enumerate(sizes):
            path = tmp_path / folder / f"{at}.jsonl"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b" " * (size << 18))
            sources.append(from_file(path, str(path)))
    shards = shards_of(sources, range(len(sources)), 2)
    assert [(shard.group, shard.places) for shard in shards[:2]] == [("a", (0,)), ("a", (1,))]
    queue = ShardQueue(shards)
    taken = [queue.next_for(one) for one in (1, 2, 1, 2, 1, 2, 1)]
    groups = [shard.group if shard else None for shard in taken]
    assert groups == [
        "a",
        "b",
        "a",
        "b",
        "c",
        "b",
        None,
    ]


def test_hashes_are_shared_where_two_groups_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = [
        [array("q", [-(1 << 63), -5, 0, 7]), array("q", [7, 9])],
        [array("q", [-5, 8])],
        [array("q", [(1 << 63) - 1, 9]), array("q")],
        [array("q", [-(1 << 63), (1 << 63) - 1])],
    ]
    groups = [[array("q", sorted(one)) for one in group] for group in groups]
    expected = {-5, 9, -(1 << 63), (1 << 63) - 1}
    assert shared_hashes(groups) == expected
    monkeypatch.setattr("tokencost_profiles.logs.runners.processes._BUCKET", 2)
    assert shared_hashes(groups) == expected


@pytest.mark.parametrize("step", [None, "store_hashes", "price_part"])
def test_what_processes_store_need_not_be_read_again(
    cli: Cli, sessions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str | None
) -> None:
    def profiled(jobs: int, stored: str) -> tuple[int, str]:
        options = ("--jobs", str(jobs), "-f", "json")
        result = cli("profile", str(sessions), *options, stored=tmp_path / stored)
        return result.code, result.out

    alone = profiled(1, "one")
    with monkeypatch.context() as patch:
        if step == "price_part":
            patch.setattr(shared_units, step, ended(parts.price_part, tmp_path))
        elif step is not None:
            before(patch, step, once(tmp_path, end_process))
        assert profiled(2, "two") == alone
    names: list[str] = []

    def noted(source: Source) -> Iterator[Input]:
        names.append(source.label)
        return open_inputs(source)

    monkeypatch.setattr(read, "open_inputs", noted)
    assert profiled(1, "one") == alone
    others, names[:] = sorted(names), []
    assert profiled(2, "two") == alone
    assert sorted(names) == others
    assert len(names) < len([path for path in sessions.rglob("*") if path.is_file()])


def ended(usual: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    """Return what ends the first process that calls it, and does as usual in others."""
    act = once(folder, end_process)

    def changed(*arguments: Any) -> Any:
        act()
        return usual(*arguments)

    return changed
