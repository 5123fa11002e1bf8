"""What `count` does between its options and its report."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tokencost_cli.progress import reading
from tokencost_cli.report import Cell, Column, Report, Table
from tokencost_cli.session import Session, some
from tokencost_cli.views.shared import method_of
from tokencost_pricing._version import __version__
from tokencost_pricing.errors import InputError, UsageError
from tokencost_profiles.sources import Source, expand, is_text, text_blocks
from tokencost_profiles.tokenizers import Count, Tokenizer, families, from_path, tokenizer
from tokencost_profiles.watch import Watch, watched

DEFAULT = "o200k_base"


class Request(NamedTuple):
    """The options of `count`."""

    paths: tuple[str, ...]
    models: tuple[str, ...] = ()
    tokenizers: tuple[str, ...] = ()
    compare: bool = False
    prices: tuple[Path, ...] = ()


class Tally(NamedTuple):
    """The tokens of one input by one tokenizer."""

    path: str
    tokenizer: Tokenizer
    counted: Count
    size: int


def run(session: Session, request: Request) -> Report:
    """Count every input with every tokenizer asked for."""
    if not request.paths:
        raise UsageError("name a file, a folder, or - for standard input")
    chosen = _chosen(session, request)
    try:
        found = expand(request.paths, session.context.folder, session.stdin)
        sources = [s for s in found if s.named or (s.size and is_text(s))]
        if not sources:
            raise InputError("nothing to count: no text was found")
        if len(sources) < len(found):
            passed = [source.shown for source in found if source not in sources]
            session.context.warn(f"passed over, empty or not text: {some(passed)}")
        large = sum(source.size for source in sources if source.size > 16 << 20)
        with reading(session.context, large * len(chosen)) as watch:
            tallies = [_tally(source, one, watch) for source in sources for one in chosen]
    finally:
        session.close()
    return _report(tallies, len(sources))


def _chosen(session: Session, request: Request) -> list[Tokenizer]:
    cache = session.context.cache
    names = list(request.tokenizers)
    if request.models:
        table = session.table(request.prices)
        names += [table.find(name).model.tokenizer or "unknown" for name in request.models]
    if request.compare:
        names += [family.name for family in families()]
    found = []
    for name in dict.fromkeys(names or [DEFAULT]):
        path = session.context.folder / name
        if Path(name).suffix in (".json", ".tiktoken", ".model") and path.is_file():
            found.append(from_path(path, name))
        else:
            found.append(tokenizer(name, cache))
    return found


def _tally(source: Source, chosen: Tokenizer, watch: Watch | None) -> Tally:
    blocks = watched(text_blocks(source), watch) if watch else text_blocks(source)
    count = chosen.count_blocks(blocks)
    if count.tokens == 0 and not any(text_blocks(source)):
        raise InputError(f"{source.shown}: is empty")
    return Tally(source.shown, chosen, count, source.size)


def _report(tallies: list[Tally], sources: int) -> Report:
    items = [
        {
            "path": tally.path, "tokenizer": tally.tokenizer.name, "tokens": tally.counted.tokens,
            "method": method_of(tally.counted.method),
            "error": tally.counted.error or None,
        }
        for tally in tallies
    ]  # fmt: skip
    names = list(dict.fromkeys(tally.tokenizer.name for tally in tallies))
    total = sum(tally.counted.tokens for tally in tallies) if len(names) == 1 else None
    columns = (
        Column("path", "file"),
        Column("tokenizer", "tokenizer"),
        Column("tokens", "tokens", "count"),
        Column("bytes_per_token", "bytes a token", "text", spare=1),
        Column("method", "method", spare=2),
        Column("error", "error", "error"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            tally.path, tally.tokenizer.name, tally.counted.tokens,
            f"{tally.size / tally.counted.tokens:.2f}" if tally.counted.tokens else None,
            tally.counted.method, tally.counted.error,
        )
        for tally in tallies
    ]  # fmt: skip
    footer = None
    if total is not None and sources > 1:
        footer = (f"{sources} files", names[0], total, None, None, None)
    data = {"tool": __version__, "items": items, "total": {"tokens": total}}
    return Report("tokencost.count/1", data, (Table(columns, rows, footer=footer, main=True),))
