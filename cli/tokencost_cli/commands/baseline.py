"""`tokencost baseline`."""

from __future__ import annotations

import typer

from tokencost_cli.options.declare import command
from tokencost_cli.options.gate import MeasureOptions
from tokencost_cli.options.output import BaselineOutputOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@command(app)
def baseline(ctx: typer.Context, options: MeasureOptions, output: BaselineOutputOptions) -> None:
    """Write what check and diff compare with.

    \b
    tokencost baseline prompts/ -m gpt-6.1-sol -o baseline.json
    tokencost baseline --logs runs/ --save runs.tokencost
    """
    from tokencost_cli.tasks.baseline import baseline_of

    invocation = Invocation(ctx, quiet=output.quiet)
    report, problem = baseline_of(invocation, options, output.save)
    if report is not None:
        invocation.write(report)
    if problem is not None:
        raise problem
