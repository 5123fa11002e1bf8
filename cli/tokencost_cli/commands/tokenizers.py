"""`tokencost tokenizers`."""

from __future__ import annotations

import typer

from tokencost_cli.commands import _options
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def tokenizers(
    ctx: typer.Context,
    format_name: _options.Format = "table",
    output: _options.Output = None,
) -> None:
    """Every tokenizer family: models, method, error."""
    from tokencost_cli.reports.tokenizers import report

    Invocation(ctx).write(report())
