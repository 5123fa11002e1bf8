"""Short commands: the version, and what one prompt costs."""

from __future__ import annotations

import json
import sys

from benchmarks.comparison.measure import Program, measure, ratio
from benchmarks.comparison.rows import Bound, Row, lines_of
from benchmarks.comparison.setting import TOKENCOST, Setting
from benchmarks.comparison.totals import Check
from benchmarks.corpora.texts import write_mixed

_MODEL = "gpt-4o"
_RUNS = 4  # times as many as of long commands
_SIZE = 4096


def version(setting: Setting) -> list[Row]:
    """Compare the shortest command with an empty program."""
    row = Row("version", "`tokencost --version`: CPU / that of `python -c pass`")
    programs = [
        Program("tokencost --version", [TOKENCOST, "--version"]),
        Program("python -c pass", [sys.executable, "-c", "pass"]),
    ]
    figures = measure(programs, setting.repeat * _RUNS)
    row.lines = lines_of(figures)
    value, bound = ratio(figures[0].cpu, figures[1].cpu), Bound(1.7, 1.5)
    row.value, row.verdict = f"{value:.2f}", bound.verdict(value)
    row.least, row.goal = "1.7", "1.5"
    return [row]


def estimate(setting: Setting) -> list[Row]:
    """Compare the cost of one prompt with scripts that count and look up a price."""
    row = Row(
        "estimate",
        "`tokencost estimate` of 4 KB on one OpenAI model: CPU of a script with "
        "tiktoken and genai-prices / ours",
        least="3",
        goal="4",
    )
    folder = setting.scratch / "prompt"
    if not folder.is_dir():
        write_mixed(folder, 0.01)
    text = next((folder / "texts").iterdir()).read_text("utf-8")
    prompt = folder / "prompt.txt"
    prompt.write_text(text[20_000 : 20_000 + _SIZE], "utf-8")
    command = [TOKENCOST, "estimate", str(prompt), "-m", _MODEL, "-f", "json", "-q"]
    programs = [Program("tokencost estimate", command, setting.cache("counting"))]
    scripts = {"tiktoken, genai-prices": "priced_by_genai", "litellm": "priced_by_litellm"}
    counted: dict[str, int] = {}
    for label, name in scripts.items():
        script = setting.rivals.script(name, str(prompt), _MODEL)
        if script is not None:
            programs.append(Program(label, script, setting.rivals.environment()))
    for program in programs:
        program.check = _noting(counted, program.label)
    figures = measure(programs, setting.repeat * 2)
    row.lines = lines_of(figures)
    for line in row.lines:
        line.totals = f"{counted[line.label]:,} tokens"
    row.notes.append("Ours counts the frame of a request around the text, 7 tokens.")
    if len(figures) == 1:
        row.notes.append("The libraries are not there: see --rivals and --fetch.")
        return [row]
    value = ratio(figures[1].cpu, figures[0].cpu)
    row.value, row.verdict = f"{value:.1f}", Bound(3, 4, more_is_better=True).verdict(value)
    return [row]


def _noting(counted: dict[str, int], label: str) -> Check:
    def check(out: bytes) -> list[str]:
        document = json.loads(out)
        tokens = document.get("tokens")
        if tokens is None:
            tokens = document["items"][0]["input_tokens"]
        counted[label] = int(tokens)
        return []

    return check
