"""The prompts among many files: what is none is passed over, and named or counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.paths import Source
from tokencost_profiles.tokens import prompt_files
from tokencost_profiles.tokens.not_prompts import UNKNOWN, NotAPromptError
from tokencost_profiles.tokens.prompt import Prompt, ReadOptions
from tokencost_profiles.tokens.prompts import read_prompts


class UnreadFile(NamedTuple):
    """A file that could be a prompt and was not read as one."""

    source: Source
    error: InputError

    @property
    def is_malformed(self) -> bool:
        """Whether it is a prompt that cannot be read, not something else."""
        return not isinstance(self.error, NotAPromptError)


class FolderPrompts(NamedTuple):
    """What files hold: prompts, and what was passed over."""

    prompts: tuple[tuple[Source, tuple[Prompt, ...]], ...] = ()
    passed: tuple[UnreadFile, ...] = ()
    others: tuple[str, ...] = ()  # files that are no prompts by their names, or hold none

    @property
    def all_prompts(self) -> list[Prompt]:
        """Every prompt, in the order of the files."""
        return [prompt for _, prompts in self.prompts for prompt in prompts]


def gather(
    sources: Iterable[Source], how: ReadOptions, *, keep_malformed: bool = False
) -> FolderPrompts:
    """Read the prompts of files.

    A file that the user named must be one: what is wrong with it is raised, or with `keep_broken`
    noted. Of the files of a folder, what cannot be read is passed over.
    """
    prompts: list[tuple[Source, tuple[Prompt, ...]]] = []
    passed: list[UnreadFile] = []
    others: list[str] = []
    for source in sources:
        if not source.named and is_other(source):
            others.append(source.label)
            continue
        try:
            prompts.append((source, tuple(read_prompts(source, how))))
        except InputError as error:
            unknown = isinstance(error, NotAPromptError) and error.kind == UNKNOWN
            if unknown and not source.named:
                others.append(source.label)
            elif source.named and not keep_malformed:
                raise
            else:
                passed.append(UnreadFile(source, error))
    return FolderPrompts(tuple(prompts), tuple(passed), tuple(others))


def is_other(source: Source) -> bool:
    """Whether a file of a folder is no prompt by its name."""
    name = source.label.replace("\\", "/").rpartition("/")[2]
    return prompt_files.kind_of(name) == prompt_files.OTHER
