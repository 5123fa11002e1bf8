"""`tokencost prices`."""

from __future__ import annotations

from typing import Annotated

import typer

from tokencost_cli.commands import _options
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The price table: what is in it, since when, and from where.",
)


@app.command("list")
def list_(
    ctx: typer.Context,
    as_of: _options.AsOf = None,
    prices: _options.Prices = None,
    format_name: _options.Format = "table",
    output: _options.Output = None,
) -> None:
    """Providers, with how many models each has."""
    from tokencost_cli.reports.prices import providers_report

    invocation = Invocation(ctx)
    table, terms = invocation.table(prices), invocation.terms(as_of, None)
    invocation.write(providers_report(table, terms))


@app.command()
def show(
    ctx: typer.Context,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="As logs or people call it.")],
    as_of: _options.AsOf = None,
    prices: _options.Prices = None,
    format_name: _options.Format = "table",
    output: _options.Output = None,
) -> None:
    """Everything the table knows of one model: every dated row, tier, mode, fee and source."""
    from tokencost_cli.reports.prices import model_report

    invocation = Invocation(ctx)
    table, terms = invocation.table(prices), invocation.terms(as_of, None)
    invocation.write(model_report(table, table.find(model), terms))


@app.command()
def search(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Part of a name or an alias.")],
    as_of: _options.AsOf = None,
    prices: _options.Prices = None,
    format_name: _options.Format = "table",
    output: _options.Output = None,
) -> None:
    """Models whose name or alias holds a text, retired ones too."""
    from tokencost_cli.reports.prices import models_report, select

    invocation = Invocation(ctx)
    table, terms = invocation.table(prices), invocation.terms(as_of, None)
    chosen = select(table, search=text, provider=None, retired=True, at=terms.at)
    invocation.write(models_report(table, chosen, terms))
