"""The report of `count`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import UNSET

from tokencost_cli.output.formatting import error, token_range
from tokencost_cli.output.headings import column
from tokencost_cli.output.report import Report
from tokencost_cli.output.tables import Cell, Table
from tokencost_cli.reports.documents.count import FORMAT, CountDocument, CountItem, CountTotal
from tokencost_cli.reports.documents.head import head_fields
from tokencost_cli.reports.documents.tokens import method_of
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_profiles.tokens.counter import ESTIMATED
from tokencost_profiles.tokens.text_counts import TextCount


def report(
    counts: Sequence[TextCount],
    prompts: int,
    facts: Callable[[], RunFacts],
    warnings: tuple[str, ...] = (),
) -> Report:
    """Return one row a prompt and tokenizer; `prompts`: how many prompts there are."""
    columns = (
        column("path"),
        column("tokenizer"),
        column("tokens", "count"),
        column("bytes_per_token", spare=1),
        column("method", spare=2),
        column("stated_error", "range", title="error"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            count.path,
            count.tokenizer.name,
            count.tokens,
            f"{count.size / count.tokens:.2f}" if count.tokens else None,
            count.method,
            _error(count),
        )
        for count in counts
    ]
    total = _total(counts)
    footer = None
    if total is not None and prompts > 1:
        footer = (f"{prompts} files", total.tokenizer, total.tokens, None, None, None)
    return Report(
        FORMAT,
        lambda: CountDocument(
            **head_fields(FORMAT, facts(), warnings),
            items=[_item(count) for count in counts],
            total=UNSET if total is None else total,
        ),
        (_catalogue(counts), Table(columns, rows, footer=footer, main=True)),
        warnings,
    )


def _catalogue(counts: Sequence[TextCount]) -> Table:
    """Return one row a prompt and tokenizer, as the document has them."""
    items = [_item(count) for count in counts]
    texts, numbers = ("path", "line", "tokenizer", "method"), ("tokens", "low", "high")
    columns = (*(column(name) for name in texts), *(column(name, "count") for name in numbers))
    rows = [tuple(getattr(one, column.key) for column in columns) for one in items]
    return Table(columns, rows, main=True, spreadsheet=True)


def _total(counts: Sequence[TextCount]) -> CountTotal | None:
    names = {count.tokenizer.name for count in counts}
    if len(names) != 1:
        return None
    return CountTotal(tokenizer=names.pop(), tokens=sum(count.tokens for count in counts))


def _item(count: TextCount) -> CountItem:
    suffix = "" if count.line is None else f":{count.line}"
    return CountItem(
        path=count.path.removesuffix(suffix),
        line=count.line,
        tokenizer=count.tokenizer.name,
        tokens=count.tokens,
        low=count.low,
        high=count.high,
        method=method_of(count.method, count.tokenizer.family.error > 0),
    )


def _error(count: TextCount) -> Cell:
    """Return the error of a count: relative, or what it lies between."""
    if count.method == ESTIMATED:
        return token_range(count.low, count.high)
    return error(count.tokenizer.family.error)
