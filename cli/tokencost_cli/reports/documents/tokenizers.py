"""The document of `tokenizers`."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Struct

from tokencost_cli.reports.documents.fields import Share, about
from tokencost_cli.reports.documents.head import Head

FORMAT: Final = "tokencost.tokenizers/2"


class TokenizerEntry(Struct, kw_only=True):
    """A family of tokenizers."""

    name: str
    models: Annotated[str, about("The models that have it.")]
    method: Annotated[str, about("How its counts are come by.")]
    error_share: Annotated[Share, about("How far counts are off: 0.04 is four in a hundred.")]
    vocabulary: Annotated[str | None, about("Where the vocabulary is from.")]
    licence: str | None
    sha256: Annotated[str | None, about("Hash of the vocabulary.")]


class TokenizersDocument(Head, kw_only=True):
    """Every family of tokenizers."""

    items: list[TokenizerEntry]
