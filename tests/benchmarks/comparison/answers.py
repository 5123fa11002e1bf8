"""Answers of an API, a row each: long ones beside their requests, and short ones."""

from __future__ import annotations

from benchmarks.comparison import totals
from benchmarks.comparison.measure import Program, measure, ratio
from benchmarks.comparison.rows import Bound, Row, lines_of
from benchmarks.comparison.setting import Setting

_NO_RIVAL = "orjson is not there: see --rivals and --fetch"


def chat(setting: Setting) -> list[Row]:
    """Compare requests and answers with parsing each line."""
    truth = setting.truth("chat")
    row = Row(
        "chat",
        f"OpenAI JSONL of {truth['bytes'] / 1e9:.2f} GB: our MB a CPU second / "
        "orjson's, each line parsed",
    )
    _compare(setting, row, "chat", Bound(1.5, 2.5, more_is_better=True), "answers")
    megabytes = truth["bytes"] / 1e6
    speeds = [f"{line.label} {megabytes / line.cpu:.0f} MB/s" for line in row.lines if line.cpu]
    row.notes.append(f"A CPU second: {', '.join(speeds)}.")
    return [row]


def usage_rows(setting: Setting) -> list[Row]:
    """Compare short rows with parsing each line, and look at our memory."""
    truth = setting.truth("usage_rows")
    row = Row(
        "usage-rows",
        f"{truth['rows'] / 1e6:g} million usage rows: our CPU / orjson's, each line parsed",
    )
    _compare(setting, row, "usage_rows", Bound(8, 4), "rows")
    memory = Row(
        "usage-memory",
        f"usage rows, {truth['calls'] / 1e6:g} million ids: memory of the first process",
    )
    peak = (row.lines[0].parent or row.lines[0].peak) / 1e6
    memory.value, memory.least, memory.goal = f"{peak:.0f} MB", "600 MB", "300 MB"
    memory.verdict = Bound(600, 300).verdict(peak)
    if setting.scale < 1:
        memory.verdict = ""
        memory.notes.append(f"Of {truth['calls']:,} ids only: the bounds are those of 5 million.")
    return [row, memory]


def _compare(setting: Setting, row: Row, kind: str, bound: Bound, floor: str) -> None:
    truth = setting.truth(kind)
    (log,) = setting.corpus(kind).glob("*.jsonl")
    programs = [setting.profile("tokencost", log, cache=kind, is_first=True)]
    programs.append(setting.floor("typed decode, a set of ids, sums", floor, log, kind))
    command = setting.rivals.script("orjson_lines", str(log))
    if command is not None:
        programs.append(Program("orjson", command, check=totals.sums(truth)))
    figures = measure(programs, setting.repeat, watched=True)
    setting.empty_cache(kind)
    figures[0].wrong = setting.wrong_totals(log, truth, kind)
    setting.empty_cache(kind)
    row.lines = lines_of(figures)
    row.least, row.goal = f"{bound.least:g}", f"{bound.goal:g}"
    if command is None:
        row.notes.append(_NO_RIVAL)
        return
    pair = figures[0].cpu, figures[-1].cpu
    value = ratio(*reversed(pair)) if bound.more_is_better else ratio(*pair)
    row.value, row.verdict = f"{value:.2f}", bound.verdict(value)
