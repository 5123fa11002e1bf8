"""`tokencost estimate`."""

from __future__ import annotations

import typer

from tokencost_cli.options.declare import command
from tokencost_cli.options.estimate import EstimateOptions
from tokencost_cli.options.output import OutputOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@command(app)
def estimate(ctx: typer.Context, options: EstimateOptions, output: OutputOptions) -> None:
    """What prompts will cost, on one model or on many.

    \b
    tokencost estimate prompt.txt
    tokencost estimate prompts/ -m gpt-6.1-sol --output-tokens 300 --per-day 2000
    cat prompt.txt | tokencost estimate - -m claude-sonnet-5-5 --mode batch
    """
    from tokencost_cli.tasks.estimate import run

    invocation = Invocation(ctx, quiet=output.quiet)
    report, problem = run(invocation, options)
    invocation.write(report)
    if problem is not None:
        raise problem
