"""The document of `formats`."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Struct

from tokencost_cli.reports.documents.fields import about
from tokencost_cli.reports.documents.head import Head

FORMAT: Final = "tokencost.formats/2"


class FormatEntry(Struct, kw_only=True):
    """A log format that can be read."""

    name: Annotated[str, about("As `--input-format` takes it.")]
    title: str
    gives: Annotated[list[str], about("What its rows hold: usage, cost, time, session, ...")]
    where: Annotated[str | None, about("Where such files are, for people.")]
    homes: Annotated[list[str], about("Folders where an agent keeps them: `VARIABLE=~/base:rest`.")]


class FormatsDocument(Head, kw_only=True):
    """The log formats that can be read."""

    items: list[FormatEntry]
