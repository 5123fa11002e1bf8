"""`tokencost explain`."""

# No postponed annotations here: typer would compile each option from text.
from dataclasses import dataclass
from typing import Annotated

import typer

from tokencost_cli.options import completion
from tokencost_cli.options.declare import Before, argument, command
from tokencost_cli.options.logs import CallOptions
from tokencost_cli.options.output import OutputOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@dataclass(frozen=True, kw_only=True)
class ExplainOptions(CallOptions):
    """The finding that is explained, and the logs in which its places are listed."""

    name: Annotated[
        str | None,
        argument(
            metavar="FINDING",
            text="Its name, as `profile --findings` writes it. Without one: all of them.",
            complete=completion.findings,
        ),
        Before("paths"),
    ] = None
    paths: Annotated[
        tuple[str, ...],
        argument(metavar="PATHS...", text="Logs: every place of the finding in them is listed."),
        Before("prices"),
    ] = ()


@command(app)
def explain(ctx: typer.Context, options: ExplainOptions, output: OutputOptions) -> None:
    """What a finding means, how its dollars are computed, and where it is.

    \b
    tokencost explain
    tokencost explain reread
    tokencost explain reread logs/        every place in these logs
    """
    from tokencost_cli.tasks.explain import run

    invocation = Invocation(ctx, quiet=output.quiet)
    report, problem = run(invocation, options, options.name)
    invocation.write(report)
    if problem is not None:
        raise problem
