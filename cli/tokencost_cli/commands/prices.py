"""`tokencost prices`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated

import typer

from tokencost_cli.options.declare import Before, argument, command
from tokencost_cli.options.output import ReportOptions
from tokencost_cli.options.pricing import PricingOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The price table: what is in it, since when, and from where.",
)


@dataclass(frozen=True, kw_only=True)
class ModelOptions(PricingOptions):
    """One model, by any of its names."""

    model: Annotated[
        str, argument(metavar="MODEL", text="As logs or people call it."), Before("as_of")
    ]


@dataclass(frozen=True, kw_only=True)
class SearchOptions(PricingOptions):
    """Models, by a part of their names."""

    text: Annotated[
        str, argument(metavar="TEXT", text="Part of a name or an alias."), Before("as_of")
    ]


@command(app, "list")
def list_(ctx: typer.Context, options: PricingOptions, output: ReportOptions) -> None:
    """Providers, with how many models each has."""
    from tokencost_cli.reports.prices import providers_report

    invocation = Invocation(ctx)
    table, terms = invocation.table(options.prices), invocation.terms(options.as_of, None)
    invocation.write(providers_report(table, terms, invocation.facts))


@command(app)
def show(ctx: typer.Context, options: ModelOptions, output: ReportOptions) -> None:
    """Everything the table knows of one model: every dated row, tier, mode, fee and source."""
    from tokencost_cli.reports.prices import model_report

    invocation = Invocation(ctx)
    table, terms = invocation.table(options.prices), invocation.terms(options.as_of, None)
    invocation.write(model_report(table, table.find(options.model), terms, invocation.facts))


@command(app)
def search(ctx: typer.Context, options: SearchOptions, output: ReportOptions) -> None:
    """Models whose name or alias holds a text, retired ones too."""
    from tokencost_cli.reports.prices import models_report, select

    invocation = Invocation(ctx)
    table, terms = invocation.table(options.prices), invocation.terms(options.as_of, None)
    chosen = select(table, search=options.text, provider=None, retired=True, at=terms.at)
    invocation.write(models_report(table, chosen, terms, invocation.facts))
