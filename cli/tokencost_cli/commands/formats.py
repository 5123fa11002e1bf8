"""`tokencost formats`."""

from __future__ import annotations

import typer

from tokencost_cli.commands import _options
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def formats(
    ctx: typer.Context,
    format_name: _options.Format = "table",
    output: _options.Output = None,
) -> None:
    """The logs and traces that can be read."""
    from tokencost_cli.reports.formats import report

    Invocation(ctx).write(report())
