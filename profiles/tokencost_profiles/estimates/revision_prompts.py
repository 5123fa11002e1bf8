"""The prompts of a git revision: what has not changed since is not read or counted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from tokencost_profiles.estimates.prompt_sets import PromptSet
from tokencost_profiles.files import git_base
from tokencost_profiles.files.git_base import Revision
from tokencost_profiles.files.paths import Source, from_bytes, read_text
from tokencost_profiles.tokens.prompt import ReadOptions
from tokencost_profiles.tokens.prompt_folders import FolderPrompts, gather
from tokencost_profiles.tokens.prompts import LARGE_TEXT

# A text larger than this is not compared word by word to see whether it was renamed.
_LARGEST_COMPARED: Final = 1 << 18


class RevisionPrompts(NamedTuple):
    """The prompts that paths name in a revision."""

    changed: FolderPrompts
    unchanged: frozenset[str]  # files with the content of today

    def is_unchanged(self, path: str) -> bool:
        """Whether a prompt is of a file with the content of today.

        A line of a file of requests is named after it.
        """
        if path in self.unchanged:
            return True
        file, colon, line = path.rpartition(":")
        return bool(colon) and line.isdigit() and file in self.unchanged


def prompts_in(
    revision: Revision, paths: Sequence[str], today: Mapping[str, Source], how: ReadOptions
) -> RevisionPrompts:
    """Read the prompts that paths name in a revision. `today`: the files of now, by label."""
    files = git_base.list_files(revision, [path for path in paths if path != "-"])
    same = frozenset(
        path for path, blob in files.items() if path in today and _is_same(today[path], blob)
    )
    changed = {path: blob for path, blob in files.items() if path not in same}
    sources = [
        from_bytes(content, path)._replace(named=path in paths, path=revision.folder / path)
        for path, content in git_base.read_files(revision, changed).items()
    ]
    return RevisionPrompts(gather(sources, how, keep_malformed=True), same)


def _is_same(source: Source, blob: str) -> bool:
    if source.size > LARGE_TEXT:
        return False
    with source.open() as file:
        return git_base.blob_id(file.read(), blob) == blob


def texts_of_one_side(
    base: PromptSet, head: PromptSet, revision: RevisionPrompts
) -> dict[str, tuple[str, str]]:
    """Return the (base, head) texts of what is on one side only, where each side has one."""
    texts = {}
    for path, source in base.sources.items():
        if path not in head.sources and path in base.prompts:
            texts[path] = (_text(source), "")
    for path, source in head.sources.items():
        if path not in base.sources and path in head.prompts and path not in revision.unchanged:
            texts[path] = ("", _text(source))
    removed = any(old for old, _ in texts.values())
    return texts if removed and any(new for _, new in texts.values()) else {}


def _text(source: Source) -> str:
    return read_text(source) if source.size <= _LARGEST_COMPARED else ""
