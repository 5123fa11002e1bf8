"""Counting text: mixed, sent again and again, for Claude, and a folder of prompts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.comparison import totals
from benchmarks.comparison.measure import Figures, Program, measure, ratio
from benchmarks.comparison.rows import Bound, Row, lines_of
from benchmarks.comparison.setting import TOKENCOST, Setting

_NO_RIVAL = "tiktoken is not there: see --rivals and --fetch"
_CLAUDE = ("claude-3", "claude-4.7", "claude-5")


def mixed(setting: Setting) -> list[Row]:
    """Compare mixed text without repeats, both programs on one core."""
    row = Row(
        "count-mixed",
        "mixed text without repeats, o200k_base: our MB a CPU second / tiktoken's, one core",
    )
    texts = setting.corpus("mixed") / "texts"
    ours = _count(setting, texts, "-t", "o200k_base")
    _compare(setting, row, ours, "tiktoken_texts", texts, Bound(5, 8, more_is_better=True))
    _speeds(row, setting.truth("mixed")["bytes"])
    return [row]


def history(setting: Setting) -> list[Row]:
    """Compare the log of an agent that sends its history again with every request."""
    truth = setting.truth("history")
    again = 1 - truth["distinct_bytes"] / truth["text_bytes"]
    row = Row(
        "count-history",
        f"log of an agent, {truth['text_bytes'] / 1e9:.2f} GB of text, "
        f"{again:.0%} sent again: our MB a CPU second / tiktoken's",
    )
    log = setting.corpus("history") / "history.jsonl"
    ours = _count(setting, log, "-m", "gpt-4o")
    _compare(setting, row, ours, "tiktoken_requests", log, Bound(10, 18, more_is_better=True))
    _speeds(row, truth["text_bytes"])
    return [row]


def prompts(setting: Setting) -> list[Row]:
    """Compare a folder of prompts of 4 KB."""
    truth = setting.truth("prompts")
    row = Row(
        "count-prompts", f"{truth['files']} prompts of 4 KB, o200k_base: our CPU / tiktoken's"
    )
    texts = setting.corpus("prompts") / "prompts"
    ours = _count(setting, texts, "-t", "o200k_base")
    _compare(setting, row, ours, "tiktoken_texts", texts, None)
    return [row]


def claude(setting: Setting) -> list[Row]:
    """Measure Claude's tokenizers on the mixed text."""
    row = Row("count-claude", "mixed text without repeats, Claude: MB a CPU second, one core")
    texts = setting.corpus("mixed") / "texts"
    programs = [_count(setting, texts, "-t", name) for name in _CLAUDE]
    for program, name in zip(programs, _CLAUDE, strict=True):
        program.label, program.check = name, None
    row.lines = lines_of(measure(programs, setting.repeat))
    megabytes = setting.truth("mixed")["bytes"] / 1e6
    speeds = [megabytes / line.cpu for line in row.lines if line.cpu]
    row.value = ", ".join(f"{speed:.1f}" for speed in speeds)
    row.least, row.goal = "6", "10"
    row.verdict = Bound(6, 10, more_is_better=True).verdict(min(speeds))
    row.notes.append(f"Of {', '.join(_CLAUDE)}, from the start of the process.")
    return [row]


def _count(setting: Setting, path: Path, *arguments: str) -> Program:
    command = [TOKENCOST, "count", str(path), *arguments, "-f", "json", "-q"]
    return Program("tokencost", command, setting.cache("counting"), one_core=True)


def _compare(
    setting: Setting, row: Row, ours: Program, script: str, path: Path, bound: Bound | None
) -> None:
    """Measure, where both must count the same."""
    counted: list[int] = []
    ours.check = totals.same_tokens(_tokens, counted)
    programs = [ours]
    command = setting.rivals.script(script, str(path))
    if command is not None:
        theirs = Program("tiktoken", command, setting.rivals.environment(), one_core=True)
        theirs.check = totals.same_tokens(_tokens, counted)
        programs.append(theirs)
    figures: list[Figures] = measure(programs, setting.repeat)
    row.lines = lines_of(figures)
    if bound is not None:
        row.least, row.goal = f"{bound.least:g}", f"{bound.goal:g}"
    if command is None:
        row.notes.append(_NO_RIVAL)
        return
    value = ratio(figures[1].cpu, figures[0].cpu)
    row.value = f"{value:.1f}" if bound is not None else f"{1 / value:.2f}"
    row.verdict = bound.verdict(value) if bound is not None else ""


def _tokens(document: Mapping[str, Any]) -> int:
    """Return the tokens that our command, or a script, printed."""
    total = document.get("total")
    return int(total["tokens"] if isinstance(total, Mapping) else document["tokens"])


def _speeds(row: Row, size: int) -> None:
    speeds = [f"{one.label} {size / 1e6 / one.cpu:.1f} MB/s" for one in row.lines if one.cpu]
    row.notes.append(f"A CPU second of the complete process: {', '.join(speeds)}.")
