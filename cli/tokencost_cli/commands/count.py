"""`tokencost count`."""

from __future__ import annotations

import typer

from tokencost_cli.options.count import CountOptions
from tokencost_cli.options.declare import command
from tokencost_cli.options.output import OutputOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@command(app)
def count(ctx: typer.Context, options: CountOptions, output: OutputOptions) -> None:
    """Tokens of text, with any tokenizer.

    \b
    tokencost count prompt.txt
    tokencost count prompts/ -m claude-opus-5-5 -m gpt-6.1-sol
    cat prompt.txt | tokencost count - --compare
    """
    from tokencost_cli.tasks.count import run

    invocation = Invocation(ctx, quiet=output.quiet)
    invocation.write(run(invocation, options))
