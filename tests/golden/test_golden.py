"""Complete commands: what they print to both streams, and their exit codes.

A case is a folder with `cmd` (the arguments, as a shell would split them), `stdout`, `stderr` and
`exit`. `pytest --update-golden` rewrites the last three. Clock, width and paths are fixed. Table
version, table hash and tool version are scrubbed, so that a new price changes only the cases that
print it.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scrub import scrubbed
from tokencost_pricing._version import __version__
from tokencost_pricing.table import PriceTable

HERE = Path(__file__).parent
CASES = sorted(path for path in (HERE / "cases").iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_golden(case: Path, cli: Callable[..., Any], request: pytest.FixtureRequest) -> None:
    arguments = shlex.split((case / "cmd").read_text("utf-8"))
    stdin = (case / "stdin").read_bytes() if (case / "stdin").exists() else b""
    result = cli(*arguments, stdin=stdin, folder=HERE / "files")
    outputs = {"stdout": result.out, "stderr": result.err, "exit": f"{result.code}\n"}
    for name, printed in outputs.items():
        text = scrubbed(printed)
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

    with_a_case = {shlex.split((case / "cmd").read_text("utf-8"))[0] for case in CASES}
    assert set(names(commands.__name__)) <= with_a_case


def test_the_head_names_tool_and_table_and_scrubbing_hides_nothing_else(
    cli: Callable[..., Any], table: PriceTable
) -> None:
    arguments = shlex.split((HERE / "cases" / "estimate-json" / "cmd").read_text("utf-8"))
    printed: str = cli(*arguments, folder=HERE / "files").out
    head = json.loads(printed)
    assert head["tool_version"] == __version__
    assert (head["prices"]["table"], head["prices"]["sha256"]) == (table.version, table.sha256)
    pairs = zip(printed.splitlines(), scrubbed(printed).splitlines(), strict=True)
    hidden = [line.split(":")[0].strip() for line, after in pairs if line != after]
    assert hidden == ['"tool_version"', '"table"', '"sha256"']
