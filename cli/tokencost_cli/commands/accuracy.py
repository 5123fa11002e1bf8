"""`tokencost accuracy`."""

from __future__ import annotations

import typer

from tokencost_cli.options.accuracy import AccuracyOptions
from tokencost_cli.options.declare import command
from tokencost_cli.options.output import OutputOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@command(app)
def accuracy(ctx: typer.Context, options: AccuracyOptions, output: OutputOptions) -> None:
    """How near our counts come to what was billed.

    For any log that holds what was sent and the usage that was reported for it.

    \b
    tokencost accuracy logs/
    tokencost accuracy calls.jsonl --by model --worst 20
    """
    from tokencost_cli.tasks.accuracy import accuracy_of

    invocation = Invocation(ctx, quiet=output.quiet)
    invocation.write(accuracy_of(invocation, options))
