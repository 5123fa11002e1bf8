"""Start-up, in CPU seconds, as ratios in one run.

    python tests/benchmarks/startup.py [--runs 15]

Compares `tokencost --version` with an empty program, and `tokencost estimate` of a 4 KB prompt on
one OpenAI model with `import typer` alone. Commands alternate, so that a machine whose speed drifts
treats both alike; the median of the pairwise ratios counts. Run it on a byte-compiled install.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TEXT = "The support team answers in at most six sentences, and never guesses a price or a date. "


def cpu(command: list[str]) -> float:
    """Return user and system seconds of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(name: str, ours: list[str], other: list[str], limit: float, runs: int) -> None:
    """Print the median ratio of two commands over alternating runs."""
    cpu(ours), cpu(other)
    pairs = [(cpu(ours), cpu(other)) for _ in range(runs)]
    ratio = statistics.median(a / b for a, b in pairs)
    a, b = (statistics.median(values) * 1000 for values in zip(*pairs, strict=True))
    print(f"{name:<44} {a:6.0f} ms  against {b:6.0f} ms  ratio {ratio:.2f}  (limit {limit})")


def main() -> None:
    """Run both comparisons."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    python = sys.executable
    tokencost = str(Path(python).with_name("tokencost"))
    with tempfile.TemporaryDirectory() as folder:
        prompt = Path(folder) / "prompt.txt"
        prompt.write_text((TEXT * 50)[:4096])
        os.chdir(folder)
        compare(
            "tokencost --version / python -c pass",
            [tokencost, "--version"],
            [python, "-c", "pass"],
            2.5,
            runs,
        )
        compare(
            "tokencost estimate, 4 KB / import typer",
            [tokencost, "estimate", "prompt.txt", "-m", "gpt-4o"],
            [python, "-c", "import typer"],
            2.5,
            runs,
        )


if __name__ == "__main__":
    main()
