"""`tokencost count`."""

from __future__ import annotations

from typing import Annotated

import typer

from tokencost_cli.commands import _completion, _options
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def count(
    ctx: typer.Context,
    paths: _options.Paths = None,
    model: _options.Models = None,
    tokenizer: Annotated[
        list[str] | None,
        typer.Option(
            "--tokenizer",
            "-t",
            metavar="NAME|FILE",
            show_default=False,
            help="A family (see `tokencost tokenizers`), or a tokenizer.json or .tiktoken file.",
            rich_help_panel=_options.MODELS,
            autocompletion=_completion.tokenizers,
        ),
    ] = None,
    var: _options.Variables = None,
    compare: Annotated[
        bool,
        typer.Option(
            "--compare", help="One line for every family.", rich_help_panel=_options.MODELS
        ),
    ] = False,
    prices: _options.Prices = None,
    format_name: _options.Format = "table",
    output: _options.Output = None,
    quiet: _options.Quiet = False,
) -> None:
    """Tokens of text, with any tokenizer.

    \b
    tokencost count prompt.txt
    tokencost count prompts/ -m claude-opus-5-5 -m gpt-6.1-sol
    cat prompt.txt | tokencost count - --compare
    """
    from tokencost_cli.tasks.count import Request, run

    invocation = Invocation(ctx, quiet=quiet)
    request = Request(
        invocation.paths(paths),
        tuple(model or ()),
        tuple(tokenizer or ()),
        compare,
        tuple(prices or ()),
        tuple(var or ()),
    )
    report = run(invocation, request)
    invocation.write(report)
