"""The document of `cache info`."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Struct

from tokencost_cli.reports.documents.fields import Count, about
from tokencost_cli.reports.documents.head import Head

FORMAT: Final = "tokencost.cache/2"


class CacheEntry(Struct, kw_only=True):
    """What the cache holds of one kind."""

    name: Annotated[str, about("`logs`, `prices`, `tokenizers` or `workloads`.")]
    files: Count
    bytes: Annotated[Count, about("Of these files, on disk.")]
    sources: Annotated[Count | None, about("Logs that need not be read again; null: no logs.")]
    limit_bytes: Annotated[
        Count | None, about("At most so much is stored of logs; the least used goes.")
    ]


class CacheDocument(Head, kw_only=True):
    """Where the cache is, and what it holds."""

    folder: Annotated[str | None, about("Null: nothing is stored.")]
    items: list[CacheEntry]
