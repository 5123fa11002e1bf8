"""Two thousand spoiled documents, through every entry point: one line, a known exit, no traceback.

The seeds are the same in every run of the suite, so that a change is judged by what it changed;
`python tests/fuzz/run.py --cases 20000` takes others.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fuzz.entry_points import entry_points, support
from fuzz.fuzzing import case_of, described, fault_of, run_case

CASES = 2_000
FIRST = 1
PARTS = 8


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.mark.parametrize("part", range(PARTS))
def test_no_document_ends_in_a_traceback(part: int, filled: Path, cli: Callable[..., Any]) -> None:
    if not (filled / "prompt.txt").exists():
        support(filled, cli)
    every = entry_points(filled)
    faults: list[str] = []
    print(f"seeds {FIRST} to {FIRST + CASES - 1}")
    for seed in range(FIRST + part, FIRST + CASES, PARTS):
        case = case_of(seed, every)
        fault = fault_of(case, run_case(case, filled, cli))
        if fault:
            faults.append(described(case, fault))
    assert not faults, "\n".join(faults[:10])
