"""Whole commands: what they print, what they say on the side, how they end.

A case is a folder with `cmd` (the arguments, as a shell would split them), `stdout`, `stderr` and
`exit`. `pytest --update-golden` rewrites the last three. Clock, width and paths are fixed. Table
version, table hash and tool version are scrubbed, so that a new price changes only the cases that
print it; a case with a file `pinned` keeps them.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scrub import scrubbed

HERE = Path(__file__).parent
CASES = sorted(path for path in (HERE / "cases").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_golden(case: Path, cli: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    arguments = shlex.split((case / "cmd").read_text("utf-8"))
    stdin = (case / "stdin").read_bytes() if (case / "stdin").exists() else b""
    result = cli(*arguments, stdin=stdin, folder=HERE / "files")
    found = {"stdout": result.out, "stderr": result.err, "exit": f"{result.code}\n"}
    pinned = (case / "pinned").exists()
    for name, printed in found.items():
        text = printed if pinned else scrubbed(printed)
        path = case / name
        if request.config.getoption("--update-golden"):
            if text or path.exists():
                path.write_text(text, "utf-8")
            continue
        expected = path.read_text("utf-8") if path.exists() else ""
        assert text == expected, f"{case.name}/{name}"


def test_every_command_has_a_case() -> None:
    from tokencost_cli import commands
    from tokencost_profiles.discovery import names

    told = {shlex.split((case / "cmd").read_text("utf-8"))[0] for case in CASES}
    assert set(names(commands.__name__)) <= told


def test_one_case_pins_the_versions() -> None:
    assert [case.name for case in CASES if (case / "pinned").exists()] == ["estimate-json"]


def test_scrubbing_leaves_the_prices_alone() -> None:
    pinned = (HERE / "cases" / "estimate-json" / "stdout").read_text("utf-8")
    before, after = pinned.splitlines(), scrubbed(pinned).splitlines()
    changed = [line for line, kept in zip(before, after, strict=True) if line != kept]
    assert [line.split(":")[0].strip() for line in changed] == ['"tool"', '"table"', '"sha256"']
