"""Measure ours and the rivals, as processes from start to end, in turn.

    PYTHONPATH=tests python -m benchmarks.run [--scale 0.1] [--repeat 3] [--only NAME ...] [--write]

Corpora are written into --corpora when they are first needed (5 GB at full size). Rivals are looked
for in --rivals; `--fetch` installs them there. Rows go to results.json beside this file, which
keeps those of other runs; `--write` renders all of them into docs/benchmarks.md, between its marks.
What is not there (a rival, an option of ours) is stated in its row.
"""

from __future__ import annotations

import argparse
import compileall
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from benchmarks.comparison import answers, claude_logs, cluster, counting, starting
from benchmarks.comparison.measure import Failed, load
from benchmarks.comparison.report import markdown, read_results, save_results, write_docs
from benchmarks.comparison.rivals import Rivals, fetch
from benchmarks.comparison.rows import Row
from benchmarks.comparison.setting import Setting

# In the order of the table. Each gives the rows that are named in it.
BENCHMARKS: Final[dict[str, Callable[[Setting], list[Row]]]] = {
    "claude": claude_logs.first,
    "claude-second": claude_logs.second,
    "chat": answers.chat,
    "usage-rows": answers.usage_rows,
    "count-mixed": counting.mixed,
    "count-history": counting.history,
    "count-claude": counting.claude,
    "count-prompts": counting.prompts,
    "version": starting.version,
    "estimate": starting.estimate,
    "cluster": cluster.cluster,
}
_ORDER: Final = (
    "claude-cpu",
    "claude-wall",
    "claude-second",
    "claude-appended",
    "claude-memory",
    "usage-memory",
    "chat",
    "usage-rows",
    "count-mixed",
    "count-history",
    "count-claude",
    "count-prompts",
    "version",
    "estimate",
    "cluster",
)
_TOP: Final = Path(__file__).parents[2]


def main() -> None:
    """Measure what is asked for."""
    options = _options()
    if options.fetch:
        fetch(options.rivals)
    if options.render:
        rows = read_results(options.results)
        write_docs(_TOP / "docs" / "benchmarks.md", _sorted(rows))
        return
    for package in ("cli", "pricing", "profiles"):
        compileall.compile_dir(_TOP / package, quiet=2)
    with tempfile.TemporaryDirectory() as scratch:
        setting = Setting(
            options.corpora,
            Rivals(options.rivals),
            Path(scratch),
            options.scale,
            options.repeat,
        )
        for name in options.only or BENCHMARKS:
            _measure(name, setting, options.results)
    rows = read_results(options.results)
    if options.write:
        write_docs(_TOP / "docs" / "benchmarks.md", _sorted(rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", action="append", choices=list(BENCHMARKS), help="repeatable")
    parser.add_argument("--scale", type=float, default=1.0, help="a fraction of the full size")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each program")
    folder = Path(tempfile.gettempdir()) / "tokencost-benchmarks"
    parser.add_argument("--corpora", type=Path, default=folder / "corpora")
    parser.add_argument("--rivals", type=Path, default=folder / "rivals")
    parser.add_argument("--fetch", action="store_true", help="install the rivals first")
    parser.add_argument("--results", type=Path, default=Path(__file__).with_name("results.json"))
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md, too")
    parser.add_argument("--render", action="store_true", help="write it and measure nothing")
    return parser.parse_args()


def _measure(name: str, setting: Setting, results: Path) -> None:
    before = load()
    try:
        rows = BENCHMARKS[name](setting)
    except Failed as error:
        sys.exit(f"{name}: {error}")
    for row in rows:
        if row.value != "not measured":
            row.run = {
                "day": date.today().isoformat(),
                "scale": setting.scale,
                "repeat": setting.repeat,
                "load": [round(before, 1), round(load(), 1)],
                "cores": os.cpu_count(),
            }
    print(markdown(rows))
    save_results(results, _sorted(read_results(results) | {row.name: row for row in rows}))


def _sorted(rows: dict[str, Row]) -> list[Row]:
    return [rows[name] for name in _ORDER if name in rows]


if __name__ == "__main__":
    main()
