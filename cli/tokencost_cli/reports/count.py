"""The report of `count`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec import UNSET

from tokencost_cli.output.formatting import token_range
from tokencost_cli.output.headings import column
from tokencost_cli.output.report import Cell, Report, Table
from tokencost_cli.reports.documents.count import FORMAT, CountDocument, CountItem, CountTotal
from tokencost_cli.reports.documents.head import head_fields
from tokencost_cli.reports.documents.tokens import method_of
from tokencost_cli.runtime.run_facts import RunFacts
from tokencost_profiles.tokens.counter import ESTIMATED
from tokencost_profiles.tokens.tokenizers import Tokenizer


class Tally(NamedTuple):
    """The tokens of one prompt by one tokenizer. `high` is None where nothing bounds them."""

    path: str
    line: int | None  # of a file of several prompts; the path ends in it
    tokenizer: Tokenizer
    tokens: int
    low: int
    high: int | None
    method: str
    size: int  # bytes of the text

    @property
    def error(self) -> Cell:
        """The error of the count: relative, or what it lies between."""
        family = self.tokenizer.family
        return token_range(self.low, self.high) if self.method == ESTIMATED else family.error


def report(tallies: Sequence[Tally], prompts: int, facts: Callable[[], RunFacts]) -> Report:
    """Return one row a prompt and tokenizer; `prompts`: how many prompts there are."""
    columns = (
        column("path"),
        column("tokenizer"),
        column("tokens", "count"),
        column("bytes_per_token", spare=1),
        column("method", spare=2),
        column("stated_error", "error", title="error"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            tally.path,
            tally.tokenizer.name,
            tally.tokens,
            f"{tally.size / tally.tokens:.2f}" if tally.tokens else None,
            tally.method,
            tally.error,
        )
        for tally in tallies
    ]
    total = _total(tallies)
    footer = None
    if total is not None and prompts > 1:
        footer = (f"{prompts} files", total.tokenizer, total.tokens, None, None, None)
    return Report(
        FORMAT,
        lambda: CountDocument(
            **head_fields(FORMAT, facts(), ()),
            items=[_item(tally) for tally in tallies],
            total=UNSET if total is None else total,
        ),
        (_catalogue(tallies), Table(columns, rows, footer=footer, main=True)),
    )


def _catalogue(tallies: Sequence[Tally]) -> Table:
    """Return one row a prompt and tokenizer, as the document has them."""
    counts = [_item(tally) for tally in tallies]
    texts, numbers = ("path", "line", "tokenizer", "method"), ("tokens", "low", "high")
    columns = (*(column(name) for name in texts), *(column(name, "count") for name in numbers))
    rows = [tuple(getattr(one, column.key) for column in columns) for one in counts]
    return Table(columns, rows, main=True, spreadsheet=True)


def _total(tallies: Sequence[Tally]) -> CountTotal | None:
    names = {tally.tokenizer.name for tally in tallies}
    if len(names) != 1:
        return None
    return CountTotal(tokenizer=names.pop(), tokens=sum(tally.tokens for tally in tallies))


def _item(tally: Tally) -> CountItem:
    suffix = "" if tally.line is None else f":{tally.line}"
    return CountItem(
        path=tally.path.removesuffix(suffix),
        line=tally.line,
        tokenizer=tally.tokenizer.name,
        tokens=tally.tokens,
        low=tally.low,
        high=tally.high,
        method=method_of(tally.method, tally.tokenizer.family.error),
    )
