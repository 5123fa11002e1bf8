"""A plain estimate starts fast: what it does not need is not imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

MOST: Final = 150  # modules of ours
# Logs, templates, saved profiles and the structs of the document are for other invocations.
RARE: Final = (
    "tokencost_cli.reports.documents.estimate",
    "tokencost_profiles.costs",
    "tokencost_profiles.logs",
    "tokencost_profiles.tokens.prompt_formats.anthropic",
    "tokencost_profiles.tokens.templates.",
)


def modules_of(*arguments: str, cache: Path) -> list[str]:
    """Return the modules of ours that a command imports."""
    code = (
        "import sys; from tokencost_cli.app import run; "
        "from tokencost_cli.runtime.context import Context; "
        f"code = run({list(arguments)!r}, Context.of_process()); "
        "print(code, *sorted(name for name in sys.modules if name.startswith('tokencost_')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"TOKENCOST_CACHE": str(cache), "PATH": ""},
    )
    code, *modules = done.stdout.splitlines()[-1].split(" ")
    assert code == "0"
    return modules


def test_a_plain_estimate_imports_few_modules(tmp_path: Path, cache: Path) -> None:
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("Say hello, please.\n")
    command = ("estimate", str(prompt), "-m", "gpt-4o", "-q")
    modules_of(*command, cache=cache)  # may compile the tables of a checkout
    modules = modules_of(*command, cache=cache)
    assert "tokencost_profiles.tokens.prompt_formats.openai" in modules
    assert [name for name in modules if name.startswith(RARE)] == []
    assert len(modules) <= MOST, modules
