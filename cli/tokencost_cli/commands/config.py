"""`tokencost config`."""

from __future__ import annotations

import typer

from tokencost_cli.options.declare import command
from tokencost_cli.options.output import ReportOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The settings in force, and the files that they come from.",
)


@app.callback()
def config() -> None:
    """The settings in force, and the files that they come from."""


@command(app)
def show(ctx: typer.Context, output: ReportOptions) -> None:
    """Every setting with its value, and where it is set.

    \b
    tokencost config show
    """
    from tokencost_cli.reports.config import report

    invocation = Invocation(ctx)
    context = invocation.context
    settings = invocation.settings
    invocation.write(report(settings, context.settings, context.environment, invocation.facts))
