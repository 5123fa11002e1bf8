"""Files as they were in a revision, read straight from git: nothing is checked out."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from tokencost_pricing.errors import InputError, UsageError
from tokencost_profiles.files.globs import matches
from tokencost_profiles.files.ignored import ignore_predicate

_FILES: Final = frozenset({b"100644", b"100755"})
_LINK: Final = b"120000"
_MOST_LINKS: Final = 8  # one after the other
_GLOB: Final = frozenset("*?[")
# Nothing is fetched, asked or locked.
_QUIET: Final = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


class Revision(NamedTuple):
    """A commit, seen from a folder inside its repository."""

    name: str  # as it was asked for
    commit: str
    folder: Path
    environment: Mapping[str, str]
    unshared: bool = False  # asked for where a branch left it, which this clone does not hold


def revision(name: str, folder: Path, environment: Mapping[str, str]) -> Revision:
    """Find a revision. `main...` is where the work of this branch left main.

    Raise `UsageError` where there is no git, no repository, or no such revision.
    """
    if not name or name.startswith("-"):
        raise UsageError(f"'{name}' is not a revision")
    seen = Revision(name, "", folder, {**environment, **_QUIET})
    wanted, unshared = name, False
    if name.endswith("..."):
        shared = _git(seen, ["merge-base", name[:-3], "HEAD"]).stdout.decode().strip()
        wanted, unshared = shared or name[:-3], not shared
    outcome = _git(seen, ["rev-parse", "--verify", "--quiet", f"{wanted}^{{commit}}"])
    if outcome.returncode == 0:
        return seen._replace(commit=outcome.stdout.decode().strip(), unshared=unshared)
    if _git(seen, ["rev-parse", "--is-inside-work-tree"]).returncode:
        raise UsageError(
            "git needs a repository, and this folder is in none",
            hint="compare with a file instead: `tokencost baseline PATHS -o FILE`",
        )
    raise UsageError(
        f"no revision '{name}' in this repository",
        hint="in CI, fetch it first: `git fetch origin main`, or a checkout of full depth",
    )


def committed_at(base: Revision) -> float:
    """Return when a revision was committed, in UTC seconds."""
    label = _git(base, ["show", "--no-patch", "--format=%ct", base.commit]).stdout
    return float(label.decode().strip())


def list_files(base: Revision, paths: Sequence[str]) -> dict[str, str]:
    """Return the files that paths name in a revision, each with the id of its content.

    Files, folders and globs are read as they are on disk: a folder leaves out what is hidden or
    ignored. What a path does not name in the revision is simply not there.
    """
    files: dict[str, str] = {}
    for argument in paths:
        if set(argument) & _GLOB and not (base.folder / argument).exists():
            files |= _glob_matches(base, argument)
        else:
            files |= _files_below(base, argument)
    return files


def read_files(base: Revision, files: Mapping[str, str]) -> dict[str, bytes]:
    """Return the contents of listed files, read in one go."""
    if not files:
        return {}
    wanted = list(dict.fromkeys(files.values()))
    done = _git(base, ["cat-file", "--batch"], "\n".join(wanted).encode() + b"\n")
    blobs: dict[str, bytes] = {}
    at = 0
    for blob in wanted:
        end = done.stdout.find(b"\n", at)
        head = done.stdout[at:end].split(b" ")
        if end < 0 or len(head) != 3:
            raise InputError(
                f"git cannot read the files of {base.name}",
                hint="a partial clone may lack them: fetch them first",
            )
        size = int(head[2])
        blobs[blob] = done.stdout[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return {path: blobs[blob] for path, blob in files.items()}


def blob_id(data: bytes, like: str) -> str:
    """Return the id that git gives a content, with the hash algorithm of another id."""
    hash_of = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return hash_of(b"blob %d\0" % len(data) + data).hexdigest()


def _files_below(base: Revision, argument: str) -> dict[str, str]:
    """Return a file, or the files below a folder."""
    target = base.folder / argument
    relative = os.path.relpath(target, base.folder)
    entries = _tree(base, [relative])
    files: dict[str, str] = {}
    ignored = ignore_predicate(target)
    for path, blob in entries.items():
        if path == relative:
            return {argument: blob}
        inside = (
            PurePosixPath(path).relative_to(relative) if relative != "." else (PurePosixPath(path))
        )
        hidden = any(part.startswith(".") for part in inside.parts)
        if not hidden and not ignored(target / inside):
            label = str(inside) if argument in (".", "./") else f"{argument.rstrip('/')}/{inside}"
            files[label] = blob
    return files


def _glob_matches(base: Revision, pattern: str) -> dict[str, str]:
    absolute = Path(pattern).is_absolute()
    if absolute:
        pattern = os.path.relpath(pattern, base.folder)
    fixed = pattern[: min(pattern.index(mark) for mark in _GLOB if mark in pattern)]
    root = fixed.rpartition("/")[0]
    entries = _tree(base, [root or "."])
    return {
        os.path.normpath(base.folder / path) if absolute else path: blob
        for path, blob in entries.items()
        if matches(pattern, path)
    }


def _tree(base: Revision, paths: Iterable[str]) -> dict[str, str]:
    """Return the plain files below paths, named as seen from the folder."""
    arguments = ["ls-tree", "-r", "-z", base.commit, "--"]
    arguments += [path.rstrip("/") + "/" if path == "." else path for path in paths]
    done = _git(base, arguments)
    if done.returncode:
        raise InputError(f"git cannot list {base.name}: {done.stderr.decode().strip()}")
    files: dict[str, str] = {}
    links: dict[str, str] = {}
    for entry in done.stdout.split(b"\0"):
        meta, _, path = entry.partition(b"\t")
        fields = meta.split(b" ")
        if len(fields) == 3 and fields[0] in _FILES:
            files[os.fsdecode(path)] = fields[2].decode()
        elif fields[0] == _LINK:
            links[os.fsdecode(path)] = fields[2].decode()
    return files | _follow_links(base, links)


def _follow_links(base: Revision, links: Mapping[str, str]) -> dict[str, str]:
    """Return the files of the revision that links lead to, under the names of the links."""
    files: dict[str, str] = {}
    at = dict(links)
    names = {path: path for path in links}
    for _ in range(_MOST_LINKS):
        texts = read_files(base, at)
        targets = {
            path: os.path.normpath(os.path.join(os.path.dirname(names[path]), os.fsdecode(text)))
            for path, text in texts.items()
        }
        at = {}
        for path, target in targets.items():
            mode, blob = _entry(base, target)
            if mode in _FILES:
                files[path] = blob
            elif mode == _LINK:
                at[path], names[path] = blob, target
    return files


def _entry(base: Revision, path: str) -> tuple[bytes, str]:
    """Return the mode and the id of one path of the revision; nothing where it is not there."""
    done = _git(base, ["ls-tree", "-z", base.commit, "--", path])
    fields = done.stdout.partition(b"\t")[0].split(b" ")
    return (fields[0], fields[2].decode()) if len(fields) == 3 else (b"", "")


def _git(
    seen: Revision, arguments: Sequence[str], stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *arguments],
            cwd=seen.folder,
            input=stdin,
            capture_output=True,
            check=False,
            env=dict(seen.environment),
        )
    except OSError as error:
        raise UsageError(
            f"git cannot be run: {error.strerror}",
            hint="compare with a file instead: `tokencost baseline PATHS -o FILE`",
        ) from error
