"""Processes from start to end: their CPU seconds, wall seconds and memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

_EVERY: Final = 0.01  # seconds between two looks at the memory of a process


class Failed(Exception):
    """A command ended with an error."""


class Run(NamedTuple):
    """What a command took."""

    cpu: float  # seconds of all its processes
    wall: float  # seconds
    peak: int  # bytes: of its largest process
    parent: int  # bytes: of the process that was started; 0 where nobody looked
    out: bytes


def run(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    one_core: bool = False,
    watched: bool = False,
    folder: Path | None = None,
) -> Run:
    """Run a command to its end.

    `one_core`: pin it to one core. `watched`: look at the memory of the first process by itself,
    which takes a little of the CPU, so do not time that run.
    """
    core = ["taskset", "-c", str(max(os.sched_getaffinity(0)))] if one_core else []
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [*core, *command],
            stdout=out,
            stderr=errors,
            env=os.environ | dict(environment or {}),
            cwd=folder,
        )
        watch = _Watch(process.pid) if watched else None
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = status
        if status:
            errors.seek(0)
            text = errors.read().decode("utf-8", "replace").strip()
            raise Failed(f"{Path(command[0]).name} ended with {status}: {text[-300:]}")
        out.seek(0)
        return Run(
            used.ru_utime + used.ru_stime,
            wall,
            used.ru_maxrss * 1024,
            watch.end() if watch else 0,
            out.read(),
        )


class _Watch:
    """Looks at the memory of a process until it ends."""

    def __init__(self, process: int) -> None:
        self._status = f"/proc/{process}/status"
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        while not self._ended.wait(_EVERY):
            try:
                with open(self._status, "rb") as file:
                    lines = [line for line in file if line.startswith(b"VmHWM")]
            except OSError:
                return
            if lines:
                self._peak = max(self._peak, int(lines[0].split()[1]) * 1024)

    def end(self) -> int:
        self._ended.set()
        self._thread.join()
        return self._peak
