"""Where and how benchmarks run: corpora, rivals, how often, and what our command can do."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from benchmarks.comparison.measure import Program
from benchmarks.comparison.processes import run
from benchmarks.comparison.rivals import SCRIPTS, Rivals
from benchmarks.comparison.totals import ours, sums
from benchmarks.corpora import write_corpus
from benchmarks.corpora.truth import NAME, read_truth

TOKENCOST: Final = str(Path(sys.executable).with_name("tokencost"))


@dataclass
class Setting:
    """What all benchmarks of one invocation share."""

    corpora: Path  # each corpus is written there when it is first needed
    rivals: Rivals
    scratch: Path  # caches and what else may be removed
    scale: float
    repeat: int

    def corpus(self, kind: str) -> Path:
        """Return the folder of a corpus."""
        folder = self.corpora / f"{kind}-{self.scale:g}"
        if not (folder / NAME).is_file():
            shutil.rmtree(folder, ignore_errors=True)
            print(f"writing {folder}", file=sys.stderr)
            write_corpus(kind, folder, self.scale)
        return folder

    def truth(self, kind: str) -> dict[str, Any]:
        """Return what is known of a corpus, as of now."""
        return read_truth(self.corpus(kind))

    @cached_property
    def options(self) -> frozenset[str]:
        """Return the long options of `tokencost profile`."""
        text = run([TOKENCOST, "profile", "--help"], {"COLUMNS": "200"}).out.decode()
        return frozenset(re.findall(r"--[a-z][a-z-]+", text))

    def cache(self, name: str) -> dict[str, str]:
        """Return the environment of a command of ours that has a cache folder of its own."""
        return {"TOKENCOST_CACHE": str(self.scratch / name)}

    def empty_cache(self, name: str) -> None:
        """Remove what a cache folder holds of logs.

        Prices and vocabularies stay: a checkout compiles them once, an installed package brings
        them along.
        """
        shutil.rmtree(self.scratch / name, ignore_errors=True)
        shutil.copytree(self._compiled, self.scratch / name)

    @cached_property
    def _compiled(self) -> Path:
        """Return a cache folder that holds compiled prices and vocabularies, and no log."""
        folder, prompt = self.scratch / "compiled", self.scratch / "short.txt"
        prompt.write_text("make the index")
        for model in ("gpt-4o", "claude-opus-4-5", "gpt-5-mini"):
            run([TOKENCOST, "estimate", str(prompt), "-m", model], self.cache(folder.name))
        return folder

    def profile(
        self, label: str, logs: Path, *arguments: str, cache: str, is_first: bool = False
    ) -> Program:
        """Return our profile of logs. `is_first`: before each run its cache is emptied."""
        command = [TOKENCOST, "profile", str(logs), "-q", *arguments]
        program = Program(label, command, self.cache(cache))
        if is_first:
            program.prepare = lambda: self.empty_cache(cache)
        return program

    def floor(self, label: str, what: str, path: Path, kind: str) -> Program:
        """Return the least that must be done with a corpus."""
        script = "file_floor" if path.is_dir() else "decode_floor"
        command = [sys.executable, str(SCRIPTS / f"{script}.py"), what, str(path)]

        def check(out: bytes) -> list[str]:
            return sums(self.truth(kind))(out)

        return Program(f"floor: {label}", command, check=check)

    def wrong_totals(
        self, logs: Path, truth: Mapping[str, Any], cache: str, *arguments: str
    ) -> list[str]:
        """Return where our totals are not the truth: when they are computed, and from a cache."""
        command = [TOKENCOST, "profile", str(logs), "--by", "day", "-f", "json", "-q", *arguments]
        check = ours(truth)
        runs = 2 if "--no-cache" in self.options else 1
        return [
            message for _ in range(runs) for message in check(run(command, self.cache(cache)).out)
        ]
