"""Progress on stderr, for work that takes a while and only where somebody watches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tokencost_cli.context import Context
from tokencost_profiles.watch import Watch

_MANY: Final = 2_000  # calls


@contextmanager
def reading(context: Context, size: int) -> Iterator[Watch | None]:
    """Show how much of `size` bytes has been read; yields None where there is nothing to show."""
    if size <= 0 or context.quiet:
        yield None
        return
    if not context.stderr_is_terminal:
        context.inform(f"reading {size / 1e6:,.0f} MB")
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    console = Console(file=context.stderr)
    columns = (BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("reading", total=size)
        yield Watch(lambda amount: progress.advance(task, amount))


@contextmanager
def counting(context: Context, calls: int) -> Iterator[Watch | None]:
    """Show how many of some calls have been counted, where there are many."""
    if calls < _MANY or context.quiet or not context.stderr_is_terminal:
        yield None
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(file=context.stderr)
    columns = (MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("counting", total=calls)
        yield Watch(lambda amount: progress.advance(task, amount))
