"""The gate, in CPU seconds, as a ratio in one run.

    python tests/benchmarks/gate.py [--runs 7]

Compares `tokencost check` on 500 prompt files of 4 KB with `tokencost count` on the same files: the
base in a baseline file, in a revision that is the same, and in a revision in which every file was
another one. Commands alternate, so that a machine whose speed drifts treats both alike; the median
of the pairwise ratios counts. Run it on a byte-compiled install.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

FILES = 500
SIZE = 4096
WORDS = [
    "the",
    "support",
    "team",
    "answers",
    "in",
    "at",
    "most",
    "six",
    "sentences",
    "and",
    "never",
    "guesses",
    "a",
    "price",
    "or",
    "a",
    "date",
    "when",
    "customers",
    "ask",
    "about",
    "an",
    "invoice",
    "refund",
    "delivery",
    "account",
    "password",
    "contract",
    "or",
    "subscription",
]


def cpu(command: list[str]) -> float:
    """Return user and system seconds of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(name: str, ours: list[str], other: list[str], runs: int) -> None:
    """Print the median ratio of two commands over alternating runs."""
    cpu(ours), cpu(other)
    pairs = [(cpu(ours), cpu(other)) for _ in range(runs)]
    ratio = statistics.median(a / b for a, b in pairs)
    a, b = (statistics.median(values) * 1000 for values in zip(*pairs, strict=True))
    print(f"{name:<34} {a:6.0f} ms  against count {b:6.0f} ms  ratio {ratio:.2f}")


def write(folder: Path, seed: int) -> None:
    """Write the prompts; another seed gives other texts of the same size."""
    drawn = random.Random(seed)
    for number in range(FILES):
        text = " ".join(drawn.choice(WORDS) for _ in range(SIZE))
        (folder / f"prompt{number:03}.txt").write_text(text[:SIZE])


def commit(message: str) -> None:
    """Commit everything."""
    author = ["-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost"]
    subprocess.run(["git", "add", "-A"], check=True)
    subprocess.run(["git", *author, "commit", "-q", "-m", message], check=True)


def main() -> None:
    """Run the comparisons."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    tokencost = str(Path(sys.executable).with_name("tokencost"))
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        Path("prompts").mkdir()
        subprocess.run(["git", "init", "-q"], check=True)
        write(Path("prompts"), 1)
        commit("other texts")
        write(Path("prompts"), 2)
        commit("these texts")
        model = ["-m", "gpt-4o"]
        subprocess.run(
            [tokencost, "baseline", "prompts", *model, "-o", "baseline.json"], check=True
        )
        count = [tokencost, "count", "prompts", *model]
        check = [tokencost, "check", "prompts", *model, "--max-increase", "50%"]
        compare("check, no base", check, count, runs)
        compare("check --baseline", [*check, "--baseline", "baseline.json"], count, runs)
        compare("check --git, nothing changed", [*check, "--git", "HEAD"], count, runs)
        compare("check --git, every file changed", [*check, "--git", "HEAD~1"], count, runs)


if __name__ == "__main__":
    main()
