"""`tokencost diff`."""

from __future__ import annotations

import typer

from tokencost_cli.options.declare import command
from tokencost_cli.options.diff import DiffOptions
from tokencost_cli.options.output import OutputOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@command(app)
def diff(ctx: typer.Context, options: DiffOptions, output: OutputOptions) -> None:
    """What changed between two measurements, and why.

    \b
    tokencost diff before.json after.json        two files of estimate, baseline or profile
    tokencost diff --git origin/main prompts/    the prompts here against those of a revision
    """
    from tokencost_cli.reports.check import report
    from tokencost_cli.tasks._unpriced import check_policy
    from tokencost_cli.tasks.diff import difference, unpriced_in

    invocation = Invocation(ctx, quiet=output.quiet)
    check_policy(options.unpriced)
    compared = difference(invocation, options)
    invocation.write(report(compared, invocation.facts))
    problem = unpriced_in(compared, options.unpriced)
    if problem is not None:
        raise problem
