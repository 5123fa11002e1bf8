"""`tokencost profile` on a quarter of a gigabyte of Claude Code sessions, against native ccusage.

    python tests/benchmarks/claude_corpus.py CORPUS
    npm install ccusage@20.0.24 @ccusage/ccusage-linux-x64@20.0.24
    python tests/benchmarks/logs.py CORPUS --ccusage PATH_OF_ITS_NATIVE_BINARY

CPU seconds (user and system, all processes), alternating; medians, and the peak of memory. Our
totals must equal the truth that the generator wrote beside the corpus.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple


class Run(NamedTuple):
    """What a command took."""

    cpu: float  # seconds
    peak: int  # bytes
    out: bytes


def run(command: list[str], environment: dict[str, str]) -> Run:
    """Run a command to its end."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.DEVNULL, env=os.environ | environment
        )
        _, status, used = os.wait4(process.pid, 0)
        if status:
            sys.exit(f"{command[0]} failed with {status}")
        out.seek(0)
        return Run(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, out.read())


def differences(corpus: Path, document: dict[str, Any]) -> list[str]:
    """Return where our totals are not those of the generator."""
    truth = json.loads((corpus / "truth.json").read_text("utf-8"))
    wanted: Counter[str] = Counter()
    for day in truth["days"].values():
        wanted.update(day)
    total = document["total"]
    ours = {"calls": total["calls"], **total["usage"]}
    expected = {"calls": truth["messages"], **wanted}
    return [f"{name}: {ours.get(name)} for {n}" for name, n in expected.items() if ours[name] != n]


def main() -> None:
    """Measure, and print medians and their ratio."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("--ccusage", type=Path)
    arguments.add_argument("--runs", type=int, default=9)
    options = arguments.parse_args()
    tokencost = str(Path(sys.executable).parent / "tokencost")
    ours = [tokencost, "profile", str(options.corpus / "projects"), "-q"]
    wrong = differences(options.corpus, json.loads(run([*ours, "-f", "json"], {}).out))
    print("totals equal the truth" if not wrong else "\n".join(wrong))
    rival = [str(options.ccusage), "claude", "daily", "--offline", "--json"]
    place = {"CLAUDE_CONFIG_DIR": str(options.corpus)}
    pairs = []
    for _ in range(options.runs + 1):
        pairs.append((run(ours, {}), run(rival, place) if options.ccusage else None))
    mine = [a for a, _ in pairs[1:]]
    print(f"tokencost {_middle(mine)}")
    theirs = [b for _, b in pairs[1:] if b is not None]
    if theirs:
        ratio = statistics.median(a.cpu / b.cpu for a, b in pairs[1:] if b is not None)
        print(f"ccusage   {_middle(theirs)}\nratio {ratio:.2f}")


def _middle(runs: list[Run]) -> str:
    cpu = statistics.median(one.cpu for one in runs)
    peak = max(one.peak for one in runs)
    best = min(one.cpu for one in runs)
    return f"{cpu:.2f} s of CPU (best {best:.2f}), {peak / 1e6:.0f} MB at most"


if __name__ == "__main__":
    main()
