"""`tokencost cache`."""

from __future__ import annotations

import typer

from tokencost_cli.options.declare import command
from tokencost_cli.options.output import ReportOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="What was computed before and is kept: it can all be computed again.",
)


@command(app)
def info(ctx: typer.Context, output: ReportOptions) -> None:
    """Where the cache is, and how much of what is in it.

    \b
    tokencost cache info
    tokencost cache info -f json
    """
    from tokencost_cli.reports.cache import report
    from tokencost_cli.tasks.cache import contents

    invocation = Invocation(ctx)
    folder = invocation.context.cache
    invocation.write(report(folder, contents(folder), invocation.facts))


@command(app)
def clear(ctx: typer.Context) -> None:
    """Remove everything from the cache: the next invocations compute it again.

    \b
    tokencost cache clear
    """
    from tokencost_cli.reports.cache import cleared
    from tokencost_cli.tasks.cache import clear, contents

    invocation = Invocation(ctx)
    folder = invocation.context.cache
    before = contents(folder)
    clear(folder)
    invocation.write_content(cleared(folder, before, contents(folder)))
