"""Where what was read of logs is kept for the next invocation, and when that can be used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tokencost_cli.options.logs import LogOptions
from tokencost_cli.runtime.invocation import Invocation
from tokencost_pricing.table import PriceTable
from tokencost_profiles.costs.dimensions import ids_among, named
from tokencost_profiles.logs.load import RecordedCalls

if TYPE_CHECKING:
    from tokencost_profiles.logs.log_cache.log_cache import LogCache

Priced = TypeVar("Priced")


def log_cache(
    invocation: Invocation,
    options: LogOptions,
    table: PriceTable,
    by: Iterable[str] | None,
    *,
    plain: bool = False,
) -> LogCache | None:
    """Return the cache of logs; None where it cannot give what is asked for.

    It holds hashes of ids, so that what ids are grouped or chosen by is read. `plain`: whether
    plain calls are read as columns.
    """
    folder = invocation.context.cache
    if options.no_cache or options.mapping or by is None or folder is None:
        return None
    if ids_among([*by, *(named(text) for text in options.where)]):
        return None
    path = log_cache_path(folder)
    if path is None:
        return None
    from tokencost_profiles.logs.log_cache.cache_file import CacheFile
    from tokencost_profiles.logs.log_cache.log_cache import LogCache

    # Counts of texts depend on tokenizers, which models have by the table, on some day.
    terms = f"{_identity(invocation, options, table)} {invocation.context.now:%Y-%m-%d}"
    cache = LogCache(
        CacheFile(path), terms, f"{options.input_format or ''}{' plain' if plain else ''}"
    )
    invocation.context.at_end.append(cache.write)
    return cache


def with_cache(
    cache: LogCache | None, priced_logs: Callable[[LogCache | None], tuple[RecordedCalls, Priced]]
) -> tuple[RecordedCalls, Priced]:
    """Return what logs hold, with what is known of them; read anew where that does not suffice."""
    if cache is None:
        return priced_logs(None)
    from tokencost_profiles.logs.log_cache.hidden_ids import UnknownOrderError

    try:
        recorded, priced = priced_logs(cache)
    except UnknownOrderError:
        return priced_logs(None)
    # Sessions of saved profiles are compared with those of logs.
    return priced_logs(None) if recorded.saved and cache.hides_ids else (recorded, priced)


def _identity(invocation: Invocation, options: LogOptions, table: PriceTable) -> str:
    """Return a text that is another one where any name of a model means something else."""
    from tokencost_pricing.lock import overlay_hash

    overlays = invocation.overlays(options.prices)
    return f"{table.identity} {overlay_hash(overlays.values()) if overlays else ''}"


def log_cache_path(folder: Path) -> Path | None:
    """Return the file of the cache: each version of the readers has one of its own."""
    from tokencost_profiles.discovery import is_extended
    from tokencost_profiles.logs.log_cache.reader_source import source_hash

    source = source_hash()
    if source is None or is_extended("formats") or is_extended("tokenizers"):
        return None  # readers of other packages may change unseen
    return folder / f"logs-{source[:16]}.sqlite"
