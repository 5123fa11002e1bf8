"""`tokencost formats`."""

from __future__ import annotations

import typer

from tokencost_cli import options
from tokencost_cli.runtime.invocation import Session

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def formats(
    ctx: typer.Context,
    format_name: options.Format = "table",
    output: options.Output = None,
) -> None:
    """The logs and traces that can be read."""
    from tokencost_cli.reports.formats import report

    Session(ctx).write(report())
