"""`tokencost formats`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated

import typer

from tokencost_cli.options import completion
from tokencost_cli.options.declare import Before, command, option
from tokencost_cli.options.output import ReportOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@dataclass(frozen=True, kw_only=True)
class FormatsOptions(ReportOptions):
    """What is listed: the formats of logs, or the schema of a document."""

    schema: Annotated[
        str | None,
        option(
            "--schema",
            metavar="NAME",
            text="Print the JSON Schema of a document instead: estimate, profile, check, ...",
            complete=completion.documents,
        ),
        Before("format_name"),
    ] = None


@command(app)
def formats(ctx: typer.Context, options: FormatsOptions) -> None:
    """The logs and traces that can be read.

    \b
    tokencost formats
    tokencost formats --schema estimate
    """
    invocation = Invocation(ctx)
    if options.schema is not None:
        from tokencost_cli.reports.documents.schemas import schema_text

        invocation.write_content(schema_text(options.schema))
        return
    from tokencost_cli.reports.formats import report

    invocation.write(report(invocation.facts))
