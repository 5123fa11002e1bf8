"""The document of `config show`."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Struct

from tokencost_cli.reports.documents.fields import about
from tokencost_cli.reports.documents.head import Head

FORMAT: Final = "tokencost.config/2"


class SettingEntry(Struct, kw_only=True):
    """One setting."""

    name: Annotated[str, about("Such as `check.budget`.")]
    value: Any
    source: Annotated[str, about("The file that sets it; `default`, or `environment`.")]


class ConfigDocument(Head, kw_only=True):
    """The settings in force."""

    files: Annotated[list[str], about("Files that were read, the user's first.")]
    user_file: Annotated[str | None, about("Where the user's file is, or would be.")]
    items: list[SettingEntry]
