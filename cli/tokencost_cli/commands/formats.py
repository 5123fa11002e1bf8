"""`tokencost formats`."""

from __future__ import annotations

import typer

from tokencost_cli.options.declare import command
from tokencost_cli.options.output import ReportOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@command(app)
def formats(ctx: typer.Context, output: ReportOptions) -> None:
    """The logs and traces that can be read."""
    from tokencost_cli.reports.formats import report

    invocation = Invocation(ctx)
    invocation.write(report(invocation.facts))
