"""Run mutants of the code that money depends on, drawn by a fixed seed, and list what survives.

    pip install cosmic-ray
    python scripts/mutants.py --count 50 --seed 2026

cosmic-ray makes every mutant that its operators know of pricing, merging, roll-ups, the gate and
the rules of caches; those inside annotations, which never run, are left out. As many as wanted are
drawn. Each is written into the working tree, tested, and taken back. Run it in a clone that nobody
works in. Where a coverage file with contexts is named, only tests that ran the line are asked,
since no other can notice:

    pip install pytest-cov
    pytest --cov=pricing --cov=profiles --cov-context=test --cov-report= tests
    python scripts/mutants.py --coverage .coverage

A line that runs on import is asked of the nearest tests, and then of all.
"""

from __future__ import annotations

import argparse
import ast
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
PROFILES: Final = "profiles/tokencost_profiles"
# Tests of logs in which records of one response meet.
_SHARED: Final = ("logs/test_codex_forks.py", "logs/test_running*.py", "contracts/test_reader*.py")
# What is mutated, and the tests that are nearest to it.
TARGETS: Final = {
    "pricing/tokencost_pricing/*.py": ("pricing",),
    f"{PROFILES}/calls/merging.py": ("profiles/test_merging.py", *_SHARED),
    f"{PROFILES}/calls/rollups.py": ("profiles/test_merging.py", *_SHARED),
    f"{PROFILES}/calls/forks.py": ("profiles/test_copied_messages.py", *_SHARED),
    f"{PROFILES}/gate/*.py": ("profiles/test_[bcl]*.py", "cli/test_gate*.py"),
    f"{PROFILES}/whatif/prompt_cache/*.py": ("profiles/test_cache*.py", "profiles/test_whatif*.py"),
}
# All that may notice a mutant, once the nearest tests have passed.
REST: Final = ("golden", "pricing", "profiles", "contracts", "logs", "cli/test_[a-oq-z]*.py")


def main() -> int:
    """Draw, run and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--python", default=sys.executable, help="the one that runs the tests")
    parser.add_argument("--coverage", type=Path, help="a coverage file with a context a test")
    parser.add_argument("--list", action="store_true", help="list the drawn mutants, run none")
    arguments = parser.parse_args()
    every = list(_mutants())
    drawn = random.Random(arguments.seed).sample(every, min(arguments.count, len(every)))
    print(f"{len(every):,} mutants, {len(drawn)} drawn by seed {arguments.seed}", flush=True)
    survivors = 0
    for number, (mutation, near) in enumerate(drawn, 1):
        place = f"{mutation.module_path}:{mutation.start_pos[0]}"
        begun = time.monotonic()
        tests = _tests_of(mutation, arguments.coverage) if arguments.coverage else None
        survived = not arguments.list and _survives(mutation, near, tests, arguments.python)
        verdict = "drawn" if arguments.list else "SURVIVES" if survived else "killed"
        seconds = time.monotonic() - begun
        name = mutation.operator_name.removeprefix("core/")
        print(f"{number:3} {verdict:8} {place} {name} ({seconds:.0f} s)", flush=True)
        if survived:
            survivors += 1
            print(_difference(mutation), flush=True)
    print(f"{survivors} of {len(drawn)} survive")
    return 0


def _mutants() -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Yield each mutation with the tests nearest to it."""
    from cosmic_ray.commands.init import _all_work_items  # its list of mutants

    for pattern, near in TARGETS.items():
        for path in sorted(ROOT.glob(pattern)):
            idle = _annotations(path.read_text("utf-8"))
            for item in _all_work_items([path.relative_to(ROOT)], {}):
                (mutation,) = item.mutations
                if not any(first <= mutation.start_pos < last for first, last in idle):
                    yield mutation, near


def _annotations(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return where annotations stand: (line, column) of their first and after their last sign."""
    spans = []
    for node in ast.walk(ast.parse(source)):
        for name in ("annotation", "returns"):
            value = getattr(node, name, None)
            if isinstance(value, ast.expr):
                end = (value.end_lineno or value.lineno, value.end_col_offset or 0)
                spans.append(((value.lineno, value.col_offset), end))
    return spans


def _tests_of(mutation: Any, coverage: Path) -> list[str] | None:
    """Return the tests that ran the lines of a mutation; None where an import ran them."""
    from coverage import CoverageData

    data = CoverageData(str(coverage))
    data.read()
    contexts = data.contexts_by_lineno(str(ROOT / mutation.module_path))
    lines = range(mutation.start_pos[0], mutation.end_pos[0] + 1)
    named = {name.partition("|")[0] for line in lines for name in contexts.get(line, [])}
    return None if "" in named or not named else sorted(named)


def _survives(mutation: Any, near: tuple[str, ...], tests: list[str] | None, python: str) -> bool:
    path = ROOT / mutation.module_path
    original = path.read_bytes()
    try:
        path.write_text(_mutated(mutation), "utf-8")
        if tests is not None:
            return _passes(tests, python)
        return _passes(_named(near), python) and _passes(_named(REST), python)
    finally:
        path.write_bytes(original)


def _named(patterns: tuple[str, ...]) -> list[str]:
    """Return the test files and folders that patterns name, in their order."""
    folder = ROOT / "tests"
    return [
        str(path.relative_to(ROOT)) for pattern in patterns for path in sorted(folder.glob(pattern))
    ]


def _mutated(mutation: Any) -> str:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    source = (ROOT / mutation.module_path).read_text("utf-8")
    return str(mutate_code(source, operator, mutation.occurrence))


def _passes(paths: list[str], python: str) -> bool:
    command = [python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *paths]
    try:
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=900, check=False)
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode == 0


def _difference(mutation: Any) -> str:
    from difflib import unified_diff

    before = (ROOT / mutation.module_path).read_text("utf-8").splitlines()
    lines = unified_diff(before, _mutated(mutation).splitlines(), lineterm="", n=1)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


if __name__ == "__main__":
    sys.exit(main())
