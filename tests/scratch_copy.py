"""A copy of the repository that a test may change, and the suite run in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PACKAGES = ("cli", "profiles", "pricing")
COPIED = (*PACKAGES, "tests", "docs", "examples", "scripts")
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "benchmarks")


class Outcome(NamedTuple):
    """How a run of pytest ended, and what it printed."""

    passed: bool
    output: str


class ScratchCopy:
    """A copy of the repository in a temporary folder."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.root = folder
        self._cache = cache
        for name in COPIED:
            shutil.copytree(
                ROOT / name, folder / name, copy_function=shutil.copyfile, ignore=LEFT_OUT
            )
        for path in [*ROOT.glob("*.md"), *ROOT.glob("*.toml")]:
            shutil.copy(path, folder / path.name)
        self._before = self._files()

    def write(self, name: str, text: str) -> None:
        """Write a file of the copy."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def pytest(self, *arguments: str) -> Outcome:
        """Run a part of the copy's suite, with the copy's packages."""
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(self.root / name) for name in PACKAGES),
            "PYTHONPYCACHEPREFIX": str(self.root.parent / "bytecode"),
            "TOKENCOST_TEST_CACHE": str(self._cache),
        }
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        ran = subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True, check=False
        )
        return Outcome(ran.returncode == 0, ran.stdout + ran.stderr)

    def changed(self) -> list[str]:
        """Return the files of the copy that are new or differ from the repository's."""
        return sorted(
            name for name, data in self._files().items() if self._before.get(name) != data
        )

    def _files(self) -> dict[str, bytes]:
        names = (path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file())
        return {
            str(name): (self.root / name).read_bytes()
            for name in names
            if not any(part.startswith(".") for part in name.parts)  # caches of tools
        }
