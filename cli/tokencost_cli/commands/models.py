"""`tokencost models`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated

import typer

from tokencost_cli.options.declare import Before, command, option
from tokencost_cli.options.output import OutputOptions
from tokencost_cli.options.pricing import PricingOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@dataclass(frozen=True, kw_only=True)
class ModelsOptions(PricingOptions):
    """Which models are listed."""

    search: Annotated[
        str | None,
        option("--search", "-s", metavar="TEXT", text="In names and aliases."),
        Before("as_of"),
    ] = None
    provider: Annotated[str | None, option("--provider", metavar="NAME")] = None
    retired: Annotated[bool, option("--retired", text="Also models that are no longer served.")] = (
        False
    )


@command(app)
def models(ctx: typer.Context, options: ModelsOptions, output: OutputOptions) -> None:
    """Every model that can be priced.

    \b
    tokencost models --search opus
    tokencost models --provider google --format csv
    """
    from tokencost_cli.reports.prices import models_report, select

    invocation = Invocation(ctx, quiet=output.quiet)
    table = invocation.table(options.prices)
    terms = invocation.terms(options.as_of, None)
    chosen = select(
        table,
        search=options.search,
        provider=options.provider,
        retired=options.retired,
        at=terms.at,
    )
    invocation.write(models_report(table, chosen, terms, invocation.facts))
