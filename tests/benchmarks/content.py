"""What the views of a profile cost, against the plain profile of the same logs.

    PYTHONPATH=tests python -m benchmarks.corpora claude CORPUS --scale 0.8
    PYTHONPATH=tests python -m benchmarks.content CORPUS [--exact]

CPU seconds (user and system), alternating; medians, and the peak of memory. The floor is decoding
every line.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

from benchmarks.comparison.processes import Run, run

_FLOOR = """
import msgspec, pathlib, sys
for path in pathlib.Path(sys.argv[1]).rglob("*.jsonl"):
    with path.open("rb") as file:
        for line in file:
            msgspec.json.decode(line)
"""


def main() -> None:
    """Measure, and print medians and their ratios."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--exact", action="store_true", help="count every part, too: slow")
    options = arguments.parse_args()
    logs = str(options.corpus / "projects")
    plain = [str(Path(sys.executable).parent / "tokencost"), "profile", logs, "-q"]
    commands = {
        "plain": plain,
        "--tree": [*plain, "--tree"],
        "--segments 20": [*plain, "--segments", "20"],
        "floor": [sys.executable, "-c", _FLOOR, logs],
    }
    if options.exact:
        commands["--segments 20 --exact"] = [*plain, "--segments", "20", "--exact"]
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(options.runs):
        for name, command in commands.items():
            runs[name].append(run(command))
    base = statistics.median(one.cpu for one in runs["plain"])
    for name, members in runs.items():
        cpu, peak = statistics.median(one.cpu for one in members), max(one.peak for one in members)
        print(f"{name:22} {cpu:8.2f} s {cpu / base:6.2f}x {peak >> 20:6} MB")


if __name__ == "__main__":
    main()
