"""`tokencost tokenizers`."""

from __future__ import annotations

import typer

from tokencost_cli.options.declare import command
from tokencost_cli.options.output import ReportOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@command(app)
def tokenizers(ctx: typer.Context, output: ReportOptions) -> None:
    """Every tokenizer family: models, method, error."""
    from tokencost_cli.reports.tokenizers import report

    invocation = Invocation(ctx)
    invocation.write(report(invocation.facts))
