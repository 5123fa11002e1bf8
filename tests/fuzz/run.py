"""As many fuzz cases as asked for: `python tests/fuzz/run.py --cases 20000 [--seed N]`.

Prints the first seed, then each kind of fault once with a seed that shows it, and ends with 1 where
there was one. `--only SEED` runs one case again and prints what it wrote.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.entry_points import entry_points, support
from fuzz.fuzzing import case_of, described, fault_of, run_case
from tokencost_cli.app import run
from tokencost_cli.runtime.context import Context

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Result(NamedTuple):
    """What a run of the command line left behind."""

    code: int
    out: str
    err: str


def main() -> int:
    """Run the cases and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=None, help="the first seed; random by default")
    parser.add_argument("--only", type=int, default=None, help="run one seed and show its output")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, cache = Path(temporary, "work"), Path(temporary, "cache")
        folder.mkdir()

        def cli(*arguments: str, folder: Path) -> Result:
            out, err = io.StringIO(), io.StringIO()
            context = Context(
                stdin=io.BytesIO(),
                stdout=out,
                stderr=err,
                environment={},
                folder=folder,
                now=NOW,
                width=100,
                cache=cache,
            )
            with redirect_stdout(out), redirect_stderr(err):
                code = run(arguments, context)
            return Result(code, out.getvalue(), err.getvalue())

        support(folder, cli)
        if options.only is not None:
            return _one(options.only, folder, cli)
        first = SystemRandom().randrange(10**9) if options.seed is None else options.seed
        print(f"seeds {first} to {first + options.cases - 1}", flush=True)
        return _many(first, options.cases, folder, cli)


def _one(seed: int, folder: Path, cli: Any) -> int:
    case = case_of(seed, entry_points(folder))
    print(case.content.decode("utf-8", "backslashreplace")[:4000])
    result = run_case(case, folder, cli)
    print(
        " ".join(case.command), f"-> exit {result.code}\n{result.out[-2000:]}\n{result.err[-4000:]}"
    )
    return int(fault_of(case, result) is not None)


def _many(first: int, cases: int, folder: Path, cli: Any) -> int:
    kinds: dict[str, int] = {}
    every, started, slowest = entry_points(folder), time.monotonic(), (0.0, 0)
    for seed in range(first, first + cases):
        case, before = case_of(seed, every), time.monotonic()
        fault = fault_of(case, run_case(case, folder, cli))
        slowest = max(slowest, (time.monotonic() - before, seed))
        if fault:
            kinds[fault] = kinds.get(fault, 0) + 1
            if kinds[fault] == 1:
                print(described(case, fault), flush=True)
    seconds = time.monotonic() - started
    print(f"{cases} cases in {seconds:.0f} s, {sum(kinds.values())} faults of {len(kinds)} kinds")
    print(f"slowest: {slowest[0]:.2f} s, seed {slowest[1]}")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
