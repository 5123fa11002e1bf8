"""Measure how the code is laid out and worded, and print it as a table: one column a checkout.

    python scripts/house.py [CHECKOUT ...]

Without arguments it measures this checkout. Nothing of a checkout is imported or run, so that an
older one can stand beside it:

    git worktree add /tmp/before REVISION
    python scripts/house.py /tmp/before .
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PACKAGES: Final = {
    "cli": "tokencost_cli",
    "profiles": "tokencost_profiles",
    "pricing": "tokencost_pricing",
}
# Words that name nothing. The first are banned as a part of a name, the others as a whole name.
PARTS: Final = {
    *("found", "told", "said", "whole", "own", "shown", "leaver", "desk", "bench", "book", "books"),
    *("piece", "pieces", "picture", "pictures", "film", "films"),
    *("booking", "weighing", "tallying", "announcing"),
}
NAMES: Final = {
    *("made", "kept", "given", "some", "without", "beyond", "broken", "bit", "bits", "bill"),
    "bills",
}
_CASE: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SWITCHED_OFF: Final = re.compile(r"#\s*(?:fmt:\s*(?:off|skip)|noqa)")
_GATE: Final = re.compile(
    r"(?:^|/)(?:gate/.*|_?(?:gate|check|diff|baseline)(?:_\w+)?|_ci_host|weighing|announcing"
    r"|checking|gating|booking|policy)(?:\.py)?$"
)


class Checkout:
    """The Python files of a checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.shipped = {
            path.relative_to(root / folder).as_posix(): path
            for folder in PACKAGES
            for path in sorted((root / folder).rglob("*.py"))
        }
        self.tests = sorted((root / "tests").rglob("*.py"))

    @cached_property
    def modules(self) -> dict[str, Path]:
        """The shipped modules by their dotted names."""
        return {dotted(name): path for name, path in self.shipped.items()}

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """The modules of this project that each module imports, anywhere in it."""
        return {
            name: set(imported(path, self.modules)) - {name} for name, path in self.modules.items()
        }


def dotted(path: str) -> str:
    """Return the name of a module by its path."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(path: Path, known: Mapping[str, object]) -> Iterator[str]:
    """Yield the known modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in known else node.module for name in inner]
        yield from (name for name in names if name in known)


