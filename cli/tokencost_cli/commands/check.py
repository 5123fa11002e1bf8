"""`tokencost check`."""

from __future__ import annotations

from typing import Final

import typer

from tokencost_cli.options.check import CheckOptions, CheckOutputOptions
from tokencost_cli.options.declare import command
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)

# Settings that are tables: [[check.path]].
SETTINGS: Final = ("path",)


@command(app)
def check(ctx: typer.Context, options: CheckOptions, output: CheckOutputOptions) -> None:
    """The gate: exit 1 where prompts or logs cost too much.

    \b
    tokencost check prompts/ --git origin/main --max-increase 10%
    tokencost check prompts/ --baseline baseline.json --per-day 2000 --budget 500 --budget-per month
    tokencost check runs/ --logs --baseline runs.json --case tag:task --max-increase 5%
    """
    from tokencost_cli.tasks._gate_limits import policy_of, stated_limits
    from tokencost_cli.tasks.check import reports_of, run

    invocation = Invocation(ctx, quiet=output.quiet)
    written = reports_of(invocation, output.report)
    policy = policy_of(stated_limits(ctx, invocation))
    code = run(invocation, options, policy, written)
    if code:
        raise typer.Exit(code)
