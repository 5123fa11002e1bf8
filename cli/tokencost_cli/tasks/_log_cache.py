"""Where what was read of logs is kept for the next invocation, and when that can be used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from tokencost_cli.options.logs import LogOptions
from tokencost_cli.runtime.invocation import Invocation
from tokencost_pricing.table import PriceTable
from tokencost_profiles.costs.dimensions import ids_among, named

if TYPE_CHECKING:
    from tokencost_profiles.logs.load import Plan
    from tokencost_profiles.logs.log_cache.complete_sums import CompleteSums
    from tokencost_profiles.logs.log_cache.log_cache import LogCache

Priced = TypeVar("Priced")


class Stored(NamedTuple):
    """What is stored of logs. `asked`: all that decides the sums of calls, beside the logs."""

    cache: LogCache
    sums: CompleteSums
    asked: str
    at_end: Callable[[Callable[[], None]], None]  # calls something once the report is written


def log_cache(
    invocation: Invocation, options: LogOptions, table: PriceTable, plan: Plan, *, plain: bool
) -> Stored | None:
    """Return what is stored of logs; None where that cannot give what is asked for.

    It holds hashes of ids, so that what ids are grouped or chosen by is read. `plain`: whether
    plain calls are read as columns.
    """
    folder, by = invocation.context.cache, plan.by
    if options.no_cache or options.mapping or by is None or folder is None:
        return None
    if ids_among([*by, *(named(text) for text in options.where)]):
        return None
    path = log_cache_path(folder)
    if path is None:
        return None
    from tokencost_profiles.logs.log_cache.cache_file import CacheFile
    from tokencost_profiles.logs.log_cache.complete_sums import CompleteSums
    from tokencost_profiles.logs.log_cache.log_cache import LogCache

    # Counts of texts depend on tokenizers, which models have by the table, on some day.
    identity = _identity(invocation, options, table)
    terms = f"{identity} {invocation.context.now:%Y-%m-%d}"
    how = f"{options.input_format or ''}{' plain' if plain else ''}"
    file = CacheFile(path)
    cache = LogCache(file, terms, how)
    asked = f"{_asked(plan, identity)} {how}"
    at_end = invocation.context.at_end
    at_end.append(cache.write)
    return Stored(cache, CompleteSums(file, asked, terms), asked, lambda act: at_end.insert(0, act))


def _asked(plan: Plan, identity: str) -> str:
    """Return what decides the sums of calls. `identity`: of the price table.

    The moment counts only for calls whose time is not known, and their sums are not stored.
    """
    selection = plan.selection._replace(zone=UTC)
    zone = str(plan.selection.zone)
    return repr((identity, plan.as_of, selection, zone, plan.by, plan.assumed_model, plan.places))


def with_cache(stored: Stored | None, priced_logs: Callable[[Stored | None], Priced]) -> Priced:
    """Return what logs hold, with what is known of them; read anew where that does not suffice."""
    if stored is None:
        return priced_logs(None)
    from tokencost_profiles.logs.log_cache.hidden_ids import UnknownOrderError

    try:
        return priced_logs(stored)
    except UnknownOrderError:
        return priced_logs(None)


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