def grouped(imports: Mapping[str, set[str]], folders: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the imports between the groups that modules belong to."""
    between: dict[str, set[str]] = {folder: set() for folder in folders.values()}
    for name, targets in imports.items():
        between[folders[name]] |= {folders[target] for target in targets} - {folders[name]}
    return between


def folder(name: str, path: Path) -> str:
    """Return the folder of a module; what lies flat in a package stands for itself."""
    parent = name if path.stem == "__init__" else name.rpartition(".")[0]
    return parent if "." in parent else name


def circles(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the sets of nodes that import each other, the largest first."""
    reach = {node: reachable(graph, node) for node in graph}
    listed = {
        tuple(sorted(other for other in reach[node] if node in reach[other])) for node in graph
    }
    return sorted((list(circle) for circle in listed if len(circle) > 1), key=len, reverse=True)


def reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    """Return every node that can be come to from one, at least one step away."""
    reached: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += graph[node]
    return reached


def longest_chain(graph: Mapping[str, set[str]]) -> int:
    """Return how many nodes the longest chain of imports has; a circle counts as one node."""
    circle_of = {node: circle[0] for circle in circles(graph) for node in circle}
    merged: dict[str, set[str]] = defaultdict(set)
    for node, targets in graph.items():
        name = circle_of.get(node, node)
        merged[name] |= {circle_of.get(target, target) for target in targets} - {name}
    depths: dict[str, int] = {}

    def depth(node: str) -> int:
        if node not in depths:
            depths[node] = 1 + max((depth(target) for target in merged[node]), default=0)
        return depths[node]

    return max(depth(node) for node in list(merged))


def banned_words(name: str) -> set[str]:
    """Return the banned words that an identifier is made of."""
    words = _CASE.sub("_", name).lower().strip("_")
    return {words} & NAMES | PARTS.intersection(words.split("_"))


def is_banned(name: str) -> bool:
    """Whether an identifier is made of a banned word."""
    return bool(banned_words(name))


def switched_off(path: Path) -> int:
    """Return how often a file switches the formatter or the linter off."""
    return len(_SWITCHED_OFF.findall(path.read_text("utf-8")))


def identifiers(path: Path) -> Iterator[str]:
    """Yield the names that a file defines or reaches: of itself, variables, arguments and so on."""
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname


def per_thousand(paths: Iterable[Path]) -> dict[str, float]:
    """Return how often each banned word stands in a thousand lines."""
    texts = [path.read_text("utf-8") for path in paths]
    lines = max(1, sum(text.count("\n") for text in texts))
    stems = {word.removesuffix("s") for word in PARTS | NAMES}
    return {
        word: 1000 * sum(len(_word(word).findall(text)) for text in texts) / lines
        for word in sorted(stems)
    }


def _word(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{word}s?\b", re.IGNORECASE)


def measures(checkout: Checkout) -> dict[str, str]:
    """Return every row of the table for a checkout."""
    rows = dict(_rooms(checkout))
    graph = checkout.imports
    room_of = {name: ".".join(name.split(".")[:2]) for name in graph}
    rooms = grouped(graph, room_of)
    folder_of = {name: folder(name, path) for name, path in checkout.modules.items()}
    rows["longest chain of rooms"] = str(longest_chain(rooms))
    rows["longest chain of modules"] = str(longest_chain(graph))
    for label, one in (("rooms", rooms), ("folders", grouped(graph, folder_of))):
        sizes = [str(len(circle)) for circle in circles(one)]
        rows[f"circles of {label} (their sizes)"] = f"{len(sizes)} ({', '.join(sizes)})"
    rows |= _sizes(checkout)
    rows |= _words(checkout)
    return rows


def _rooms(checkout: Checkout) -> Iterator[tuple[str, str]]:
    """Yield how many folders and files each package has, level by level."""
    for package in PACKAGES.values():
        inside = [name.split("/")[1:] for name in checkout.shipped if name.startswith(package)]
        for level in (1, 2, 3):
            folders = {tuple(parts[:level]) for parts in inside if len(parts) > level}
            files = sum(len(parts) == level for parts in inside)
            yield f"{package}, level {level}: folders, files", f"{len(folders)}, {files}"


def _sizes(checkout: Checkout) -> dict[str, str]:
    rows = {}
    for label, paths in (("shipped", list(checkout.shipped.values())), ("tests", checkout.tests)):
        lines = [path.read_text("utf-8").count("\n") for path in paths]
        rows[f"{label}: files, lines"] = f"{len(lines)}, {sum(lines)}"
        rows[f"{label}: median, longest file"] = f"{statistics.median(lines):.0f}, {max(lines)}"
        rows[f"{label}: files over 300 lines"] = str(sum(number > 300 for number in lines))
        off = sum(switched_off(path) for path in paths)
        rows[f"{label}: formatter or linter switched off"] = str(off)
    for folder, package in PACKAGES.items():
        gate = [
            path.read_text("utf-8").count("\n")
            for name, path in checkout.shipped.items()
            if name.startswith(package) and _GATE.search(name)
        ]
        if gate:
            rows[f"gate in {folder}: files, lines"] = f"{len(gate)}, {sum(gate)}"
    return rows


def _words(checkout: Checkout) -> dict[str, str]:
    rows = {}
    for label, paths in (("shipped", list(checkout.shipped.values())), ("tests", checkout.tests)):
        banned = sum(is_banned(name) for path in paths for name in identifiers(path))
        rows[f"{label}: banned identifiers"] = str(banned)
        for word, rate in per_thousand(paths).items():
            rows[f"{label}: '{word}' in 1,000 lines"] = f"{rate:.2f}"
    return rows


def main(arguments: list[str]) -> None:
    """Print the table."""
    roots = [Path(argument) for argument in arguments] or [ROOT]
    columns = [measures(Checkout(root)) for root in roots]
    labels = list(dict.fromkeys(label for column in columns for label in column))
    print("| measure | " + " | ".join(str(root) for root in roots) + " |")
    print("| --- |" + " ---: |" * len(roots))
    for label in labels:
        print(f"| {label} | " + " | ".join(column.get(label, "-") for column in columns) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
