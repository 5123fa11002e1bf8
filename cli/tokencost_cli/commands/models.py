"""`tokencost models`."""

from __future__ import annotations

from typing import Annotated

import typer

from tokencost_cli.commands import _options
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def models(
    ctx: typer.Context,
    search: Annotated[
        str | None, typer.Option("--search", "-s", metavar="TEXT", help="In names and aliases.")
    ] = None,
    provider: Annotated[str | None, typer.Option("--provider", metavar="NAME")] = None,
    retired: Annotated[
        bool, typer.Option("--retired", help="Also models that are no longer served.")
    ] = False,
    as_of: _options.AsOf = None,
    prices: _options.Prices = None,
    format_name: _options.Format = "table",
    output: _options.Output = None,
    quiet: _options.Quiet = False,
) -> None:
    """Every model that can be priced.

    \b
    tokencost models --search opus
    tokencost models --provider google --format csv
    """
    from tokencost_cli.reports.prices import models_report, select

    invocation = Invocation(ctx, quiet=quiet)
    table = invocation.table(prices)
    terms = invocation.terms(as_of, None)
    chosen = select(table, search=search, provider=provider, retired=retired, at=terms.at)
    invocation.write(models_report(table, chosen, terms))
