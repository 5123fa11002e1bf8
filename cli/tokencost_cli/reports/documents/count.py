"""The document of `count`: tokens of prompts."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import UNSET, Struct, UnsetType

from tokencost_cli.reports.documents.fields import Count, about
from tokencost_cli.reports.documents.head import Head
from tokencost_cli.reports.documents.tokens import TokenRange

FORMAT: Final = "tokencost.count/2"


class CountItem(TokenRange, kw_only=True):
    """One prompt, counted by one tokenizer."""

    path: Annotated[str, about("The file, as it was named.")]
    line: Annotated[int | None, about("The line or entry of a file of several requests.")]


class CountTotal(Struct, kw_only=True):
    """All prompts together."""

    tokenizer: str
    tokens: Count


class CountDocument(Head, kw_only=True):
    """Tokens of prompts."""

    items: list[CountItem]
    total: Annotated[CountTotal, about("Where there is one tokenizer.")] | UnsetType = UNSET
