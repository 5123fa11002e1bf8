"""One fuzz case: an entry point, a spoiled document, a command; and the checks of its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from fuzz.entry_points import Cli, EntryPoint
from fuzz.mutations import mutate_bytes, mutate_json, mutate_yaml

_STRUCTURED: Final[dict[str, Callable[[bytes, Random], bytes]]] = {
    ".json": mutate_json,
    ".jsonl": mutate_json,
    ".ndjson": mutate_json,
    ".chat": mutate_json,
    ".traj": mutate_json,
    ".yaml": mutate_yaml,
    ".yml": mutate_yaml,
}
# Documented exit codes: done, the gate's no, usage, input, no price, tables and settings.
EXITS: Final = frozenset(range(6))
_CRASH: Final = re.compile(r"Traceback|this is a bug in tokencost")


class Case(NamedTuple):
    """A case that can be run again: everything follows from the seed."""

    seed: int
    entry_point: str
    command: tuple[str, ...]
    name: str
    content: bytes


def case_of(seed: int, entry_points: tuple[EntryPoint, ...]) -> Case:
    """Return the case of a seed."""
    random = Random(seed)
    (entry_point,) = random.choices(
        entry_points, [entry_point.weight for entry_point in entry_points]
    )
    document = random.choice(entry_point.seeds)
    structured = _STRUCTURED.get(Path(document.name).suffix)
    mutate = structured if structured and random.random() < 0.7 else mutate_bytes
    return Case(
        seed,
        entry_point.name,
        random.choice(entry_point.commands),
        document.name,
        mutate(document.content, random),
    )


def run_case(case: Case, folder: Path, cli: Cli) -> Any:
    """Run a case in a folder that `support` has filled, and return what the command left."""
    path = folder / (case.name if case.entry_point == "configuration" else f"fuzz-{case.name}")
    path.write_bytes(case.content)
    try:
        return cli(*(path.name if word == "FILE" else word for word in case.command), folder=folder)
    finally:
        path.unlink()


def fault_of(case: Case, result: Any) -> str | None:
    """Return what is wrong with how a case ended, or None."""
    if _CRASH.search(result.err):
        last = [line for line in result.err.splitlines() if line][-2:]
        return f"traceback: {last[0]}"
    if result.code not in EXITS:
        return f"exit {result.code}"
    if result.code and not result.err.strip() and not result.out.strip():
        return f"exit {result.code} with no message"
    if "\x1b" in result.out or "\x1b" in result.err:
        return "an escape sequence of the document reaches the terminal"
    return None


def described(case: Case, fault: str) -> str:
    """Return how to run a case again."""
    return (
        f"{fault}\n  {case.entry_point}: {' '.join(case.command)} with {case.name}, "
        f"seed {case.seed}"
    )
