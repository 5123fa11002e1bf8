"""Files that are no prompts: logs, examples to fine-tune with, reports, attachments, empty ones."""

from __future__ import annotations

from typing import Any, Final

from tokencost_pricing.errors import InputError
from tokencost_profiles.files.paths import Source, text_blocks
from tokencost_profiles.tokens import prompt_documents
from tokencost_profiles.tokens.prompt import ReadOptions

# Why a file is no prompt.
LOG: Final = "log"
TRAINING: Final = "training"
UNKNOWN: Final = "unknown"  # data in which nothing is recognised
ATTACHMENT: Final = "attachment"
EMPTY: Final = "empty"
REPORT: Final = "report"  # of ours

ANY_LOG: Final = "walker"  # calls in no format that has a name


class NotAPromptError(InputError):
    """A file that is something else than a prompt. `kind` says what."""

    def __init__(self, reason: str, kind: str, *, file: str, hint: str | None = None) -> None:
        super().__init__(reason, file=file, hint=hint)
        self.kind = kind


def refuse_empty(source: Source) -> None:
    """Raise `NotAPromptError` for a file of white space."""
    if not any(block.strip() for block in text_blocks(source)):
        raise NotAPromptError("is empty", EMPTY, file=source.label)


def refuse_log(source: Source, how: ReadOptions) -> None:
    """Raise `NotAPromptError` for a log."""
    if how.tokens_only and source.named:
        return
    name = how.log_of(source) if how.log_of else None
    if name is not None:
        raise NotAPromptError(
            f"a log{'' if name == ANY_LOG else f' ({name})'}, not a prompt",
            LOG,
            hint=f"use `tokencost profile {source.label}`",
            file=source.label,
        )


def refuse_training(rows: list[Any], source: Source, how: ReadOptions) -> None:
    """Raise `NotAPromptError` for examples to fine-tune a model with."""
    if prompt_documents.is_training(rows):
        refuse_trained(len(rows), source, how)


def refuse_trained(examples: int, source: Source, how: ReadOptions) -> None:
    """Raise `NotAPromptError` for a file of so many examples, unless tokens alone are wanted."""
    if how.tokens_only and source.named:
        return
    raise NotAPromptError(
        f"a fine-tuning file ({examples:,} examples), not a prompt",
        TRAINING,
        hint="the price table holds no rates of training; `tokencost count` counts its tokens",
        file=source.label,
    )
