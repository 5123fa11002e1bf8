"""Processes from start to end: their CPU seconds, wall seconds and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

_LAUNCHER: Final = (sys.executable, "-I", "-S", str(Path(__file__).with_name("launcher.py")))


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
) -> Run:
    """Run a command to its end.

    `one_core`: pin it to one core. `watched`: look at the memory of the first process by itself,
    which takes a little of the CPU, so do not time that run.
    """
    core = str(max(os.sched_getaffinity(0))) if one_core else "-"
    with tempfile.TemporaryFile() as out, tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        ended = subprocess.run(
            [*_LAUNCHER, str(report), core, str(int(watched)), *command],
            stdout=out,
            stderr=subprocess.PIPE,
            env=_environment() | dict(environment or {}),
            check=False,
        )
        errors = ended.stderr.decode("utf-8", "replace").strip()
        if ended.returncode:
            raise Failed(f"{command[0]} could not be started: {errors[-300:]}")
        took = json.loads(report.read_text("utf-8"))
        status = took.pop("status")
        if status:
            raise Failed(f"{Path(command[0]).name} ended with {status}: {errors[-300:]}")
        out.seek(0)
        return Run(**took, out=out.read())


def _environment() -> dict[str, str]:
    """Return ours, minus what was set so that Python finds these modules."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
