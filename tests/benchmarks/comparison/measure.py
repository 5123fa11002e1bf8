"""Measuring programs in turn: medians, and the ratios of runs that stand beside each other."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.comparison.processes import Failed, Run, run

_SPIN: Final = [sys.executable, str(Path(__file__).parents[1] / "rival_scripts" / "spin.py")]


def _nothing() -> None:
    return None


@dataclass
class Program:
    """A command that is measured, and what must be right in what it prints.

    `prepare` runs before each run, untimed; `check` returns what is wrong in the output of a run.
    """

    label: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    one_core: bool = False
    prepare: Callable[[], object] = _nothing
    check: Callable[[bytes], list[str]] | None = None


@dataclass
class Figures:
    """What a program took: a value a run."""

    label: str
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    peak: int = 0
    parent: int = 0  # 0: its only process, or nobody looked
    wrong: list[str] | None = None  # None: nothing to check

    def take(self, one: Run, program: Program) -> None:
        self.cpu.append(one.cpu)
        self.wall.append(one.wall)
        self.peak = max(self.peak, one.peak)
        if program.check is not None:
            self.wrong = [*(self.wrong or ()), *program.check(one.out)]


def measure(programs: Iterable[Program], repeat: int, *, watched: bool = False) -> list[Figures]:
    """Run programs in turn, so many times after a round that does not count.

    `watched`: one more round looks at the memory of each first process by itself.
    """
    programs = list(programs)
    figures = [Figures(program.label) for program in programs]
    for number in range(repeat + 1):
        for program, mine in zip(programs, figures, strict=True):
            one = _run(program)
            if number:
                mine.take(one, program)
    if watched:
        for program, mine in zip(programs, figures, strict=True):
            mine.parent = _run(program, watched=True).parent
    return figures


def _run(program: Program, *, watched: bool = False) -> Run:
    program.prepare()
    return run(program.command, program.environment, one_core=program.one_core, watched=watched)


def ratio(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the median of the ratios of runs that stand beside each other."""
    return statistics.median(a / b for a, b in zip(first, second, strict=True))


def cores() -> float:
    """Return how much two processes at once get done, as a multiple of one alone."""
    alone = min(run(_SPIN).wall for _ in range(3))
    both = run([*_SPIN_TWICE]).wall
    return 2 * alone / both


_SPIN_TWICE: Final = ["sh", "-c", f"{_SPIN[0]} {_SPIN[1]} & {_SPIN[0]} {_SPIN[1]}; wait"]


def load() -> float:
    """Return how many processes wanted a core in the last minute."""
    return os.getloadavg()[0]


__all__ = ["Failed", "Figures", "Program", "cores", "load", "measure", "ratio"]
