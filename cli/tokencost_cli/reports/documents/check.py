"""The document of `check`: that of `diff`, the limits, and the verdict."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Struct

from tokencost_cli.reports.documents.diff import DiffDocument, ReasonEntry, one_of
from tokencost_cli.reports.documents.fields import about
from tokencost_profiles.gate.limits import ERROR, FAIL, INCONCLUSIVE, PASS, WARN

FORMAT: Final = "tokencost.check/2"


class LimitEntry(Struct, kw_only=True):
    """A limit in force."""

    name: Annotated[str, about("The flag, with underscores.")]
    value: Annotated[str | int, about("A ratio, US dollars, tokens (exact), or a word.")]
    level: Annotated[str, one_of(FAIL, WARN), about("What it leads to.")]
    match: Annotated[str | None, about("The pattern of the paths it is for; null: all.")]


class CheckDocument(DiffDocument, kw_only=True):
    """Whether what changed is allowed."""

    limits: list[LimitEntry]
    verdict: Annotated[
        str,
        one_of(PASS, WARN, INCONCLUSIVE, FAIL, ERROR),
        about("error: not known, since something has no price or could not be read."),
    ]
    reasons: Annotated[list[ReasonEntry], about("Those that fail first.")]
