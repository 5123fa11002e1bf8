"""Walking folders of a repository: what is hidden and what git ignores is left out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


def walk(root: Path) -> Iterator[Path]:
    """Yield the files below a folder in order, leaving out hidden ones and what git ignores."""
    yield from _walk(root, _outer_rules(root))


def ignore_predicate(root: Path) -> Callable[[Path], bool]:
    """Return a function that says whether the `.gitignore` rules on disk ignore a file below."""
    outer = _outer_rules(root)
    known: dict[Path, tuple[bool, list[tuple[Path, GitIgnoreSpec]]]] = {}

    def inside(folder: Path) -> tuple[bool, list[tuple[Path, GitIgnoreSpec]]]:
        """Return whether a folder is left out, and the rules that hold in it."""
        state = known.get(folder)
        if state is None:
            out, rules = (False, outer) if folder == root else inside(folder.parent)
            out = out or (folder != root and _is_ignored(folder, rules, is_folder=True))
            folder_rules = _rules(folder)
            state = known[folder] = (
                out,
                [*rules, (folder, folder_rules)] if folder_rules is not None else rules,
            )
        return state

    def left_out(path: Path) -> bool:
        out, rules = inside(path.parent)
        return out or _is_ignored(path, rules, is_folder=False)

    return left_out


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def _walk(folder: Path, rules: list[tuple[Path, GitIgnoreSpec]]) -> Iterator[Path]:
    folder_rules = _rules(folder)
    rules = [*rules, (folder, folder_rules)] if folder_rules is not None else rules
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        is_folder = entry.is_dir(follow_symlinks=False)
        if _is_ignored(path, rules, is_folder=is_folder):
            continue
        if is_folder:
            yield from _walk(path, rules)
        elif _is_file(entry):
            yield path


def _outer_rules(root: Path) -> list[tuple[Path, GitIgnoreSpec]]:
    """Return the rules of the folders above `root`, up to the root of its repository."""
    above: list[tuple[Path, GitIgnoreSpec]] = []
    resolved = root.resolve()
    if (resolved / ".git").exists():
        return above
    for folder in resolved.parents:
        folder_rules = _rules(folder)
        if folder_rules is not None:
            above.insert(0, (folder, folder_rules))
        if (folder / ".git").exists():
            return above
    return []  # not inside a repository


def _rules(folder: Path) -> GitIgnoreSpec | None:
    path = folder / ".gitignore"
    if not path.is_file():
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(path.read_text(encoding="utf-8", errors="replace").splitlines())


def _is_ignored(path: Path, rules: list[tuple[Path, GitIgnoreSpec]], *, is_folder: bool) -> bool:
    """Whether the nearest rule that speaks of a path leaves it out."""
    for folder, spec in reversed(rules):
        try:
            relative = path.relative_to(folder)
        except ValueError:
            relative = path.resolve().relative_to(folder)
        verdict = spec.check_file(relative.as_posix() + ("/" if is_folder else "")).include
        if verdict is not None:
            return verdict
    return False
