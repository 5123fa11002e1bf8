"""The Claude Code logs of a machine: first run, second run, after more was written, memory."""

from __future__ import annotations

import shutil
import statistics
from functools import partial
from pathlib import Path

from benchmarks.comparison import totals
from benchmarks.comparison.measure import Figures, Program, cores, measure, ratio
from benchmarks.comparison.processes import run
from benchmarks.comparison.rows import Bound, Row, lines_of
from benchmarks.comparison.setting import Setting
from benchmarks.corpora.claude import append_claude, restore_claude

_NO_CACHE = "needs what `tokencost profile` does not have: --no-cache"
_NO_RIVAL = "the rival is not there: see --rivals and --fetch"
_MEGABYTE = 1_000_000


def _ccusage(setting: Setting) -> Program | None:
    path = setting.rivals.program("ccusage")
    if path is None:
        return None
    folder = setting.corpus("claude")
    command = [path, "claude", "daily", "--offline", "--json", "-z", "UTC"]
    check = totals.ccusage(setting.truth("claude"))
    return Program("ccusage", command, {"CLAUDE_CONFIG_DIR": str(folder)}, check=check)


def _tokscale(setting: Setting, home: Path) -> Program | None:
    path = setting.rivals.program("tokscale")
    if path is None:
        return None
    command = [path, "models", "--json", "-c", "claude", "--no-spinner"]

    def check(out: bytes) -> list[str]:
        return totals.tokscale(setting.truth("claude"))(out)  # which may have grown

    return Program("tokscale", command, {"HOME": str(home)}, check=check)


def _new_home(home: Path, corpus: Path) -> None:
    """Empty the folder where tokscale stores what it read, and show it the corpus."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / ".claude").symlink_to(corpus.resolve())


def first(setting: Setting) -> list[Row]:
    """Compare the first run, by CPU and by wall, and look at our memory."""
    logs, truth = setting.corpus("claude") / "projects", setting.truth("claude")
    home = setting.scratch / "home"
    ours = setting.profile("tokencost", logs, cache="first", is_first=True)
    programs = [ours]
    if "--jobs" in setting.options:
        programs.append(
            setting.profile(
                "tokencost --jobs 1", logs, "--jobs", "1", cache="first1", is_first=True
            )
        )
    if "--no-cache" in setting.options:
        programs.append(setting.profile("tokencost --no-cache", logs, "--no-cache", cache="none"))
    programs += [one for one in (_ccusage(setting), _tokscale(setting, home)) if one]
    programs.append(setting.floor('read it, find every "usage"', "search", logs, "claude"))
    for one in programs:
        if one.label == "tokscale":
            one.prepare = partial(_new_home, home, setting.corpus("claude"))
    before = cores()
    figures = {one.label: one for one in measure(programs, setting.repeat, watched=True)}
    after = cores()
    setting.empty_cache("totals")
    figures["tokencost"].wrong = setting.wrong_totals(logs, truth, "totals")
    size = f"{truth['bytes'] / 1e9:.2f} GB, {truth['files']:,} files"
    lines = lines_of(figures.values())
    cpu = Row("claude-cpu", f"profile of {size}, first run: our CPU / ccusage's", lines=lines)
    wall = Row("claude-wall", "the same, wall, two cores")
    wall.notes.append(
        f"Two processes at once got {before:.2f} times as much done as one before the runs, "
        f"{after:.2f} times after them."
    )
    memory = Row("claude-memory", "the same, memory of the first process")
    mine = figures["tokencost"]
    if "ccusage" in figures:
        rival = figures["ccusage"]
        _take(cpu, ratio(mine.cpu, rival.cpu), Bound(0.7, 0.45))
        _take(wall, ratio(mine.wall, rival.wall), Bound(0.8, 0.6))
    else:
        cpu.notes.append(_NO_RIVAL)
    peak = (mine.parent or mine.peak) / 1e6
    memory.value = f"{peak:.0f} MB"
    memory.least, memory.goal, memory.verdict = "150 MB", "100 MB", Bound(150, 100).verdict(peak)
    return [cpu, wall, memory]


def second(setting: Setting) -> list[Row]:
    """Compare the second run, with nothing changed and after a megabyte was appended."""
    unchanged = Row("claude-second", "the same, second run, nothing changed: wall")
    appended = Row("claude-appended", "the same, second run, 1 MB appended: wall")
    if "--no-cache" not in setting.options:
        for row in (unchanged, appended):
            row.notes.append(_NO_CACHE)
        return [unchanged, appended]
    corpus, home = setting.corpus("claude"), setting.scratch / "home2"
    logs = corpus / "projects"
    _new_home(home, corpus)
    setting.empty_cache("second")
    ours = setting.profile("tokencost", logs, cache="second")
    programs = [one for one in (ours, _tokscale(setting, home)) if one]
    floor = setting.floor("ask size and time of each file", "stat", logs, "claude")
    figures = measure([*programs, floor], setting.repeat, watched=True)
    figures[0].wrong = setting.wrong_totals(logs, setting.truth("claude"), "second")
    unchanged.lines = lines_of(figures)
    _take_second(unchanged, figures, 0.15)

    growth = _Growth(corpus)
    for one in programs:
        one.prepare = partial(growth.before, one)
    try:
        figures = measure(programs, setting.repeat)
        growth.before(ours)
        figures[0].wrong = setting.wrong_totals(logs, setting.truth("claude"), "second")
    finally:
        growth.restore()
    appended.lines = lines_of(figures)
    seconds = statistics.median(figures[0].wall)
    appended.value = f"{seconds:.2f} s"
    appended.least, appended.goal = "0.3 s", "0.2 s"
    appended.verdict = Bound(0.3, 0.2).verdict(seconds)
    return [unchanged, appended]


def _take_second(row: Row, figures: list[Figures], goal: float) -> None:
    seconds = statistics.median(figures[0].wall)
    row.value, row.least, row.goal = f"{seconds:.2f} s", "half of tokscale's", f"{goal} s"
    if figures[1].label == "tokscale":
        part = ratio(figures[0].wall, figures[1].wall)
        row.value += f", {part:.2f} of tokscale's"
        row.verdict = "goal" if seconds <= goal else "yes" if part <= 0.5 else "no"
    else:
        row.notes.append(_NO_RIVAL)


class _Growth:
    """A megabyte at the end of one session, taken back before it is appended again."""

    def __init__(self, corpus: Path) -> None:
        self.corpus = corpus
        self.file: tuple[Path, int] | None = None

    def before(self, program: Program) -> None:
        """Bring a program to where it knows all of the corpus but the megabyte."""
        self.restore()
        run(program.command, program.environment)
        self.file = append_claude(self.corpus, _MEGABYTE)

    def restore(self) -> None:
        if self.file is not None:
            restore_claude(self.corpus, *self.file)
            self.file = None


def _take(row: Row, value: float, bound: Bound) -> None:
    row.value = f"{value:.2f}"
    row.least, row.goal = f"{bound.least:g}", f"{bound.goal:g}"
    row.verdict = bound.verdict(value)
