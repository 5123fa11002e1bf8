"""`tokencost whatif`."""

from __future__ import annotations

import typer

from tokencost_cli.options.declare import command
from tokencost_cli.options.output import OutputOptions
from tokencost_cli.options.whatif import WhatifOptions
from tokencost_cli.runtime.invocation import Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@command(app)
def whatif(ctx: typer.Context, options: WhatifOptions, output: OutputOptions) -> None:
    """The same calls on other models, modes, caches, routes.

    For prompts, logs, traces and saved profiles. Real calls are replayed: text is counted again
    with each model's own tokenizer, caches are simulated by their provider's rules.

    \b
    tokencost whatif logs/ -m gpt-6-luna -m claude-haiku-5-5 --mode batch --cache best
    tokencost whatif logs/ -s 'gpt-6-luna+batch' --route 'gpt-6.1-sol:0.1,gpt-6-luna:0.9'
    tokencost whatif logs/ --suggest
    """
    from tokencost_cli.tasks.whatif import run

    invocation = Invocation(ctx, quiet=output.quiet)
    report, problem = run(invocation, options)
    invocation.write(report)
    if problem is not None:
        raise problem
