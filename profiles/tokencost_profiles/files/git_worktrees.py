"""Which project a folder belongs to: a git worktree belongs to its repository.

A worktree's `.git` is a file that names its folder below `worktrees/` of the repository. So is that
of a submodule, below `modules/`: a submodule is a project.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

_LARGEST: Final = 1 << 14
_GIT_FILE: Final = re.compile(r"\s*gitdir:\s*(\S[^\r\n]*)")
_CORE_WORKTREE: Final = re.compile(r"^\s*worktree\s*=\s*(\S[^\r\n]*)", re.MULTILINE)
# Where Claude Code makes worktrees: recognised by the path alone, as they are removed after use.
_AGENT_WORKTREE: Final = re.compile(r"(.+)[/\\]\.claude[/\\]worktrees[/\\][^/\\]+(.*)", re.DOTALL)


class Projects:
    """The projects of folders, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of(self, folder: str | None) -> str | None:
        """Return the project of a folder as a log names it; itself where it is no worktree."""
        if not folder:
            return folder
        project = self._known.get(folder)
        if project is None:
            project = self._known[folder] = project_of(folder)
        return project


def project_of(folder: str) -> str:
    """Return the folder of the repository that stands for a folder of one of its worktrees."""
    if os.path.isabs(folder) and not folder.startswith(("//", "\\\\")):  # nothing over a network
        path = Path(folder)
        for root in (path, *path.parents):
            git = root / ".git"
            if _is(git, folder=True):
                break
            if _is(git, folder=False):
                repository = _repository(git)
                return folder if repository is None else str(repository / path.relative_to(root))
    match = _AGENT_WORKTREE.fullmatch(folder)
    return match[1] + match[2] if match else folder


def _repository(git: Path) -> Path | None:
    """Return the working folder of the repository that a `.git` file of a worktree leads to."""
    named = _GIT_FILE.match(_text(git))
    if named is None:
        return None
    admin = _join_path(git.parent, named[1].strip())
    common = _text(admin / "commondir").strip()
    shared = _join_path(admin, common) if common else admin.parent.parent
    if not common and (admin.parent.name != "worktrees" or shared.name == "modules"):
        return None
    main = _CORE_WORKTREE.search(_text(shared / "config"))
    if main:  # a submodule says where it lies
        return _join_path(shared, main[1].strip())
    # `.git`, or a bare repository beside its worktrees; another bare one has no working folder.
    return shared.parent if shared.name.startswith(".") else shared


def _join_path(folder: Path, name: str) -> Path:
    return Path(os.path.normpath(folder / name))


def _is(path: Path, *, folder: bool) -> bool:
    try:
        return path.is_dir() if folder else path.is_file()
    except (OSError, ValueError):  # no such path can be
        return False


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
