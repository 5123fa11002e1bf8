"""`tokencost prices`."""

# No postponed annotations here: typer would compile each option from text.
import typer

from tokencost_cli.options.declare import command
from tokencost_cli.options.output import FileOptions, ReportOptions
from tokencost_cli.options.price_tables import (
    DiffOptions,
    DoctorOptions,
    ImportOptions,
    LockOptions,
    ModelOptions,
    SearchOptions,
    UpdateOptions,
)
from tokencost_cli.options.pricing import PricingOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The price table: what is in it, since when, and from where.",
)


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
    offer = invocation.offer(table, options.model)
    invocation.write(model_report(table, offer, terms, invocation.facts))


@command(app)
def search(ctx: typer.Context, options: SearchOptions, output: ReportOptions) -> None:
    """Models whose name or alias holds a text, retired ones too."""
    from tokencost_cli.reports.prices import models_report, select

    invocation = Invocation(ctx)
    table, terms = invocation.table(options.prices), invocation.terms(options.as_of, None)
    chosen = select(table, search=options.text, provider=None, retired=True, at=terms.at)
    invocation.write(models_report(table, chosen, terms, invocation.facts))


@command(app)
def history(ctx: typer.Context, options: ModelOptions, output: ReportOptions) -> None:
    """Every dated price of one model, with its change against the one before.

    \b
    tokencost prices history gpt-4o
    tokencost prices history deepseek/deepseek-chat -f csv
    """
    from tokencost_cli.reports.price_changes import history_report

    invocation = Invocation(ctx)
    table, terms = invocation.table(options.prices), invocation.terms(options.as_of, None)
    offer = invocation.offer(table, options.model)
    invocation.write(history_report(table, offer, terms, invocation.facts))


@command(app)
def diff(ctx: typer.Context, options: DiffOptions, output: ReportOptions) -> None:
    """What differs between two price tables, or between two days of one.

    \b
    tokencost prices diff 2026-06-01
    tokencost prices diff 2026-01-01 2026-11-01 --provider openai
    tokencost prices diff shipped ../checkout
    """
    from tokencost_cli.tasks.price_tables import diff

    diff(Invocation(ctx), options)


@command(app)
def doctor(ctx: typer.Context, options: DoctorOptions, output: ReportOptions) -> None:
    """What the price table needs: its age, announced prices, models that end, calendars."""
    from tokencost_cli.tasks.price_tables import doctor

    code = doctor(Invocation(ctx), options)
    if code:
        raise typer.Exit(code)


@command(app)
def lock(ctx: typer.Context, options: LockOptions, output: FileOptions) -> None:
    """Write tokencost.lock: the table, its hash and the rates of models, for `--locked`.

    \b
    tokencost prices lock gpt-4o claude-opus-4-5
    tokencost check prompts/ --locked
    """
    from tokencost_cli.tasks.price_tables import lock

    lock(Invocation(ctx), options, output.output)


@command(app)
def update(ctx: typer.Context, options: UpdateOptions, output: ReportOptions) -> None:
    """Fetch a signed release of the price table: the one command that uses the network.

    \b
    tokencost prices update --from https://prices.example/table.zip --key team.pem
    tokencost prices update --previous
    """
    from tokencost_cli.tasks.price_update import update

    update(Invocation(ctx), options)


@command(app, "import")
def import_(ctx: typer.Context, options: ImportOptions) -> None:
    """What public price lists would change: new rows by provider, as Markdown.

    \b
    tokencost prices import tests/pricing/facts/facts.tsv.xz
    tokencost prices import facts.tsv.xz litellm-1.110.2.whl pi-ai-1.6.0.tgz --write
    """
    from tokencost_cli.tasks.price_import import import_prices

    import_prices(Invocation(ctx), options)
