"""`tokencost profile`."""

from __future__ import annotations

import typer

from tokencost_cli.options.declare import command
from tokencost_cli.options.output import ProfileOutputOptions
from tokencost_cli.options.profile import ProfileOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@command(app)
def profile(ctx: typer.Context, options: ProfileOptions, output: ProfileOutputOptions) -> None:
    """Where the tokens and the money of logs and traces went.

    \b
    tokencost profile                                  the coding agents on this machine
    tokencost profile logs/ --by team --by model       any of the formats of `tokencost formats`
    tokencost profile run.jsonl --by session --top 10 --percentiles
    """
    from tokencost_cli.tasks.profile import run

    invocation = Invocation(ctx, quiet=output.quiet)
    report, problem = run(invocation, options, output.save)
    invocation.write(report)
    if problem is not None:
        raise problem
